// @ts-check
/**
 * How the page looks and behaves for this player, kept in this browser and with the character.
 *
 * @typedef {object} Preferences
 * @property {'system' | 'light' | 'dark' | 'contrast'} theme
 * @property {'serif' | 'sans' | 'mono'} font Of the text pane.
 * @property {number} size Of its letters. Pixels.
 * @property {number} width Of its lines. Characters; 0 is as wide as the window.
 * @property {'side' | 'top'} tabs Where the channels stand in a window with room for either.
 * @property {boolean} around Whether the room stands beside the text there.
 * @property {boolean} linear Whether the page is laid out for a screen reader: one column, no map, names of channels in words.
 * @property {boolean} sounds
 * @property {boolean} times Whether the time stands beside each line of talk.
 * @property {boolean} echo Whether what one types is shown.
 * @property {boolean} typing Whether those to whom one whispers, and one's party, see that one writes.
 * @property {string[]} quiet Channels of which nothing is counted or sounded.
 * @property {Record<string, string>} colours Own colours of channels, as `#rrggbb`.
 * @property {Record<string, string>} macros From a function key to what it types.
 * @property {Record<string, string>} aliases From a word to what it stands for.
 * @property {boolean} guided Whether the first steps were taken or waved away.
 */

import { keep, recall } from './memory.js';

const KEPT = 'hearsay.preferences';
const KEPT_OWNED = 'hearsay.preferences.owned';

/** @type {Preferences} */
const USUAL = {
  theme: 'system',
  font: 'serif',
  size: 17,
  width: 78,
  tabs: 'side',
  around: true,
  linear: false,
  sounds: false,
  times: true,
  echo: true,
  typing: true,
  quiet: [],
  colours: {},
  macros: {},
  aliases: {},
  guided: false,
};

/** @type {Map<string, unknown>} */
const usual = new Map(Object.entries(USUAL));

/** What those may be that are no words of the player's. @type {Map<string, unknown[]>} */
const choices = new Map([
  ['theme', ['system', 'light', 'dark', 'contrast']],
  ['font', ['serif', 'sans', 'mono']],
  ['tabs', ['side', 'top']],
]);

/** Whether two are of a kind. @param {unknown} one @param {unknown} other */
const isLike = (one, other) => one !== null && typeof one === typeof other && Array.isArray(one) === Array.isArray(other);

/** What can be used of what was kept, here or in the game, by this page or an older one. @param {Record<string, unknown>} kept */
const fitting = (kept) => Object.fromEntries(Object.entries(kept).filter(
  ([name, value]) => isLike(value, usual.get(name)) && (choices.get(name)?.includes(value) ?? true),
));

/** @type {Preferences} */
let now = { ...USUAL, ...fitting(recall(localStorage, KEPT, {})) };

/**
 * Whose they are, null for nobody who has a character; and the names of those that were changed and not yet sent to be kept.
 *
 * @typedef {{ by: string | null, unsent: string[] }} Owned
 */

/** @type {Owned} */
let owned = { by: null, unsent: [], ...recall(localStorage, KEPT_OWNED, {}) };

/** @type {((preferences: Preferences) => void)[]} */
const listeners = [];

/** What holds now. */
export const preferences = () => now;

/** @type {(() => void)[]} */
const keepers = [];

/** @param {Preferences} next @param {Owned} whose */
function set(next, whose) {
  [now, owned] = [next, whose];
  keep(localStorage, KEPT, now);
  keep(localStorage, KEPT_OWNED, owned);
  listeners.forEach((listener) => listener(now));
}

/**
 * Changes some of it, for good.
 *
 * @param {Partial<Preferences>} changes
 */
export function prefer(changes) {
  const before = new Map(Object.entries(now));
  const changed = Object.entries(changes).filter(([name, value]) => before.get(name) !== value);
  set({ ...now, ...changes }, { ...owned, unsent: [...new Set([...owned.unsent, ...changed.map(([name]) => name)])] });
  keepers.forEach((keeper) => keeper());
}

/**
 * They are this character's from now on: as the game has kept them, but for what was changed here and could not be sent;
 * and as usual where nothing is kept and those that stood here are somebody else's.
 *
 * @param {string | null} id Of the character; null for a guest.
 * @param {Record<string, unknown> | null | undefined} kept What is of another kind than it should be is passed over.
 */
export function belongTo(id, kept) {
  const unsent = owned.by === id || !kept ? owned.unsent : [];
  if (owned.by !== null && owned.by !== id) set({ ...USUAL, ...fitting(kept ?? {}) }, { by: id, unsent: [] });
  else if (kept) set({ ...USUAL, ...fitting(kept), ...named(unsent) }, { by: id, unsent });
  else set(now, { by: id, unsent });
}

/** @param {string[]} names */
const named = (names) => Object.fromEntries(Object.entries(now).filter(([name]) => names.includes(name)));

/** Whether something was changed that was not sent to be kept. */
export const areUnsent = () => owned.unsent.length > 0;

/** They were sent to be kept. */
export function areSent() {
  set(now, { ...owned, unsent: [] });
}

/**
 * Tells when the player changes something.
 *
 * @param {() => void} keeper
 */
export function onPreferred(keeper) {
  keepers.push(keeper);
}

/**
 * Tells how things are, now and whenever that changes.
 *
 * @param {(preferences: Preferences) => void} listener
 */
export function watchPreferences(listener) {
  listeners.push(listener);
  listener(now);
}
