// @ts-check
/**
 * What counts against anybody now, with how long still; lifting it, and imposing more.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./types.js').Restrained} Restrained
 * @typedef {{ it: Restrained, row: HTMLTableRowElement, left: HTMLElement, until: number | null }} Row
 *   `until` is as of `performance.now`, which nobody can set.
 */

import { button, byId, element, part } from '../js/dom.js';
import { ask, attempt, small } from './ask.js';
import { imposed, lifts, reasoned } from './acts.js';
import { withQuery } from './asking.js';
import { inWords, moment } from './durations.js';
import { fieldsOf, orderOf, saysOf } from './kinds.js';

/** How often the time that is left is shown anew. Milliseconds. */
const BEAT = 500;

export class Restrictions {
  /** @type {Account} */ #account;
  /** @type {() => string[]} */ #channels;
  /** @type {(name: string) => void} */ #showRecord;
  #whom = byId('restrictions-whom', HTMLInputElement);
  /** @type {Row[]} */ #rows = [];

  /**
   * @param {Account} account
   * @param {() => string[]} channels
   * @param {(name: string) => void} showRecord
   */
  constructor(account, channels, showRecord) {
    [this.#account, this.#channels, this.#showRecord] = [account, channels, showRecord];
    part('restrictions-bar').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.open();
    });
    this.#whom.addEventListener('input', () => this.#sift());
    part('impose').addEventListener('click', () => this.impose({}));
    setInterval(() => this.#beat(), BEAT);
  }

  /** Fetches what counts. */
  open() {
    return attempt('restrictions-why', async () => {
      const restrictions = await this.#account.all('/moderation/restrictions', 'restrictions');
      this.#rows = restrictions.map((/** @type {Restrained} */ it) => this.#rowOf(it));
      part('restrictions').replaceChildren(...this.#rows.map(({ row }) => row));
      this.#beat();
      this.#sift();
    });
  }

  /** Nothing of it is there for the next one. */
  clear() {
    this.#rows = [];
    part('restrictions').replaceChildren();
  }

  /** Asks for what is to be imposed. @param {import('./ask.js').Values} known */
  impose(known) {
    ask({
      title: 'Restrict somebody',
      verb: 'Do it',
      fields: fieldsOf(known, this.#channels()),
      suits: (values, changed) => {
        // Each kind has lengths of its own.
        const { lasts: _, measure: __, ...others } = values;
        return fieldsOf(changed === 'kind' ? others : values, this.#channels());
      },
      says: saysOf,
      act: async (values, key) => {
        const { restriction, remark } = await this.#account.post('/moderation/restrictions', orderOf(values), key);
        void this.open();
        if (!restriction) return { text: `${remark.kind}: ${remark.subject}` };
        return { text: imposed(restriction), undo: this.#takesBack(restriction) };
      },
    });
  }

  /** @param {Restrained} it */
  #takesBack(it) {
    const lift = lifts(this.#account, it);
    return lift && (() => lift().finally(() => this.open()));
  }

  /** @param {Restrained} it @returns {Row} */
  #rowOf(it) {
    const left = element('td', { class: 'number' });
    const channels = it.channels?.join(', ') ?? 'everywhere';
    const who = it.subject === 'everyone' ? it.subject : button(it.subject, () => this.#showRecord(it.subject), { class: 'press' });
    const row = element(
      'tr',
      {},
      element('td', {}, it.kind),
      element('th', { scope: 'row' }, who),
      element('td', {}, channels),
      left,
      element('td', { class: 'words' }, it.reason),
      element('td', {}, it.issuer),
      element('td', {}, small('Lift', () => this.#lift(it))),
    );
    if (it.until) left.title = moment(it.until);
    // The second that has begun counts.
    return { it, row, left, until: it.seconds_left === null ? null : performance.now() + (it.seconds_left + 1) * 1_000 };
  }

  /** @param {Restrained} it */
  #lift(it) {
    ask({
      title: `Lift: ${it.kind} of ${it.subject}`,
      verb: 'Lift it',
      fields: [{ ...reasoned('', 'For the record.'), optional: true }],
      says: () => [`${imposed(it)}: it counts no more.`],
      act: async ({ reason }) => {
        await this.#account.remove(withQuery(`/moderation/restrictions/${it.id}`, { reason }));
        void this.open();
        return { text: `Lifted: ${it.kind} of ${it.subject}.` };
      },
    });
  }

  /** Shows how long still; what is over goes. */
  #beat() {
    const now = performance.now();
    const over = this.#rows.filter(({ until }) => until !== null && until <= now);
    over.forEach(({ row }) => row.remove());
    this.#rows = this.#rows.filter((one) => !over.includes(one));
    for (const { left, until } of this.#rows) {
      const text = until === null ? 'until lifted' : inWords((until - now) / 1_000);
      if (left.textContent !== text) left.textContent = text;
    }
    part('restrictions-none').hidden = this.#rows.length > 0;
    const count = part('tab-restrictions').querySelector('.count');
    if (count) count.textContent = this.#rows.length > 0 ? String(this.#rows.length) : '';
  }

  #sift() {
    const sought = this.#whom.value.trim().toLowerCase();
    for (const { it, row } of this.#rows) row.hidden = !it.subject.toLowerCase().includes(sought);
  }
}
