// @ts-check
/**
 * The dialog in which one chooses how the page looks and behaves.
 *
 * @typedef {import('./preferences.js').Preferences} Preferences
 */

import { button, byId, element, part } from './dom.js';
import { colourOf } from './looks.js';
import { preferences, prefer, watchPreferences } from './preferences.js';

/** The preferences that a field of the form has the name of, by kind. */
const CHOICES = /** @type {const} */ (['theme', 'font', 'tabs']);
const NUMBERS = /** @type {const} */ (['size', 'width']);
const SWITCHES = /** @type {const} */ (['around', 'linear', 'sounds', 'times', 'echo', 'typing']);

export class Settings {
  #dialog = byId('settings', HTMLDialogElement);
  #form = byId('settings-form', HTMLFormElement);
  #channels;

  /** @param {() => string[]} channels */
  constructor(channels) {
    this.#channels = channels;
    this.#form.addEventListener('input', () => this.#read());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#dialog.close();
    });
    watchPreferences((now) => this.#dialog.open && this.#fill(now));
    byId('settings-close', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
  }

  open() {
    this.#fill(preferences());
    this.#showChannels();
    this.#showPairs('macros', 'F', 'F2', 'say Hello!');
    this.#showPairs('aliases', '', 'gg', 'get gem;say Mine!');
    this.#dialog.showModal();
  }

  /** @param {Preferences} now */
  #fill(now) {
    for (const name of CHOICES) this.#field(`${name}-${now[name]}`).checked = true;
    for (const name of NUMBERS) this.#field(`pref-${name}`).value = String(now[name]);
    for (const name of SWITCHES) this.#field(`pref-${name}`).checked = now[name];
    this.#showNumbers(now);
  }

  /** @param {string} id */
  #field(id) {
    return byId(id, HTMLInputElement);
  }

  #read() {
    const data = new FormData(this.#form);
    /** @type {Partial<Preferences>} */
    const changes = {
      theme: /** @type {Preferences['theme']} */ (data.get('theme')),
      font: /** @type {Preferences['font']} */ (data.get('font')),
      tabs: /** @type {Preferences['tabs']} */ (data.get('tabs')),
    };
    for (const name of NUMBERS) changes[name] = Number(this.#field(`pref-${name}`).value);
    for (const name of SWITCHES) changes[name] = this.#field(`pref-${name}`).checked;
    prefer(changes);
  }

  /** @param {Preferences} now */
  #showNumbers({ size, width }) {
    part('size-is').textContent = `${size} px`;
    part('width-is').textContent = width === 0 ? 'as wide as it goes' : `${width} letters`;
    this.#field('pref-size').setAttribute('aria-valuetext', `${size} pixels`);
    this.#field('pref-width').setAttribute('aria-valuetext', part('width-is').textContent ?? '');
  }

  #showChannels() {
    const rows = this.#channels().map((channel) => {
      const { quiet } = preferences();
      const counts = element('input', { type: 'checkbox', checked: !quiet.includes(channel), 'aria-label': `Tell me of new lines on ${channel}` });
      counts.addEventListener('change', () => {
        const others = preferences().quiet.filter((one) => one !== channel);
        prefer({ quiet: counts.checked ? others : [...others, channel] });
      });
      const colour = element('input', { type: 'color', value: colourOf(channel), 'aria-label': `Colour of ${channel}` });
      colour.addEventListener('change', () => prefer({ colours: { ...preferences().colours, [channel]: colour.value } }));
      return element('tr', { 'data-channel': channel }, element('th', { scope: 'row' }, channel), element('td', {}, counts), element('td', {}, colour));
    });
    part('settings-channels').replaceChildren(...rows);
  }

  /**
   * A list of words and what they stand for, which can be added to and taken from.
   *
   * @param {'macros' | 'aliases'} which
   * @param {string} begins What each word has to begin with.
   * @param {string} word An example.
   * @param {string} line And of what it stands for.
   */
  #showPairs(which, begins, word, line) {
    const again = () => this.#showPairs(which, begins, word, line);
    const rows = Object.entries(preferences()[which]).map(([key, stands]) => {
      const drop = button('Remove', () => {
        const { [key]: _, ...others } = preferences()[which];
        prefer({ [which]: others });
        again();
      }, { 'aria-label': `Remove ${key}` });
      return element('li', {}, element('kbd', {}, key), element('span', {}, stands), drop);
    });
    const what = which === 'macros' ? 'Function key' : 'Word';
    const key = element('input', { type: 'text', placeholder: word, maxlength: 20, 'aria-label': what });
    const stands = element('input', { type: 'text', placeholder: line, maxlength: 500, 'aria-label': 'What it types' });
    const add = button('Add', () => {
      const name = key.value.trim();
      if (name === '' || /\s/.test(name) || !name.startsWith(begins) || stands.value.trim() === '') return key.focus();
      prefer({ [which]: { ...preferences()[which], [name]: stands.value.trim() } });
      again();
    });
    part(`settings-${which}`).replaceChildren(element('ul', {}, ...rows), element('div', { class: 'pair' }, key, stands, add));
  }
}
