// What a test does to the requests of a page, and to the page as a device does that sleeps. A part of `pages.mjs`.

/** How long anything may take to happen. Milliseconds. */
const PATIENCE = 20_000;

/** What a page asks for from now on, and what it is answered: path with query, when (milliseconds), status. */
export function asked(page) {
  const requests = [];
  page.on('request', (request) => requests.push({ request, method: request.method(), path: pathOf(request), at: performance.now(), status: null }));
  page.on('response', (response) => {
    const found = requests.find(({ request }) => request === response.request());
    if (found) found.status = response.status();
  });
  return requests;
}

const pathOf = (request) => request.url().replace(/^[a-z]+:\/\/[^/]*/, '');

/** Requests that a test has in its hands, by page. */
const held = new Map();

const isMeant = ({ method, path }) => (request) =>
  request.method() === method && pathOf(request).startsWith(path);

/** Takes requests of a kind into its own hands. */
async function take(page, what, handler) {
  const meant = isMeant(what);
  await page.route((url) => url.pathname.startsWith(what.path), (route) => (meant(route.request()) ? handler(route) : route.fallback()));
}

export const networkActs = {
  /** The next answer to a request of this kind is lost: the server got it and did what it was asked. */
  async lose({ page }, what) {
    let lost = false;
    await take(page, what, async (route) => {
      if (lost) return route.fallback();
      lost = true;
      await route.fetch();
      return route.abort('connectionaborted');
    });
  },
  /** Requests of this kind reach nobody, so many times. */
  async fail({ page }, what) {
    let left = what.times;
    await take(page, what, (route) => {
      if (left <= 0) return route.fallback();
      left -= 1;
      return route.abort('connectionaborted');
    });
  },
  /** Holds back requests of this kind, until they are let go. */
  async hold({ page }, what) {
    const hands = { routes: [], areFull: true };
    held.set(page, hands);
    await take(page, what, (route) => (hands.areFull ? void hands.routes.push(route) : route.fallback()));
  },
  /** Lets go what was held back, once there is so much of it; and holds nothing back any more. */
  async let_go({ page }, { least }) {
    const until = Date.now() + PATIENCE;
    const hands = held.get(page);
    const { routes } = hands;
    while (routes.length < least) {
      if (Date.now() > until) throw new Error(`held back: ${routes.length}`);
      await page.waitForTimeout(20);
    }
    hands.areFull = false;
    await Promise.all(routes.map(async (route) => {
      await route.continue();
      await (await route.request().response())?.finished();
    }));
    return routes.length;
  },
  /** What was asked for of this kind so far. */
  async asked({ requests }, { path }) {
    return requests.filter((one) => one.path.startsWith(path)).map(({ method, path: whole, at, status }) => ({ method, path: whole, at, status }));
  },
  /** The page is put aside, as on a device that sleeps: nothing on it runs any more, until it wakes. */
  async sleep({ page, context }) {
    await hide(page, true);
    await live(page, context, 'frozen');
  },
  async awake({ page, context }) {
    await live(page, context, 'active');
    await hide(page, false);
  },
  /** Prefers something and is gone at once, as who closes the tab. */
  async prefer_and_leave({ page }, preferences) {
    await prefer(page, preferences);
    await page.close();
  },
  /** Prefers something and puts the page aside at once. */
  async prefer_and_sleep({ page, context }, preferences) {
    await prefer(page, preferences);
    await networkActs.sleep({ page, context });
  },
};

/** Prefers something, as if it had been chosen in the settings. */
export const prefer = (page, preferences) => page.evaluate(async (changes) => {
  const { prefer: chosen } = await import('/web/js/preferences.js');
  chosen(changes);
}, preferences);

/** What the browser says when a page is no longer seen, or again: Playwright has it that each always is. */
const hide = (page, hidden) => page.evaluate((isHidden) => {
  Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

async function live(page, context, state) {
  const browser = await context.newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state });
}
