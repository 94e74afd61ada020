// @ts-check
/**
 * How the page looks and behaves for this player, kept in this browser and with the character.
 *
 * @typedef {object} Preferences
 * @property {'system' | 'light' | 'dark' | 'contrast'} theme
 * @property {'serif' | 'sans' | 'mono'} font Of the text pane.
 * @property {number} size Of its letters. Pixels.
 * @property {number} width Of its lines. Characters; 0 is as wide as the window.
 * @property {boolean} linear Whether the page is laid out for a screen reader: one column, no map, names of channels in words.
 * @property {boolean} sounds
 * @property {boolean} times Whether the time stands beside each line of talk.
 * @property {boolean} echo Whether what one types is shown.
 * @property {string[]} quiet Channels of which nothing is counted or sounded.
 * @property {Record<string, string>} colours Own colours of channels, as `#rrggbb`.
 * @property {Record<string, string>} macros From a function key to what it types.
 * @property {Record<string, string>} aliases From a word to what it stands for.
 * @property {boolean} guided Whether the first steps were taken or waved away.
 */

import { keep, recall } from './memory.js';

const KEPT = 'hearsay.preferences';

/** @type {Preferences} */
const USUAL = {
  theme: 'system',
  font: 'serif',
  size: 17,
  width: 78,
  linear: false,
  sounds: false,
  times: true,
  echo: true,
  quiet: [],
  colours: {},
  macros: {},
  aliases: {},
  guided: false,
};

/** @type {Preferences} */
let now = { ...USUAL, ...recall(localStorage, KEPT, {}) };

/** @type {((preferences: Preferences) => void)[]} */
const listeners = [];

/** What holds now. */
export const preferences = () => now;

/** @type {(() => void)[]} */
const keepers = [];

/** @param {Preferences} next */
function set(next) {
  now = next;
  keep(localStorage, KEPT, now);
  listeners.forEach((listener) => listener(now));
}

/**
 * Changes some of it, for good.
 *
 * @param {Partial<Preferences>} changes
 */
export function prefer(changes) {
  set({ ...now, ...changes });
  keepers.forEach((keeper) => keeper());
}

/** @type {Map<string, unknown>} */
const usual = new Map(Object.entries(USUAL));

/** Whether two are of a kind. @param {unknown} one @param {unknown} other */
const isLike = (one, other) => one !== null && typeof one === typeof other && Array.isArray(one) === Array.isArray(other);

/**
 * Takes what was kept elsewhere: what is of another kind than it should be is passed over.
 *
 * @param {Record<string, unknown>} kept
 */
export function adopt(kept) {
  set({ ...USUAL, ...Object.fromEntries(Object.entries(kept).filter(([name, value]) => isLike(value, usual.get(name)))) });
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
