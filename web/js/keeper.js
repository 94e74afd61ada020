// @ts-check
/**
 * Has the game keep the settings of a character, so that they are there in another browser, too: a little after the last
 * change, as each time is an input like any other, and there are only so many of those.
 */

import { areSent, areUnsent, belongTo, onPreferred, preferences } from './preferences.js';

/** How long after a change they are sent, for others may follow. Milliseconds. */
const SETTLES = 1_000;

export class Keeper {
  /** @type {(frame: object) => boolean} */ #send;
  #isGuest = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #settling;

  /** @param {(frame: object) => boolean} send Says something to the game; false when that cannot be now. */
  constructor(send) {
    this.#send = send;
    onPreferred(() => this.#soon());
    // It is told so when it is closed, too; and a page that is put aside may never hear of its end.
    document.addEventListener('visibilitychange', () => document.hidden && this.#keep());
  }

  /**
   * Somebody has come in.
   *
   * @param {import('./types.js').Welcome} welcome
   */
  come({ player: { id, rank }, settings }) {
    clearTimeout(this.#settling);
    this.#isGuest = rank === 'guest';
    belongTo(this.#isGuest ? null : id, settings);
    this.#keep();
  }

  #soon() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#keep(), SETTLES);
  }

  #keep() {
    if (this.#isGuest || !areUnsent()) return;
    if (this.#send({ type: 'keep', settings: preferences() })) areSent();
  }
}
