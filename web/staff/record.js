// @ts-check
/**
 * All that is on record about one player, and a note more.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./restrictions.js').Restrictions} Restrictions
 */

import { byId, element, part } from '../js/dom.js';
import { ask, attempt, small } from './ask.js';
import { moment } from './durations.js';

/** What stands in the head of a record, and what it is called there. @type {[name: string, label: string][]} */
const FACTS = [['account', 'Account'], ['rank', 'Rank'], ['created', 'Since'], ['points', 'Points']];

export class PlayerRecord {
  /** @type {Account} */ #account;
  /** @type {Restrictions} */ #restrictions;
  #name = byId('record-name', HTMLInputElement);

  /**
   * @param {Account} account
   * @param {Restrictions} restrictions
   */
  constructor(account, restrictions) {
    [this.#account, this.#restrictions] = [account, restrictions];
    part('record-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.open();
    });
  }

  /** Shows the record of somebody. @param {string} name */
  show(name) {
    this.#name.value = name;
    return this.open();
  }

  /** Fetches it anew; that somebody looked is on record, too. */
  async open() {
    const name = this.#name.value.trim();
    if (name === '') return true;
    return attempt('record-why', async () => {
      part('record').replaceChildren();
      const record = await this.#account.get(`/moderation/records/${encodeURIComponent(name)}`);
      this.#draw(record);
    });
  }

  /** Nothing of it is there for the next one. */
  clear() {
    part('record').replaceChildren();
    this.#name.value = '';
  }

  /** @param {any} record */
  #draw(record) {
    const { player } = record;
    const facts = FACTS.filter(([name]) => record[name] !== null && record[name] !== undefined).flatMap(([name, label]) => [
      element('dt', {}, label),
      element('dd', {}, name === 'created' ? moment(record[name]) : String(record[name])),
    ]);
    part('record').replaceChildren(
      element('h2', {}, player),
      element('dl', { class: 'facts' }, ...facts),
      element(
        'div',
        { class: 'acts' },
        small('Add a note', () => this.#note(player)),
        small('Restrict', () => this.#restrictions.impose({ player })),
      ),
      ...['restrictions', 'notes', 'reports', 'acts'].filter((list) => Array.isArray(record[list])).flatMap((list) => section(list, record[list])),
    );
  }

  /** @param {string} player */
  #note(player) {
    ask({
      title: `A note on ${player}`,
      verb: 'Add the note',
      fields: [{ name: 'text', label: 'Note', hint: 'Only staff read it. It stays.' }],
      says: ({ text }) => [`On the record of ${player}: “${text}”`],
      act: async ({ text }) => {
        await this.#account.post(`/moderation/records/${encodeURIComponent(player)}/notes`, { text });
        void this.open();
        return { text: `Noted on the record of ${player}.` };
      },
    });
  }
}

const TITLES = /** @type {Record<string, string>} */ ({ restrictions: 'Restrictions', notes: 'Notes', reports: 'Reports', acts: 'Acts' });

/** @param {string} list @param {any[]} rows */
function section(list, rows) {
  const items = rows.map((row) => element('li', { class: 'case' }, ...line(row)));
  return [
    element('h3', {}, TITLES[list] ?? list),
    items.length > 0 ? element('ul', {}, ...items) : element('p', { class: 'soft' }, 'None.'),
  ];
}

/** Whatever stands in a row: when, what, by whom, why, and what became of it. @param {any} row */
function line(row) {
  const { at, from, opened_at, kind, what, by, issuer, channels, until, text, reason, lifted, lifted_at, lifted_by, verdict, number } = row;
  const when = at ?? from ?? opened_at;
  const who = by ?? issuer;
  const ended = lifted_at ?? lifted?.at;
  const parts = [
    number !== undefined && `case ${number}`,
    kind ?? what,
    channels && `on ${channels.join(', ')}`,
    who && `by ${who}`,
    until && `until ${moment(until)}`,
    ended && `lifted ${moment(ended)}${lifted_by ?? lifted?.by ? ` by ${lifted_by ?? lifted.by}` : ''}`,
    verdict,
  ].filter(Boolean);
  return [
    element('span', { class: 'soft' }, when ? moment(when) : ''),
    element('span', {}, parts.join(', ')),
    element('span', { class: 'words' }, text ?? reason ?? ''),
  ];
}
