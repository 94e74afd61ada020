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
  #draw({ player, account, points, by_them, ...lists }) {
    /** @type {[string, string | null][]} */
    const facts = [
      ['Account', account && `${account.name}, ${account.rank}`],
      ['Since', account && moment(account.created_at)],
      ['Characters', account && account.characters.join(', ')],
      ['Points', points === null ? null : points.toFixed(1)],
    ];
    const known = facts.filter(([, value]) => value !== null);
    part('record').replaceChildren(
      element('h2', {}, player),
      element('dl', { class: 'facts' }, ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value ?? '')])),
      element(
        'div',
        { class: 'acts' },
        small('Add a note', () => this.#note(player)),
        small('Restrict', () => this.#restrictions.impose({ player })),
      ),
      ...sections(lists, ''),
      ...sections(by_them, 'By them: '),
    );
  }

  /** @param {string} player */
  #note(player) {
    ask({
      title: `A note on ${player}`,
      verb: 'Add the note',
      fields: [{ name: 'text', label: 'Note', hint: 'Only staff read it. It stays.' }],
      says: ({ text }) => [`On the record of ${player}: “${text}”`],
      act: async ({ text }, key) => {
        await this.#account.post(`/moderation/records/${encodeURIComponent(player)}/notes`, { text }, key);
        void this.open();
        return { text: `Noted on the record of ${player}.` };
      },
    });
  }
}

/** @typedef {[when: string, what: (string | null | false)[], words: string]} Row When, what in a few words, and why. */

/** How each list reads: its title, and its rows. @type {Record<string, [title: string, row: (one: any) => Row]>} */
const LISTS = {
  restrictions: ['Restrictions', restriction],
  lifted: ['Lifted of others', restriction],
  remarks: ['Warnings, notes, kicks', ({ at, kind, subject, by, text, acknowledged_at }) => [at, [kind, subject, `by ${by}`, acknowledged_at && `read ${moment(acknowledged_at)}`], text]],
  redactions: ['Lines taken back', ({ at, channel, sender, by, reason, undone_at }) => [at, [channel, sender, `by ${by}`, undone_at && `put back ${moment(undone_at)}`], reason]],
  held: ['Lines that waited', ({ at, number, channel, content, verdict, settled_by }) => [at, [`line ${number}`, channel, verdict, settled_by && `by ${settled_by}`], content]],
  reports: ['Cases', ({ opened_at, number, kind, subject, verdict, closed_by, verdict_reason }) => [opened_at, [`${kind} ${number}`, subject, verdict ?? 'open', closed_by && `by ${closed_by}`], verdict_reason ?? '']],
};

/** @param {any} it @returns {Row} */
function restriction({ from, kind, subject, channels, issuer, until, state, lifted_at, lifted_by, reason }) {
  const end = lifted_at ? `lifted ${moment(lifted_at)} by ${lifted_by}` : until ? `until ${moment(until)}` : 'until it is lifted';
  return [from, [state, kind, subject, channels && `on ${channels.join(', ')}`, `by ${issuer}`, end], reason];
}

/** The lists of a record that have anything in them. @param {Record<string, any[]>} lists @param {string} before */
function sections(lists, before) {
  return Object.entries(LISTS).flatMap(([name, [title, row]]) => {
    const rows = lists[name] ?? [];
    if (rows.length === 0) return [];
    return [element('h3', {}, `${before}${title}`), element('ul', {}, ...rows.map((one) => item(row(one))))];
  });
}

/** @param {Row} row */
const item = ([when, what, words]) =>
  element('li', { class: 'case' }, element('span', { class: 'soft' }, moment(when)), element('span', {}, what.filter(Boolean).join(', ')), element('span', { class: 'words' }, words));
