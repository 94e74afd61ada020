// @ts-check
/**
 * How much the player may still say on the channel that they speak on: shown when half of it or more is gone, until it is back.
 *
 * It stands there to be seen or to be looked for, and is not announced. That a line was not said, the text says where it was typed.
 *
 * @typedef {import('./types.js').Allowance} Told
 *
 * @typedef {object} Hooks
 * @property {() => string | null} tab The channel that is shown; `null` is all of them.
 *
 * @typedef {object} Standing How it is with a channel. Moments are as of `performance.now`.
 * @property {Told} told
 * @property {number} at When it was told.
 */

import { part } from './dom.js';
import { span } from './notices.js';

/** How long a line counts. Milliseconds. */
const WINDOW = 60_000;
/** A wait that is not told: a line that comes so little too soon waits for its turn, and is said. Milliseconds. */
const WAIT_MIN = 1_000;
/** How often it is looked at again. Milliseconds. */
const EVERY = 250;

/**
 * How many lines are left by now, and how long until the next may be said, in milliseconds.
 *
 * @param {Standing} standing
 * @param {number} now
 */
export function left({ told: { per_minute: most, said, wait_ms: wait, back_ms: back }, at }, now) {
  const passed = now - at;
  const isBack = passed >= WINDOW ? said : back.filter((moment) => moment <= passed).length;
  return { lines: most === 0 ? Infinity : Math.max(0, most - said + isBack), wait: wait > WAIT_MIN ? Math.max(0, wait - passed) : 0 };
}

export class Allowance {
  #shown = part('allowance');
  #words = part('allowance-words');
  #bar = part('allowance-bar');
  #hooks;
  /** @type {Map<string, Standing>} By channel. */ #standings = new Map();
  /** @type {string | undefined} Where the player spoke last. */ #last;
  #drawn = '';
  /** @type {ReturnType<typeof setInterval> | undefined} */ #looking;

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  /** A line counted, or was one too many. @param {Told} told */
  heard(told) {
    this.#standings.set(told.channel, { told, at: performance.now() });
    this.#last = told.channel;
    this.show();
  }

  /** Nothing is known any more. */
  forget() {
    this.#standings.clear();
    this.show();
  }

  /** Shows how it is with the channel that the player speaks on now. */
  show() {
    clearInterval(this.#looking);
    if (this.#draw()) this.#looking = setInterval(() => this.#draw() || clearInterval(this.#looking), EVERY);
  }

  /** Draws it, and says whether there is anything to be seen. */
  #draw() {
    const channel = this.#hooks.tab() ?? this.#last;
    const standing = channel === undefined ? undefined : this.#standings.get(channel);
    const { lines, wait } = standing ? left(standing, performance.now()) : { lines: Infinity, wait: 0 };
    const most = standing?.told.per_minute ?? 0;
    const isShown = wait > 0 || (most > 0 && lines * 2 < most);
    this.#shown.hidden = !isShown;
    if (isShown) this.#fill(String(channel), most, lines, wait);
    return isShown;
  }

  /** @param {string} channel @param {number} most @param {number} lines @param {number} wait */
  #fill(channel, most, lines, wait) {
    const none = wait > 0 || lines === 0;
    const words = none ? `You may speak again in ${span(Math.max(1, wait / 1_000))}` : `${lines} left on ${channel}`;
    const drawn = `${channel}: ${words}`;
    if (this.#drawn === drawn) return;
    this.#drawn = drawn;
    this.#words.textContent = words;
    this.#bar.style.width = `${none ? 0 : (100 * lines) / most}%`;
    this.#shown.classList.toggle('none', none);
    const limit = most === 0 ? 'Slow mode' : `${most} ${most === 1 ? 'line' : 'lines'} a minute`;
    this.#shown.title = `${limit} on ${channel}. Type limits to see how much you may say.`;
    const said = { label: `What you may still say on ${channel}`, valuemax: Math.max(1, most), valuenow: none ? 0 : lines, valuetext: words };
    for (const [name, value] of Object.entries(said)) this.#shown.setAttribute(`aria-${name}`, String(value));
  }
}
