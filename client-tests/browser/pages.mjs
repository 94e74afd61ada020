// The client page in a real browser, for a test to play.
//
//     node pages.mjs
//
// Each line on standard input is one act on one page, as JSON: {"page": "ada", "act": "click", ...}; the answer is a line on
// standard output: {"ok": VALUE} or {"error": TEXT}. Pages share a browser, and each has its own storage. Ends with standard
// input.
import { readFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { asked, networkActs, prefer } from './network.mjs';
import { listen, senseActs, weigh } from './senses.mjs';

/** How long anything may take to be seen. Milliseconds. */
const PATIENCE = 20_000;
/** Where pictures go of what went wrong. */
const PICTURES = new URL('../../target/screenshots/', import.meta.url);

// Tests may run as root, where Chromium has no sandbox, and nothing here is to look beyond this machine.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const axe = await readFile(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** By name: the page, and what went wrong on it. */
const pages = new Map();

async function open({ address, path = '', width = 1280, height = 800, scheme = 'light', touch = false, preferences, bypass = false, clock = false }) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    hasTouch: touch,
    isMobile: touch,
    reducedMotion: 'reduce',
    // Only to look at the page with a script that it would not let in.
    bypassCSP: bypass,
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  if (clock) await page.clock.install();
  const wrong = [];
  const requests = asked(page);
  const loads = weigh(page);
  await page.addInitScript(listen);
  page.on('console', (message) => message.type() === 'error' && !isMeant(message.text()) && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(String(error)));
  /** What it sent over its WebSockets. */
  const frames = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(String(payload))));
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) wrong.push(`request: ${request.url()}`);
  });
  await page.addInitScript((kept) => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
    if (kept && !localStorage.getItem('hearsay.preferences')) localStorage.setItem('hearsay.preferences', JSON.stringify(kept));
  }, preferences);
  const started = performance.now();
  await page.goto(address + path);
  await page.locator('#login-form').waitFor();
  return { page, context, wrong, frames, requests, loads, loaded: performance.now() - started };
}

/** What a browser says of a server that is not there, and of what it refuses; tests take it away, and ask for that, on purpose. */
const isMeant = (text) => /ERR_CONNECTION|ERR_INTERNET|ERR_SOCKET|ERR_INCOMPLETE|WebSocket connection to|responded with a status of (4\d\d|503)/.test(text);

/** The one thing that is meant: seen, and with this text in it. */
const find = (page, { selector, text }) => {
  const all = page.locator(selector);
  return (text === undefined ? all : all.filter({ hasText: text })).last();
};

/** How wide the widest part of a canvas is that has nothing of a colour, with some to its left and right. */
function widestHole({ selector, colour }) {
  const digits = getComputedStyle(document.documentElement).getPropertyValue(colour).trim().slice(1);
  const wanted = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
  const canvas = document.querySelector(selector);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const has = (x) => {
    for (let at = 4 * x; at < data.length; at += 4 * canvas.width) if (wanted.every((value, part) => data[at + part] === value)) return true;
    return false;
  };
  const columns = [...Array(canvas.width).keys()].filter(has);
  return Math.max(0, ...columns.slice(1).map((x, at) => x - columns[at] - 1));
}

