// @ts-check
/**
 * Finding words in what was read.
 *
 * @typedef {import('./transcript.js').Transcript} Transcript
 */

import { byId, part } from './dom.js';

export class Search {
  #bar = part('search');
  #field = byId('search-words', HTMLInputElement);
  #count = part('search-count');
  #transcript;
  /** @type {HTMLElement[]} */ #hits = [];
  #at = -1;

  /** @param {Transcript} transcript */
  constructor(transcript) {
    this.#transcript = transcript;
    this.#field.addEventListener('input', () => this.#seek());
    this.#bar.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
      else if (event.key === 'Enter') this.#step(event.shiftKey ? 1 : -1);
      else return;
      event.preventDefault();
    });
    byId('search-older', HTMLButtonElement).addEventListener('click', () => this.#step(-1));
    byId('search-newer', HTMLButtonElement).addEventListener('click', () => this.#step(1));
    byId('search-close', HTMLButtonElement).addEventListener('click', () => this.close());
  }

  open() {
    this.#bar.hidden = false;
    this.#field.select();
    this.#field.focus();
    this.#seek();
  }

  close() {
    this.#mark([]);
    this.#bar.hidden = true;
    part('line').focus();
  }

  #seek() {
    const words = this.#field.value.trim().toLowerCase();
    const has = (/** @type {HTMLElement} */ line) => (line.textContent ?? '').toLowerCase().includes(words);
    this.#mark(words === '' ? [] : this.#transcript.shown().filter(has));
    // What was said last is what is looked for most often.
    this.#step(0);
  }

  /** @param {HTMLElement[]} hits */
  #mark(hits) {
    for (const line of this.#hits) line.classList.remove('hit', 'hit-now');
    this.#hits = hits;
    this.#at = hits.length - 1;
    for (const line of hits) line.classList.add('hit');
  }

  /** @param {number} way */
  #step(way) {
    const { length } = this.#hits;
    if (length === 0) {
      this.#count.textContent = this.#field.value.trim() === '' ? '' : 'Nothing found';
      return;
    }
    this.#hits[this.#at]?.classList.remove('hit-now');
    this.#at = (this.#at + way + length) % length;
    const line = this.#hits[this.#at];
    line?.classList.add('hit-now');
    line?.scrollIntoView({ block: 'center' });
    this.#count.textContent = `${this.#at + 1} of ${length}`;
  }
}
