// @ts-check
/**
 * The content filter: what is in force, what becomes of a text, and what a rule would find in what was said.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./types.js').Line} Line
 */

import { byId, element, part } from '../js/dom.js';
import { attempt } from './ask.js';
import { lineOf } from './talk.js';

export class Filter {
  /** @type {Account} */ #account;

  /** @param {Account} account */
  constructor(account) {
    this.#account = account;
    onSubmit('test-form', () => this.#test());
    onSubmit('dry-form', () => this.#dryRun());
  }

  /** Fetches the rules. */
  open() {
    return attempt('rules-why', async () => {
      const { rules } = await this.#account.get('/moderation/filter');
      part('rules').replaceChildren(...rules.map(rowOf));
    });
  }

  /** Nothing of it is there for the next one. */
  clear() {
    for (const id of ['rules', 'test-result', 'dry-result']) part(id).replaceChildren();
  }

  #test() {
    const text = byId('test-text', HTMLInputElement).value;
    const channel = byId('test-channel', HTMLSelectElement).value;
    return attempt('test-why', async () => {
      part('test-result').replaceChildren();
      const found = await this.#account.post('/moderation/filter/test', channel === '' ? { text } : { text, channel });
      part('test-result').replaceChildren(...verdict(text, found));
    });
  }

  async #dryRun() {
    const rule = byId('dry-rule', HTMLInputElement).value.trim();
    const limit = byId('dry-limit', HTMLInputElement).valueAsNumber;
    const result = part('dry-result');
    const bar = element('progress', { 'aria-label': 'The run' });
    result.replaceChildren(bar);
    const started = performance.now();
    const worked = await attempt('dry-why', async () => {
      const { read, hits, examples } = await this.#account.post('/moderation/filter/dry-run', rule === '' ? { limit } : { rule, limit });
      const took = ((performance.now() - started) / 1_000).toFixed(1);
      result.replaceChildren(
        element('p', {}, `${read} lines read in ${took} s, ${hits} found.`),
        element('ol', { class: 'lines' }, ...examples.map((/** @type {Line} */ line) => lineOf(line, null))),
      );
    });
    if (!worked) result.replaceChildren();
  }
}

/** @param {string} id @param {() => Promise<unknown>} act */
function onSubmit(id, act) {
  part(id).addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = part(id);
    if (form.getAttribute('aria-busy') === 'true') return;
    form.setAttribute('aria-busy', 'true');
    await act();
    form.removeAttribute('aria-busy');
  });
}

/**
 * What was found in a text, marked in it.
 *
 * @param {string} text
 * @param {{ action: string, result: string, hits: { rule: string, category?: string, severity?: string, from?: number, to?: number }[] }} found
 */
function verdict(text, { action, result, hits }) {
  const rows = hits.map(({ rule, category, severity, from, to }) => {
    const where = from !== undefined && to !== undefined ? element('mark', {}, [...text].slice(from, to).join('')) : '';
    return element('li', {}, `${rule}${category ? `, ${category}` : ''}${severity ? `, ${severity}` : ''} `, where);
  });
  return [
    element('p', {}, element('strong', {}, action), hits.length === 0 ? ': nothing is found in it.' : ''),
    ...(hits.length > 0 ? [element('ul', { class: 'found' }, ...rows)] : []),
    ...(result ? [element('p', { class: 'words' }, result)] : []),
  ];
}

/** @param {{ name: string, kind: string, action: string, hits: number }} rule */
const rowOf = ({ name, kind, action, hits }) =>
  element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, kind), element('td', {}, action), element('td', { class: 'number' }, String(hits)));