const acts = {
  ...networkActs,
  ...senseActs,
  async wait({ page }, what) {
    await find(page, what).waitFor();
  },
  async gone({ page }, { selector, text }) {
    const all = page.locator(selector);
    const one = text === undefined ? all : all.filter({ hasText: text });
    await one.first().waitFor({ state: 'hidden' });
  },
  async click({ page }, what) {
    const found = find(page, what);
    await found.hover();
    await found.click();
  },
  async click_twice({ page }, { selector }) {
    await page.locator(selector).dblclick();
  },
  async choose({ page }, { selector, value }) {
    await page.locator(selector).selectOption(value);
  },
  async fill({ page }, what) {
    await find(page, { selector: what.selector }).fill(what.value);
  },
  async key({ page }, { key }) {
    await page.keyboard.press(key);
  },
  async keys({ page }, { text }) {
    await page.keyboard.type(text);
  },
  async paste({ page }, { text }) {
    await page.evaluate((words) => navigator.clipboard.writeText(words), text);
    await page.keyboard.press('Control+V');
  },
  async text({ page }, { selector }) {
    return page.locator(selector).allInnerTexts();
  },
  async attribute({ page }, { selector, name }) {
    return page.locator(selector).getAttribute(name);
  },
  /** How much wider than its window the page is. Pixels. */
  async overflow({ page }) {
    return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
  },
  async size({ page }, { selector }) {
    return page.locator(selector).boundingBox();
  },
  /** What of these shows and is not all within the window. */
  async outside({ page }, { selector }) {
    return page.locator(selector).evaluateAll((all) => all.filter((one) => {
      const { left, right, top, bottom, width } = one.getBoundingClientRect();
      return width > 1 && (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight);
    }).map(({ id, tagName }) => id || tagName));
  },
  async value({ page }, { selector }) {
    return page.locator(selector).inputValue();
  },
  async clipboard({ page }) {
    return page.evaluate(() => navigator.clipboard.readText());
  },
  /** What has the focus: its id, or else what it is called. */
  async focus({ page }) {
    return page.evaluate(() => {
      const { activeElement: one } = document;
      return one?.id || one?.getAttribute('aria-label') || one?.textContent?.trim() || '';
    });
  },
  /** Turns the wheel over something; waits until what it scrolls has come to rest. */
  async wheel({ page }, { selector, pixels }) {
    await page.locator(selector).hover();
    await page.mouse.wheel(0, pixels);
    await page.waitForFunction((where) => document.querySelector(where).scrollTop === 0, selector);
  },
  /** Something that the browser says by itself at other times: `online`. */
  async event({ page }, { name }) {
    await page.evaluate((type) => globalThis.dispatchEvent(new Event(type)), name);
  },
  /** Puts the clock of a page forward that was opened with one. */
  async passes({ page }, { seconds }) {
    await page.clock.fastForward(seconds * 1_000);
  },
  /** Prefers something, as if it had been chosen in the settings. */
  async prefer({ page }, preferences) {
    await prefer(page, preferences);
  },
  /** Waits until this is preferred. */
  async prefers({ page }, wanted) {
    await page.waitForFunction((all) => {
      const kept = JSON.parse(localStorage.getItem('hearsay.preferences') ?? '{}');
      return Object.entries(all).every(([name, value]) => kept[name] === value);
    }, wanted);
  },
  /** Puts lines into the transcript by the page's own hand; tells how many are kept, and how long it took. Milliseconds. */
  async flood({ page }, { lines }) {
    return page.evaluate(async (count) => {
      const { Transcript } = await import('/web/js/transcript.js');
      const { textLine } = await import('/web/js/lines.js');
      const transcript = new Transcript();
      const started = performance.now();
      for (let at = 0; at < count; at += 1) transcript.append(textLine('text', `line ${at} of a flood that comes all at once`));
      const appended = performance.now() - started;
      document.getElementById('log').scrollTop = 1e9;
      document.getElementById('log').getBoundingClientRect();
      const kept = document.getElementById('lines').childElementCount;
      return { kept, appended, laidOut: performance.now() - started };
    }, lines);
  },
  /** How many pixels of each canvas have the theme's colour of this name. */
  async pixels({ page }, { selector, colour }) {
    return page.locator(selector).evaluateAll((canvases, name) => {
      const digits = getComputedStyle(document.documentElement).getPropertyValue(name).trim().slice(1);
      const wanted = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
      return canvases.map((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) count += wanted.every((value, part) => data[at + part] === value) ? 1 : 0;
        return count;
      });
    }, colour);
  },
  /** Waits until a canvas has so many of them. */
  async until_pixels({ page }, what) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const [count] = await acts.pixels({ page }, what);
      if (count >= what.least) return count;
      if (Date.now() > until) throw new Error(`${count} pixels`);
      await page.waitForTimeout(100);
    }
  },
  /** What the operator page makes of two answers of `/metrics` that came so many seconds apart. */
  async figures({ page }, what) {
    return page.evaluate(async ({ before, now, seconds, sum, rate: counter, histogram }) => {
      const { Metrics, quantile, rate } = await import('/web/ops/metrics.js');
      const [first, last] = [new Metrics(before, 0), new Metrics(now, seconds * 1_000)];
      const shares = [0.5, 0.95, 0.99, 1].map((share) => quantile(first, last, histogram, share));
      return { sum: last.sum(...sum), rows: last.rows(sum[0]), rate: rate(first, last, counter), shares };
    }, what);
  },
  /** What the operator page draws of these readings: of a level, and of a counter as a speed. */
  async history({ page }, { readings }) {
    return page.evaluate(async (all) => {
      const [{ History }, { Metrics, rate }] = await Promise.all([import('/web/ops/history.js'), import('/web/ops/metrics.js')]);
      const history = new History();
      const [level, speed] = [{ label: 'level', figure: (now) => now.sum('level') }, { label: 'rate', figure: (now, before) => rate(before, now, 'c_total') }];
      for (const { at, text } of all) history.take(new Metrics(text, at * 1_000), [level, speed]);
      return { times: history.times, level: history.of(level), rate: history.of(speed) };
    }, readings);
  },
  /** Waits until a line in the theme's colour of this name is broken for so many pixels, and goes on after it. */
  async until_hole({ page }, what) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const widest = await page.evaluate(widestHole, what);
      if (widest >= what.least) return widest;
      if (Date.now() > until) throw new Error(`${widest} pixels`);
      await page.waitForTimeout(200);
    }
  },
  /** Waits until a frame of this type was sent that has this text in it; tells how many of the type were. */
  async sent({ page, frames }, { type, text }) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const found = frames.filter((frame) => frame.includes(`"type":"${type}"`));
      if (found.some((frame) => frame.includes(text))) return found.length;
      if (Date.now() > until) throw new Error(`not among ${found.length}: ${found.at(-1)}`);
      await page.waitForTimeout(50);
    }
  },
  async title({ page }) {
    return page.title();
  },
  async wrong({ wrong }) {
    return wrong;
  },
  async loaded({ page, loaded }) {
    const painted = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
    return { loaded, painted };
  },
  async reload({ page }) {
    await page.reload();
  },
  async shot({ page }, { path }) {
    await mkdir(dirname(path), { recursive: true });
    await page.screenshot({ path });
  },
  /** What axe finds: rule, and where. */
  async axe({ page }) {
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly }), tags);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { page: name, act, ...what } = JSON.parse(line);
  let answer;
  try {
    if (act === 'open') {
      pages.set(name, await open(what));
      answer = { ok: null };
    } else {
      answer = { ok: (await acts[act](pages.get(name), what)) ?? null };
    }
  } catch (error) {
    const shown = await pages.get(name)?.page.locator('body').innerText().catch(() => '');
    const picture = new URL(`failed-${name}-${act}-${process.pid}.png`, PICTURES);
    await pages.get(name)?.page.screenshot({ path: picture.pathname }).catch(() => {});
    answer = { error: `${name}: ${act}: ${JSON.stringify(what)}: ${error.message}\n${shown}` };
  }
  console.log(JSON.stringify(answer));
}
await browser.close();
process.exit(0);
