// What a test sees and hears of a page beyond its texts: how it looks, what it sounds, what it weighs, what one copies from it.
// A part of `pages.mjs`.

/** How long anything may take to happen. Milliseconds. */
const PATIENCE = 20_000;

/** Put into a page before its own scripts: notes each tone that is started, which sounds all the same. */
export function listen() {
  const { start } = AudioScheduledSourceNode.prototype;
  globalThis.tones = [];
  AudioScheduledSourceNode.prototype.start = function (...when) {
    globalThis.tones.push(this.context);
    return start.apply(this, when);
  };
}

/** What a page loads from now on. */
export function weigh(page) {
  const loads = [];
  page.on('requestfinished', (request) => loads.push(request));
  return loads;
}

/** What a request and its answer came to over the network, as they were sent. */
async function weight(request) {
  const sizes = await request.sizes();
  const response = await request.response();
  const { 'content-encoding': encoding = '' } = (await response?.allHeaders()) ?? {};
  return { url: request.url(), bytes: sizes.responseBodySize + sizes.responseHeadersSize, encoding };
}

export const senseActs = {
  /** What has been loaded so far. */
  async loads({ loads }) {
    return Promise.all(loads.filter((request) => !request.url().startsWith('data:')).map(weight));
  },
  /** What the style of the first of its kind comes to. */
  async style({ page }, { selector, property }) {
    return page.locator(selector).first().evaluate((one, name) => getComputedStyle(one).getPropertyValue(name), property);
  },
  /** What something is called by those who read it aloud. */
  async name({ page, context }, { selector }) {
    const browser = await context.newCDPSession(page);
    const { root } = await browser.send('DOM.getDocument');
    const { nodeId } = await browser.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { nodes } = await browser.send('Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false });
    return nodes[0]?.name?.value ?? '';
  },
  /** Where the first of its kind stands. Pixels. */
  async box({ page }, { selector }) {
    return page.locator(selector).first().boundingBox();
  },
  /** Waits until so many tones were started; tells how many were, and in what state each is that makes them. */
  async tones({ page }, { least }) {
    await page.waitForFunction((count) => globalThis.tones.length >= count, least, { timeout: PATIENCE });
    return page.evaluate(() => globalThis.tones.map(({ state }) => state));
  },
  /** Selects from the beginning of one thing to the end of another, copies that, and tells what it reads and as what it may be pasted. */
  async copied({ page }, { from, to }) {
    await page.evaluate(([first, last]) => {
      const range = document.createRange();
      range.setStartBefore(document.querySelector(first));
      range.setEndAfter(document.querySelector(last));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }, [from, to]);
    await page.keyboard.press('Control+C');
    return page.evaluate(async () => {
      const kinds = (await navigator.clipboard.read()).flatMap(({ types }) => types);
      return { text: await navigator.clipboard.readText(), kinds };
    });
  },
  /** Chooses a colour, as one does from the palette of the system. */
  async colour({ page }, { selector, value }) {
    await page.locator(selector).fill(value);
    await page.locator(selector).dispatchEvent('change');
  },
};
