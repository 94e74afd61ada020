// @ts-check
/**
 * What was read: a bounded list of lines, of which one channel or all are shown. It follows what comes, unless its reader
 * has scrolled up; then it stays where it is and counts what is new below.
 */

import { byId, part } from './dom.js';

/** The most lines that are kept, and how many go at once when there are more. */
export const LINES_MAX = 10_000;
const LINES_DROPPED = 200;
/** How near the end counts as the end. Pixels. */
const NEAR = 48;

export class Transcript {
  #log = part('log');
  #lines = part('lines');
  #below = byId('below', HTMLButtonElement);
  /** @type {Map<string, HTMLElement>} */ #byId = new Map();
  #follows = true;
  #unread = 0;
  #scrolls = false;
  /** @type {(line: HTMLElement) => boolean} */ #shows = () => true;
  /** Called when the reader has come to the beginning. */
  onBeginning = () => {};

  constructor() {
    this.#log.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#below.addEventListener('click', () => this.toEnd());
    new ResizeObserver(() => this.#follow()).observe(this.#log);
  }

  /**
   * Appends a line. Whether it is a line of talk that is there already is for the caller to ask.
   *
   * @param {HTMLElement} line
   * @param {string} [id]
   */
  append(line, id) {
    this.#take(line, id);
    this.#lines.append(line);
    if (this.#lines.childElementCount > LINES_MAX) this.#drop();
    if (line.hidden) return;
    if (this.#follows) this.#follow();
    else this.#count(this.#unread + 1);
  }

  /**
   * Puts lines before all others, in this order, and keeps what is being read where it is.
   *
   * @param {{ line: HTMLElement, id?: string }[]} older
   */
  prepend(older) {
    const room = Math.max(0, LINES_MAX - this.#lines.childElementCount);
    const taken = room > 0 ? older.slice(-room) : [];
    const height = this.#log.scrollHeight;
    const top = this.#log.scrollTop;
    taken.forEach(({ line, id }) => this.#take(line, id));
    this.#lines.prepend(...taken.map(({ line }) => line));
    this.#log.scrollTop = top + this.#log.scrollHeight - height;
  }

  /** @param {string} id */
  find(id) {
    return this.#byId.get(id);
  }

  /**
   * Takes a line away.
   *
   * @param {string} id
   */
  remove(id) {
    this.#byId.get(id)?.remove();
    this.#byId.delete(id);
  }

  /**
   * Puts a line where another one is.
   *
   * @param {string} id
   * @param {HTMLElement} line
   */
  replace(id, line) {
    this.#byId.get(id)?.replaceWith(line);
    this.#take(line, id);
  }

  /**
   * Shows those lines for which this says so, and from now on no others.
   *
   * @param {(line: HTMLElement) => boolean} shows
   */
  show(shows) {
    this.#shows = shows;
    // Lines that show again are no news to those who have them read aloud.
    this.#log.setAttribute('aria-busy', 'true');
    for (const line of this.#all()) line.hidden = !shows(line);
    this.toEnd();
    requestAnimationFrame(() => this.#log.removeAttribute('aria-busy'));
  }

  /** All lines that are shown, oldest first. */
  shown() {
    return this.#all().filter((line) => !line.hidden);
  }

  /** Forgets all lines. */
  clear() {
    this.#lines.replaceChildren();
    this.#byId.clear();
    this.toEnd();
  }

  toEnd() {
    this.#follows = true;
    this.#count(0);
    this.#follow();
  }

  /** @param {number} share Of a page, down; less than 0 is up. */
  turn(share) {
    this.#log.scrollBy({ top: share * this.#log.clientHeight });
  }

  #all() {
    return /** @type {HTMLElement[]} */ ([...this.#lines.children]);
  }

  /**
   * @param {HTMLElement} line
   * @param {string} [id]
   */
  #take(line, id) {
    line.hidden = !this.#shows(line);
    if (id === undefined) return;
    line.dataset.id = id;
    this.#byId.set(id, line);
  }

  #drop() {
    for (const line of this.#all().slice(0, LINES_DROPPED)) {
      if (line.dataset.id !== undefined) this.#byId.delete(line.dataset.id);
      line.remove();
    }
  }

  /** Goes to the end, once for all that comes in the same moment. */
  #follow() {
    if (!this.#follows || this.#scrolls) return;
    this.#scrolls = true;
    setTimeout(() => {
      this.#scrolls = false;
      if (this.#follows) this.#log.scrollTop = this.#log.scrollHeight;
    });
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    if (this.#scrolls) return;
    this.#follows = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#follows) this.#count(0);
    if (scrollTop < NEAR && scrollHeight > clientHeight) this.onBeginning();
  }

  /** @param {number} unread */
  #count(unread) {
    this.#unread = unread;
    this.#below.hidden = unread === 0;
    this.#below.textContent = unread === 1 ? '1 new line below' : `${unread} new lines below`;
  }
}
