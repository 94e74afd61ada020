// @ts-check
/**
 * The channels as tabs, and all of them together: what is unread on each, what was said to its reader, and which one they
 * speak on.
 *
 * @typedef {import('./types.js').Talk} Talk
 *
 * @typedef {object} Hooks
 * @property {(channel: string | null) => void} chosen `null` is all of them.
 * @property {(channel: string) => boolean} isQuiet Whether nothing is made of what is said there.
 * @property {(talk: Talk) => void} mentioned Somebody spoke to the reader, or named them.
 */

import { element, part } from './dom.js';

/** Channels that are for one person: all that is said there is said to them. */
const FOR_ONE = new Set(['whisper']);

/** Channels that stand before the others. */
const FIRST = ['say', 'whisper', 'party', 'global'];

/** @typedef {{ tab: HTMLButtonElement, count: HTMLElement, unread: number, mentions: number }} Tab */

export class Channels {
  #list = part('channels');
  #hooks;
  /** @type {Map<string, Tab>} Under '' are all of them. */ #tabs = new Map();
  #chosen = '';
  #title = document.title;

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#list.addEventListener('keydown', (event) => this.#key(event));
    this.#list.addEventListener('focusin', () => {
      const isRow = getComputedStyle(this.#list).flexDirection === 'row';
      this.#list.setAttribute('aria-orientation', isRow ? 'horizontal' : 'vertical');
    });
    document.addEventListener('visibilitychange', () => this.#seen());
  }

  /** The channel that is shown; null is all of them. */
  get chosen() {
    return this.#chosen === '' ? null : this.#chosen;
  }

  get names() {
    return [...this.#tabs.keys()].filter((name) => name !== '');
  }

  /**
   * These are the channels that can be heard.
   *
   * @param {string[]} names
   */
  know(names) {
    const others = names.filter((name) => !FIRST.includes(name)).sort();
    const wanted = ['', ...FIRST.filter((name) => names.includes(name)), ...others];
    for (const [name, { tab }] of this.#tabs) {
      if (!wanted.includes(name)) {
        tab.remove();
        this.#tabs.delete(name);
      }
    }
    for (const name of wanted) {
      const known = this.#tabs.get(name) ?? this.#make(name);
      this.#list.append(known.tab);
    }
    this.choose(this.#tabs.has(this.#chosen) ? this.#chosen : '');
  }

  /**
   * A line was said.
   *
   * @param {Talk} talk
   * @param {{ mentions: boolean, own: boolean, old: boolean }} marks
   */
  heard(talk, { mentions, own, old }) {
    const tab = this.#tabs.get(talk.channel);
    if (own || !tab || this.#hooks.isQuiet(talk.channel)) return;
    const isFor = mentions || FOR_ONE.has(talk.channel);
    const isRead = !document.hidden && (this.#chosen === '' || this.#chosen === talk.channel);
    if (isFor && !old) this.#hooks.mentioned(talk);
    if (isRead) return;
    tab.unread += 1;
    tab.mentions += isFor ? 1 : 0;
    this.#show(talk.channel, tab);
  }

  /** @param {string} name */
  choose(name) {
    this.#chosen = name;
    for (const [other, { tab }] of this.#tabs) {
      const isIt = other === name;
      tab.setAttribute('aria-selected', String(isIt));
      tab.tabIndex = isIt ? 0 : -1;
    }
    this.#tabs.get(name)?.tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.#seen();
    this.#hooks.chosen(this.chosen);
  }

  /** @param {string} name */
  #make(name) {
    const count = element('span', { class: 'count' });
    const label = name === '' ? 'All' : name;
    const attributes = { type: 'button', role: 'tab', class: 'tab', 'aria-controls': 'log', 'data-channel': name };
    const tab = element('button', attributes, element('span', { class: 'dot' }), element('span', { class: 'label' }, label), count);
    tab.addEventListener('click', () => this.choose(name));
    const made = { tab, count, unread: 0, mentions: 0 };
    this.#tabs.set(name, made);
    return made;
  }

  /** What is shown is read, as long as somebody looks. */
  #seen() {
    if (document.hidden) return;
    const read = this.#chosen === '' ? [...this.#tabs.keys()] : [this.#chosen];
    for (const name of read) {
      const tab = this.#tabs.get(name);
      if (!tab) continue;
      [tab.unread, tab.mentions] = [0, 0];
      this.#show(name, tab);
    }
  }

  /**
   * @param {string} name
   * @param {Tab} tab
   */
  #show(name, { tab, count, unread, mentions }) {
    count.textContent = unread === 0 ? '' : String(mentions > 0 ? `@${mentions}` : unread);
    tab.classList.toggle('unread', unread > 0);
    tab.classList.toggle('mentioned', mentions > 0);
    const news = unread === 0 ? '' : `, ${unread} unread${mentions > 0 ? `, ${mentions} to you` : ''}`;
    tab.setAttribute('aria-label', `${name === '' ? 'All channels' : name}${news}`);
    const all = [...this.#tabs.values()].reduce((sum, one) => sum + one.mentions, 0);
    document.title = all > 0 ? `(${all}) ${this.#title}` : this.#title;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const names = [...this.#tabs.keys()];
    const at = names.indexOf(this.#chosen);
    const to = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: names.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const name = names[(to + names.length) % names.length] ?? '';
    this.choose(name);
    this.#tabs.get(name)?.tab.focus();
  }
}
