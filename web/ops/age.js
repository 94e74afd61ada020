// @ts-check
/**
 * How old what shows is: whether the server answers, and since when not. Figures that are too old to be of now are taken
 * away, whether or not a request has failed by then; their age stays.
 */

import { part } from '../js/dom.js';
import { GAP } from './history.js';

/** How often the age is looked at. Milliseconds. */
const LOOKS = 500;

export class Age {
  /** When all was read last, as of `performance.now`; null before the first time. @type {number | null} */
  #read = null;
  /** What went wrong since then. */
  #wrong = '';

  constructor() {
    setInterval(() => this.#look(), LOOKS);
  }

  /** Who looks at it now waits for the first figures. */
  begin() {
    [this.#read, this.#wrong] = [performance.now(), ''];
  }

  /** Nobody looks at it. */
  end() {
    this.#read = null;
    part('age').textContent = '';
    takeAway();
  }

  /** All was read, just now. */
  isNew() {
    this.begin();
    show('playing', 'Live', '');
  }

  /** Not all of it could be read. @param {unknown} error */
  failed(error) {
    this.#wrong = error instanceof Error ? error.message : String(error);
    this.#look();
  }

  #look() {
    if (this.#read === null) return;
    const seconds = (performance.now() - this.#read) / 1_000;
    const isOld = seconds > GAP;
    if (this.#wrong === '' && !isOld) return;
    if (isOld) takeAway();
    const old = `${Math.round(seconds)} s`;
    show('waiting', this.#wrong || 'The server does not answer just now.', isOld ? `The last figures came ${old} ago.` : `These figures are ${old} old.`);
  }
}

/** @param {string} is @param {string} says @param {string} age */
function show(is, says, age) {
  const status = part('status');
  status.dataset.is = is;
  // What is said again would be read aloud again.
  if (status.textContent !== says) status.textContent = says;
  part('age').textContent = age;
}

/** Nothing is known of now. */
function takeAway() {
  for (const tile of document.querySelectorAll('dd[id^="now-"]')) {
    tile.textContent = '–';
    tile.removeAttribute('data-is');
  }
}
