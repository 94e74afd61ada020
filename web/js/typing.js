// @ts-check
/**
 * Who writes to the player, and telling others that the player writes to them. What is written is told to nobody.
 *
 * It stands there to be seen, and is not announced: a screen reader would stop reading what was said, every few seconds, to
 * say that something may follow.
 *
 * @typedef {import('./types.js').Talk} Talk
 * @typedef {import('./types.js').Typing} Told
 *
 * @typedef {{ channel: string, target?: string }} Addressed Without a target: whoever `reply` answers, or the whole party.
 *
 * @typedef {object} Hooks
 * @property {(frame: object) => boolean} send
 * @property {() => string | null} tab The channel that is shown; `null` is all of them.
 */

import { expand } from './aliases.js';
import { byId, part } from './dom.js';
import { preferences } from './preferences.js';

/** How often it is told that the player writes, and how long it shows that somebody else does. Milliseconds. */
const EVERY = 3_000;
const LASTS = 5_000;

/** Channels on which it shows. Of those that many hear it would never end. */
const SHOWN_ON = new Set(['whisper', 'party']);

const WHISPER = /^(?:whi(?:s(?:p(?:er?)?)?)?|tell)\s+(\S+)\s+\S/i;
const REPLY = /^(?:r|reply?)\s+\S/i;
const RETELL = /^ret(?:e(?:ll?)?)?\s+\S/i;
/** To the party: what begins with a word for its affairs is none. */
const PARTY = /^(?:ptell\s+\S|party\s+(?!(?:create|invite|accept|list|leave|kick|lead|disband)\s)\S+\s)/i;

/**
 * For whom a line is, where that is shown while it is written; null for any other, and as long as it has no words.
 *
 * @param {string} line
 * @param {string | null} tab
 * @param {Record<string, string>} aliases
 * @param {string | undefined} last To whom the player whispered last.
 * @returns {Addressed | null}
 */
export function addressed(line, tab, aliases, last) {
  if (tab !== null && !line.startsWith('/')) return SHOWN_ON.has(tab) && line.trim() !== '' ? { channel: tab } : null;
  const plain = line.startsWith('/') ? line.slice(1) : line;
  for (const one of expand(plain, aliases)) {
    const target = RETELL.test(one) ? last : WHISPER.exec(one)?.[1];
    if (target !== undefined) return { channel: 'whisper', target };
    if (REPLY.test(one)) return { channel: 'whisper' };
    if (PARTY.test(one)) return { channel: 'party' };
  }
  return null;
}

/** @typedef {{ name: string, channel: string, timer: ReturnType<typeof setTimeout> }} Writer */

export class Typing {
  #line = byId('line', HTMLInputElement);
  #shown = part('typing');
  #hooks;
  #told = -EVERY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #later;
  /** @type {string | undefined} */ #last;
  /** @type {Map<string, Writer>} By channel and person. */ #writers = new Map();

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#line.addEventListener('input', () => this.#tell());
  }

  /** Somebody writes. @param {Told} told */
  heard({ channel, player: { id, name } }) {
    const key = `${channel} ${id}`;
    clearTimeout(this.#writers.get(key)?.timer);
    this.#writers.set(key, { name, channel, timer: setTimeout(() => this.#end(key), LASTS) });
    this.show();
  }

  /** A line was said: who said it writes it no longer. @param {Talk} talk @param {boolean} own */
  said({ channel, sender, target }, own) {
    if (own && channel === 'whisper') this.#last = target?.name;
    this.#end(`${channel} ${sender.id}`);
  }

  /** Nobody is known to write any more. */
  forget() {
    for (const key of [...this.#writers.keys()]) this.#end(key);
  }

  /** Shows who writes on what is shown now. */
  show() {
    const tab = this.#hooks.tab();
    const writers = [...this.#writers.values()].filter(({ channel }) => tab === null || tab === channel);
    const [first, second] = writers;
    this.#shown.hidden = first === undefined;
    if (!first) this.#shown.textContent = '';
    else if (!second) this.#shown.textContent = `${first.name} is writing to ${first.channel === 'party' ? 'the party' : 'you'}…`;
    else if (writers.length === 2) this.#shown.textContent = `${first.name} and ${second.name} are writing…`;
    else this.#shown.textContent = `${writers.length} people are writing…`;
  }

  /** @param {string} key */
  #end(key) {
    clearTimeout(this.#writers.get(key)?.timer);
    if (this.#writers.delete(key)) this.show();
  }

  /** Tells that the player writes; if it was told a moment ago, later, if there still is something written then. */
  #tell() {
    const now = performance.now();
    const wait = this.#told + EVERY - now;
    clearTimeout(this.#later);
    if (wait > 0) {
      this.#later = setTimeout(() => this.#tell(), wait);
      return;
    }
    const { typing, aliases } = preferences();
    const to = typing && addressed(this.#line.value, this.#hooks.tab(), aliases, this.#last);
    if (to && this.#hooks.send({ type: 'typing', ...to })) this.#told = now;
  }
}
