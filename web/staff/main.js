// @ts-check
/**
 * Puts the parts of the staff page together: who is there, which view shows, and who hears of what happens.
 *
 * @typedef {import('./stream.js').Happened} Happened
 * @typedef {import('../js/account.js').Stands} Stands
 * @typedef {{ open?: () => unknown, clear: () => void }} View
 */

import { Account } from '../js/account.js';
import { byId, part } from '../js/dom.js';
import { Enter } from '../js/enter.js';
import { followSystem, look } from '../js/looks.js';
import { prefer, preferences, watchPreferences } from '../js/preferences.js';
import { Acts } from './acts.js';
import { forget, tell } from './ask.js';
import { why } from './asking.js';
import { Everyone } from './everyone.js';
import { Filter } from './filter.js';
import { Held } from './held.js';
import { listenToKeys } from './keys.js';
import { Live } from './live.js';
import { PlayerRecord } from './record.js';
import { Reports } from './reports.js';
import { Restrictions } from './restrictions.js';
import { offerChannels, searchLines, searchLog } from './search.js';
import { Stream } from './stream.js';

const EVENTS = '/api/v1/events?kinds=messages,acts&watch=true';
/** The ranks that have something to do here. */
const STAFF = ['moderator', 'admin', 'owner'];
/** How often is fetched anew what acts may have changed, at most: in a raid there are many. Milliseconds. */
const ANEW_EVERY = 3_000;
/** How long after an act at least: several come together. Milliseconds. */
const SETTLES = 200;

/** @type {string[]} */
let channels = [];
const showRecord = (/** @type {string} */ name) => {
  show('record');
  void record.show(name);
};

const account = new Account(() => leave('You were logged out. Please log in again.'));
const acts = new Acts(account, showRecord);
const live = new Live(acts);
const reports = new Reports(account, showRecord);
const held = new Held(account);
const restrictions = new Restrictions(account, () => channels, showRecord);
const record = new PlayerRecord(account, restrictions);
const lines = searchLines(account, acts);
const log = searchLog(account);
const filter = new Filter(account);
const everyone = new Everyone(account);
const enter = new Enter(account, {
  title: 'Staff',
  about: 'For moderators and above.',
  admits: ({ rank }) => STAFF.includes(rank),
  turnsAway: 'This page is for staff, from moderator on.',
  covers: ['skips', 'head', 'sides', 'views'],
  entered: come,
});
const stream = new Stream(account, EVENTS, heard, showState);

/** @type {Record<string, View>} In the order of the tabs. */
const VIEWS = {
  live,
  reports: { open: () => Promise.all([reports.open(), held.open()]), clear: () => [reports, held].forEach((one) => one.clear()) },
  restrictions,
  record: { clear: () => record.clear() },
  search: lines,
  log,
  filter,
  everyone,
};
const NAMES = Object.keys(VIEWS);
let shown = 'live';

/** Shows a view. @param {string} name */
function show(name) {
  shown = NAMES.includes(name) ? name : 'live';
  for (const one of NAMES) {
    const isShown = one === shown;
    part(`view-${one}`).hidden = !isShown;
    const tab = part(`tab-${one}`);
    tab.setAttribute('aria-selected', String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
  }
  history.replaceState(null, '', `#${shown}`);
  if (account.stands) void VIEWS[shown]?.open?.();
}

/** @param {Stands} who */
function come({ account: name, rank }) {
  part('who').textContent = `${name}, ${rank}`;
  part('who').hidden = false;
  void stream.start();
  void fetchChannels();
  if (shown !== 'reports') void VIEWS.reports?.open?.();
  show(shown);
  part(`tab-${shown}`).focus();
}

/** Nothing that staff read stays behind. @param {string} reason */
function leave(reason) {
  stream.stop();
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog instanceof HTMLDialogElement && dialog.close());
  Object.values(VIEWS).forEach((view) => view.clear());
  part('who').hidden = true;
  forget();
  enter.show(reason);
}

async function fetchChannels() {
  try {
    const answer = await account.get('/chat/channels');
    channels = answer.channels.map((/** @type {{ name: string }} */ { name }) => name);
    offerChannels(channels);
  } catch (error) {
    tell({ text: why(error) });
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let settling;
/** When it was fetched last, as of `performance.now`. */
let fetched = -ANEW_EVERY;

/** @param {Happened} happened */
function heard({ kind, data }) {
  if (kind === 'message') live.heard(data);
  else if (kind === 'redacted') live.turned(data.id, true);
  else if (kind === 'restored') live.turned(data.id, false);
  else if (kind === 'gap') live.gap();
  else if (kind === 'act') {
    settling ??= setTimeout(anew, Math.max(SETTLES, fetched + ANEW_EVERY - performance.now()));
  }
}

/** Fetches what an act may have changed. */
function anew() {
  settling = undefined;
  if (!account.stands) return;
  fetched = performance.now();
  void (shown === 'reports' ? VIEWS.reports?.open?.() : reports.open());
  if (['restrictions', 'everyone'].includes(shown)) void VIEWS[shown]?.open?.();
}

/** @param {import('./stream.js').State} state */
function showState(state) {
  const texts = { away: 'Not connected', connecting: 'Connecting…', playing: 'Live', waiting: `Not live: ${state.is === 'waiting' ? state.why : ''}` };
  part('status').dataset.is = state.is;
  part('status').textContent = texts[state.is];
}

/** Arrows go from tab to tab. @param {KeyboardEvent} event */
function walkTabs(event) {
  const at = NAMES.indexOf(shown);
  const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  show(NAMES.at(to % NAMES.length) ?? 'live');
  part(`tab-${shown}`).focus();
}

NAMES.forEach((name) => part(`tab-${name}`).addEventListener('click', () => show(name)));
part('tabs').addEventListener('keydown', walkTabs);
part('log-out').addEventListener('click', () => {
  void account.logOut();
  leave('You are logged out.');
});
listenToKeys({
  view: (number) => {
    show(NAMES[number] ?? 'live');
    part(`tab-${shown}`).focus();
  },
  pause: () => shown === 'live' && live.pause(),
  field: () => part(`view-${shown}`).querySelector('input')?.focus(),
});

const theme = byId('theme', HTMLSelectElement);
theme.value = preferences().theme;
theme.addEventListener('change', () => {
  const chosen = /** @type {import('../js/preferences.js').Preferences['theme']} */ (theme.value);
  prefer({ theme: chosen });
});
watchPreferences(look);
followSystem();
part('app').hidden = false;
show(location.hash.slice(1));
enter.show('');
