// @ts-check
/**
 * The line that one types: its history, its completion, and a question before several lines are sent at once.
 *
 * @typedef {object} Hooks
 * @property {(line: string) => boolean} send Says whether it was sent; if not, it stays where it is.
 * @property {(line: string) => string[]} complete
 * @property {(key: string) => string | undefined} macro What a function key stands for.
 * @property {(share: number) => void} turn Turns a part of a page of the transcript.
 */

import { button, byId, element, part } from './dom.js';
import { keep, recall } from './memory.js';

const KEPT = 'hearsay.typed';
/** How many lines are remembered. */
const HISTORY_MAX = 200;
/** How many lines may be pasted, and how many of them are shown in the question. */
const PASTED_MAX = 50;
const PASTED_SHOWN = 8;

export class Input {
  #line = byId('line', HTMLInputElement);
  #hooks;
  /** @type {string[]} */ #history = recall(sessionStorage, KEPT, /** @type {string[]} */ ([]));
  #at = this.#history.length;
  #draft = '';
  /** @type {{ made: string, all: string[], at: number } | null} */ #completing = null;

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
    byId('say', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#line.addEventListener('keydown', (event) => this.#key(event));
    this.#line.addEventListener('paste', (event) => this.#paste(event));
    addEventListener('keydown', (event) => this.#macro(event));
  }

  /** @param {string} text Put where one types, to be gone on with. */
  begin(text) {
    this.#line.value = text;
    this.#line.focus();
    this.#line.setSelectionRange(text.length, text.length);
  }

  focus() {
    this.#line.focus();
  }

  /**
   * What is said where, or what is typed, in words: to the eye as long as nothing is typed, and as the name of the field.
   *
   * @param {string} what
   */
  label(what) {
    this.#line.placeholder = what;
    part('line-name').textContent = what;
  }

  #submit() {
    const line = this.#line.value;
    if (!this.#hooks.send(line)) return;
    this.#remember(line);
    this.#line.value = '';
  }

  /** @param {string} line */
  #remember(line) {
    if (line.trim() !== '' && line !== this.#history.at(-1)) this.#history.push(line);
    this.#history = this.#history.slice(-HISTORY_MAX);
    [this.#at, this.#draft] = [this.#history.length, ''];
    keep(sessionStorage, KEPT, this.#history);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, shiftKey, ctrlKey, altKey, metaKey, isComposing } = event;
    if (isComposing || ctrlKey || altKey || metaKey) return;
    const done =
      (key === 'ArrowUp' && this.#recall(-1)) ||
      (key === 'ArrowDown' && this.#recall(1)) ||
      // Without anything to complete, Tab goes on to the next part of the page.
      (key === 'Tab' && !shiftKey && this.#complete()) ||
      (key === 'PageUp' && this.#turn(-0.9)) ||
      (key === 'PageDown' && this.#turn(0.9));
    if (done) event.preventDefault();
    if (key !== 'Tab' && key !== 'Shift') this.#completing = null;
  }

  /** @param {number} way */
  #recall(way) {
    const at = this.#at + way;
    if (at < 0 || at > this.#history.length) return false;
    if (this.#at === this.#history.length) this.#draft = this.#line.value;
    this.#at = at;
    this.begin(this.#history[at] ?? this.#draft);
    return true;
  }

  #complete() {
    if (this.#completing?.made !== this.#line.value) {
      const all = this.#hooks.complete(this.#line.value);
      this.#completing = { made: '', all, at: -1 };
    }
    const { all, at } = this.#completing;
    const next = all[(at + 1) % all.length];
    if (next === undefined) return false;
    this.#completing = { made: next, all, at: (at + 1) % all.length };
    this.begin(next);
    const rest = all.length > 1 ? `, ${all.length} fit` : '';
    part('completed').textContent = `${next.trim()}${rest}`;
    return true;
  }

  /** @param {number} share */
  #turn(share) {
    this.#hooks.turn(share);
    return true;
  }

  /** @param {KeyboardEvent} event */
  #macro(event) {
    const line = /^F\d+$/.test(event.key) ? this.#hooks.macro(event.key) : undefined;
    if (line === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#hooks.send(line);
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
    if (lines.length < 2) return;
    event.preventDefault();
    this.#ask(lines);
  }

  /** @param {string[]} lines */
  #ask(lines) {
    const dialog = byId('paste', HTMLDialogElement);
    const [from, to] = [this.#line.selectionStart ?? 0, this.#line.selectionEnd ?? 0];
    const shown = lines.slice(0, PASTED_SHOWN).map((line) => element('li', {}, line));
    const rest = lines.length - shown.length;
    if (rest > 0) shown.push(element('li', { class: 'soft' }, `and ${rest} more`));
    const each = lines.length > PASTED_MAX ? [] : [button(`Send ${lines.length} lines`, () => {
      dialog.close();
      lines.forEach((line) => this.#hooks.send(line));
    })];
    part('paste-lines').replaceChildren(...shown);
    part('paste-title').textContent = `You paste ${lines.length} lines`;
    part('paste-acts').replaceChildren(
      button('Put them into one line', () => {
        dialog.close();
        this.#line.setRangeText(lines.join(' '), from, to, 'end');
      }, { class: 'first', autofocus: true }),
      ...each,
      button('Leave it', () => dialog.close()),
    );
    dialog.showModal();
    dialog.addEventListener('close', () => this.focus(), { once: true });
  }
}
