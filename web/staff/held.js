// @ts-check
/**
 * Lines that wait until staff have approved of them.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./types.js').Held} Line
 */

import { element, part } from '../js/dom.js';
import { ask, attempt, small } from './ask.js';
import { reasoned } from './acts.js';
import { moment } from './durations.js';

/** How often it is looked whether something waits, while that is on the page. Milliseconds. */
const LOOKS = 5_000;

export class Held {
  /** @type {Account} */ #account;
  #shown = '';

  /** @param {Account} account */
  constructor(account) {
    this.#account = account;
    setInterval(() => !document.hidden && !part('view-reports').hidden && account.stands && void this.open(), LOOKS);
  }

  /** Fetches what waits. */
  open() {
    return attempt('held-why', async () => {
      this.#draw(await this.#account.all('/moderation/queue', 'lines'));
    });
  }

  /** Nothing of it is there for the next one. */
  clear() {
    this.#draw([]);
  }

  /** @param {Line[]} lines */
  #draw(lines) {
    const now = JSON.stringify(lines);
    // What is the same stays, with the focus that may be in it.
    if (now === this.#shown) return;
    this.#shown = now;
    part('held').replaceChildren(...lines.map((line) => this.#rowOf(line)));
    part('held-none').hidden = lines.length > 0;
  }

  /** @param {Line} line */
  #rowOf(line) {
    const { number, at, channel, sender, content, room, rule, found, expires_at } = line;
    const by = rule ? `; by ${[rule, found.join(', ')].filter(Boolean).join(': ')}` : '';
    return element(
      'li',
      { class: 'case' },
      element('span', { class: 'speaker' }, `${number} ${sender}`),
      element('span', { class: 'soft' }, `${moment(at)}, ${channel}, in ${room}${by}${expires_at ? `; until ${moment(expires_at)}` : ''}`),
      element('span', { class: 'words' }, content),
      element('span', { class: 'acts' }, small('Approve', () => this.#approve(line)), small('Reject', () => this.#reject(line))),
    );
  }

  /** @param {Line} line */
  #approve({ number, sender, channel, content }) {
    ask({
      title: `Approve line ${number}`,
      verb: 'Approve',
      says: () => [`It is said on ${channel}, in the name of ${sender}: “${content}”`],
      act: async (_, key) => {
        const { not_said } = await this.#settle(number, { verdict: 'approve' }, key);
        return { text: not_said ? `Line ${number} of ${sender} was not said: ${not_said}` : `Line ${number} of ${sender} was said.` };
      },
    });
  }

  /** @param {Line} line */
  #reject({ number, sender, channel, content }) {
    ask({
      title: `Reject line ${number}`,
      verb: 'Reject',
      fields: [reasoned('not on this channel')],
      says: ({ reason }) => [`It is not said on ${channel}: “${content}”`, `${sender} reads: “${reason}”`],
      act: async ({ reason }, key) => {
        await this.#settle(number, { verdict: 'reject', reason }, key);
        return { text: `Line ${number} of ${sender} is not said.` };
      },
    });
  }

  /** @param {number} number @param {object} verdict @param {string} key */
  async #settle(number, verdict, key) {
    const became = await this.#account.post(`/moderation/queue/${number}`, verdict, key);
    void this.open();
    return became;
  }
}
