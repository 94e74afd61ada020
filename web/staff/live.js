// @ts-check
/**
 * What is said, as it is said, with filters. A line that was taken back stays for staff, and says so.
 *
 * @typedef {import('./types.js').Line} Line
 * @typedef {import('./acts.js').Acts} Acts
 */

import { byId, part } from '../js/dom.js';
import { openMenu } from '../js/menu.js';
import { lineOf, speakerOf, walkLines } from './talk.js';

/** Lines that are kept, and of those the newest that show. */
const KEPT_MAX = 5_000;
const SHOWN_MAX = 500;
/** How near the end one counts as being there. Pixels. */
const END = 24;

export class Live {
  /** @type {Acts} */ #acts;
  #log = part('live-log');
  #list = part('live-lines');
  #channel = byId('live-channel', HTMLSelectElement);
  #player = byId('live-player', HTMLInputElement);
  #text = byId('live-text', HTMLInputElement);
  #flagged = byId('live-flagged', HTMLInputElement);
  #pause = byId('live-pause', HTMLButtonElement);
  /** @type {Line[]} */ #lines = [];
  /** Lines that came during a pause. */ #waiting = 0;
  #paused = false;

  /** @param {Acts} acts */
  constructor(acts) {
    this.#acts = acts;
    part('live-filters').addEventListener('input', () => this.#draw());
    part('live-filters').addEventListener('submit', (event) => event.preventDefault());
    this.#pause.addEventListener('click', () => this.pause());
    walkLines(this.#log);
  }

  /** Nothing of what somebody read is there for the next one. */
  clear() {
    this.#lines = [];
    part('live-why').textContent = '';
    this.#draw();
  }

  open() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Something was said. @param {Line} line */
  heard(line) {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_MAX) this.#lines.splice(0, KEPT_MAX / 10);
    if (this.#paused) {
      this.#waiting += 1;
      return this.#count();
    }
    if (this.#takes(line)) this.#append(line);
    this.#count();
  }

  /** A line was taken back, or is there again. @param {string} id @param {boolean} back */
  turned(id, back) {
    const line = this.#lines.find((one) => one.id === id);
    if (!line) return;
    line.redacted = back;
    const shown = this.#list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!shown) return;
    const had = shown === document.activeElement;
    const drawn = this.#drawn(line);
    shown.replaceWith(drawn);
    if (had) drawn.focus();
  }

  /** Some of what was said is not known any more. */
  gap() {
    part('live-why').textContent = 'Some of what was said meanwhile cannot be had here any more; the search has it.';
  }

  /** Stops what is shown, or goes on. */
  pause() {
    this.#paused = !this.#paused;
    this.#waiting = 0;
    this.#pause.setAttribute('aria-pressed', String(this.#paused));
    this.#pause.textContent = this.#paused ? 'Go on' : 'Pause';
    if (this.#paused) this.#count();
    else this.#draw();
  }

  /** @param {Line} line */
  #takes(line) {
    const has = (/** @type {string} */ text, /** @type {string} */ part) => text.toLowerCase().includes(part.trim().toLowerCase());
    if (this.#channel.value !== '' && line.channel !== this.#channel.value) return false;
    if (this.#flagged.checked && !line.masked && !line.redacted && (line.flags ?? []).length === 0) return false;
    return has(speakerOf(line), this.#player.value) && has(line.content, this.#text.value);
  }

  #draw() {
    const until = this.#paused ? Math.max(0, this.#lines.length - this.#waiting) : this.#lines.length;
    const shown = this.#lines.slice(0, until).filter((line) => this.#takes(line)).slice(-SHOWN_MAX);
    this.#list.replaceChildren(...shown.map((line) => this.#drawn(line)));
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#count();
  }

  /** @param {Line} line */
  #append(line) {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const atEnd = scrollHeight - scrollTop - clientHeight < END;
    this.#list.append(this.#drawn(line));
    while (this.#list.childElementCount > SHOWN_MAX) this.#list.firstElementChild?.remove();
    if (atEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** @param {Line} line */
  #drawn(line) {
    return lineOf(line, (of, anchor) => openMenu(this.#acts.ofLine(of), anchor));
  }

  #count() {
    part('live-none').hidden = this.#lines.length > 0;
    const count = this.#list.childElementCount;
    const lines = `${count} ${count === 1 ? 'line' : 'lines'}`;
    part('live-shown').textContent = this.#paused ? `${lines}; ${this.#waiting} new` : lines;
  }
}
