// @ts-check
/**
 * The content filter: what is in force, what becomes of a text, and what a rule would find in what was said.
 *
 * @typedef {import('../js/account.js').Account} Account
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
      const { version, actions, channels, words, patterns, found } = await this.#account.get('/moderation/filter');
      part('rules-about').textContent = `Version ${version}. Found since the server started: ${found.mild} mild, ${found.moderate} moderate, ${found.severe} severe.`;
      part('actions').replaceChildren(actionsRow('on most channels', actions), ...channels.map((/** @type {any} */ one) => actionsRow(one.channel, one.actions)));
      part('rules').replaceChildren(...words.map(wordsRow), ...patterns.map(patternRow));
    });
  }

  /** Nothing of it is there for the next one. */
  clear() {
    for (const id of ['actions', 'rules', 'test-result', 'dry-result']) part(id).replaceChildren();
  }

  #test() {
    const text = byId('test-text', HTMLInputElement).value;
    const channel = byId('test-channel', HTMLSelectElement).value;
    return attempt('test-why', async () => {
      part('test-result').replaceChildren();
      const found = await this.#account.post('/moderation/filter/test', channel === '' ? { text } : { text, channel });
      part('test-result').replaceChildren(...verdict(found));
    });
  }

  async #dryRun() {
    const rule = ruleOf();
    const limit = byId('dry-limit', HTMLInputElement).valueAsNumber;
    const result = part('dry-result');
    const bar = element('progress', { 'aria-label': 'The run' });
    result.replaceChildren(bar);
    const started = performance.now();
    const worked = await attempt('dry-why', async () => {
      const { read, hits, examples } = await this.#account.post('/moderation/filter/dry-run', { limit, ...(rule && { rule }) });
      const took = ((performance.now() - started) / 1_000).toFixed(1);
      result.replaceChildren(
        element('p', {}, `${read} lines read in ${took} s; something is found in ${hits}.`),
        element('ol', { class: 'lines' }, ...examples.map(exampleOf)),
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

/** The rule that is filled in; none for those in force. */
function ruleOf() {
  const kind = byId('dry-kind', HTMLSelectElement).value;
  const text = byId('dry-rule', HTMLInputElement).value.trim();
  const severity = byId('dry-severity', HTMLSelectElement).value;
  if (kind === '') return null;
  return kind === 'pattern' ? { severity, pattern: text } : { severity, word: text, fit: kind };
}

/** What comes of a text. @param {any} tested */
function verdict({ action, result, masked, hits, steps }) {
  if (action === null) return [element('p', {}, 'Nothing is found in it.')];
  const rows = hits.map((/** @type {any} */ { rule, category, severity, typed, action: own }) =>
    element('li', {}, element('mark', {}, typed), ` ${rule}, ${category}, ${severity}: ${own}`));
  const known = steps.flatMap((/** @type {{ name: string, text: string }} */ { name, text }) => [element('dt', {}, name), element('dd', { class: 'words' }, text)]);
  return [
    element('p', {}, element('strong', {}, action)),
    element('ul', { class: 'found' }, ...rows),
    element('dl', { class: 'facts' }, element('dt', {}, 'It reads'), element('dd', { class: 'words' }, result), element('dt', {}, 'or masked'), element('dd', { class: 'words' }, masked), ...known),
  ];
}

/** A line in which something was found. @param {any} example */
function exampleOf({ id, at, channel, sender, content, action, rules }) {
  const shown = lineOf({ id, at, channel, sender, content: content ?? '(not for you to read)', flags: [action] }, null);
  shown.append(element('span', { class: 'soft room-of' }, rules.join(', ')));
  return shown;
}

/** @param {string} where @param {{ mild: string, moderate: string, severe: string }} actions */
const actionsRow = (where, { mild, moderate, severe }) =>
  element('tr', {}, element('th', { scope: 'row' }, where), element('td', {}, mild), element('td', {}, moderate), element('td', {}, severe));

/** @param {{ category: string, severity: string, directed: boolean, count: number }} words */
const wordsRow = ({ category, severity, directed, count }) => ruleRow(directed ? 'words said to somebody' : 'words', category, severity, String(count));

/** @param {{ rule: string, category: string, severity: string }} pattern */
const patternRow = ({ rule, category, severity }) => ruleRow(rule, category, severity, '1');

/** @param {string} rule @param {string} category @param {string} severity @param {string} count */
const ruleRow = (rule, category, severity, count) =>
  element('tr', {}, element('th', { scope: 'row' }, rule), element('td', {}, category), element('td', {}, severity), element('td', { class: 'number' }, count));
