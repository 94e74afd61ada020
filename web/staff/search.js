// @ts-check
/**
 * Searching what was said, and what staff did.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./acts.js').Acts} Acts
 * @typedef {import('./types.js').Line} Line
 * @typedef {import('./types.js').Entry} Entry
 */

import { byId, element, part } from '../js/dom.js';
import { openMenu } from '../js/menu.js';
import { instant, moment } from './durations.js';
import { Pages } from './pages.js';
import { lineOf, walkLines } from './talk.js';

/** What stands in a field. @param {string} id */
const value = (id) => {
  const field = part(id);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value.trim() : '';
};

/**
 * What was said: taken back or not, with its flags.
 *
 * @param {Account} account
 * @param {Acts} acts
 */
export function searchLines(account, acts) {
  walkLines(part('search-lines'));
  return new Pages(account, {
    id: 'search',
    path: '/moderation/lines',
    list: 'lines',
    into: part('search-lines'),
    query: () => ({
      q: value('search-q'),
      player: value('search-player'),
      channel: value('search-channel'),
      since: instant(value('search-since')),
      until: instant(value('search-until')),
    }),
    draw: (/** @type {Line} */ line) => {
      const drawn = lineOf(line, (of, anchor) => openMenu(acts.ofLine(of), anchor));
      drawn.tabIndex = 0;
      return drawn;
    },
  });
}

/**
 * What staff did, and what they were refused.
 *
 * @param {Account} account
 */
export function searchLog(account) {
  return new Pages(account, {
    id: 'log',
    path: '/moderation/audit',
    list: 'entries',
    into: part('log-entries'),
    query: () => ({
      actor: value('log-actor'),
      target: value('log-target'),
      act: value('log-act'),
      since: instant(value('log-since')),
      until: instant(value('log-until')),
    }),
    draw: rowOf,
  });
}

/** @param {Entry} entry */
function rowOf({ at, actor, rank, act, target, detail, refused, until }) {
  const parts = [detail, until && `until ${moment(until)}`, refused && `Refused: ${refused}`].filter(Boolean);
  return element(
    'tr',
    refused ? { class: 'refused' } : {},
    element('td', {}, element('time', { datetime: at, title: new Date(at).toLocaleString() }, moment(at))),
    element('th', { scope: 'row' }, actor ?? '', rank ? element('span', { class: 'soft' }, ` ${rank}`) : ''),
    element('td', {}, act),
    element('td', { class: 'words' }, target ?? ''),
    element('td', { class: 'words' }, parts.join('; ')),
  );
}

/** Fills the lists of channels. @param {string[]} channels */
export function offerChannels(channels) {
  for (const id of ['live-channel', 'search-channel', 'test-channel']) {
    const list = byId(id, HTMLSelectElement);
    const [first] = list.options;
    const chosen = list.value;
    list.replaceChildren(...(first ? [first] : []), ...channels.map((name) => element('option', { value: name }, name)));
    list.value = chosen;
  }
}
