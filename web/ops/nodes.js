// @ts-check
/**
 * The processes of the server, and taking them out of service: after a question, with a countdown, and back again.
 *
 * @typedef {import('../js/account.js').Account} Account
 *
 * @typedef {object} Node
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string} version
 * @property {string} started
 * @property {number} sessions
 * @property {Record<string, number> | null} connections
 * @property {string} bus
 * @property {{ until: string, seconds_left: number, reason: string, by: string } | null} draining
 * @property {number} heard_seconds_ago
 */

import { button, byId, element, part } from '../js/dom.js';

/** After what silence a process may be gone: it tells how it is every five seconds. Seconds. */
const SILENT_MAX = 15;

export class Nodes {
  #dialog = byId('drain', HTMLDialogElement);
  #seconds = byId('drain-seconds', HTMLInputElement);
  #reason = byId('drain-reason', HTMLInputElement);
  /** @type {Account} */ #account;
  /** @type {string | null} */ #chosen = null;
  /** Of all processes together. */
  totals = { sessions: 0, connections: 0 };
  /** @type {string} What shows now: rows are made anew only when something has changed. */
  #shown = '';

  /** @param {Account} account */
  constructor(account) {
    this.#account = account;
    byId('drain-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#drain();
    });
    part('drain-cancel').addEventListener('click', () => this.#dialog.close());
  }

  /** Asks for them, and shows them. */
  async refresh() {
    const { nodes } = await this.#account.get('/operations/nodes');
    this.show(nodes);
  }

  /** @param {Node[]} nodes */
  show(nodes) {
    const shown = JSON.stringify(nodes);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const connections = nodes.flatMap((node) => Object.values(node.connections ?? {}));
    this.totals = { sessions: sum(nodes.map(({ sessions }) => sessions)), connections: sum(connections) };
    const focused = document.activeElement?.id;
    part('nodes').replaceChildren(...nodes.map((node) => this.#row(node)));
    if (focused) document.getElementById(focused)?.focus();
  }

  /** Forgets them. */
  clear() {
    this.#shown = '';
    this.#dialog.close();
    part('nodes').replaceChildren();
  }

  /** @param {Node} node */
  #row(node) {
    const { id, name, role, version, started, sessions, connections, bus, heard_seconds_ago: ago } = node;
    const doors = Object.entries(connections ?? {}).filter(([, count]) => count > 0);
    const cells = [
      `${role} (${name})`,
      version,
      new Date(started).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }),
      connections === null ? '–' : String(sessions),
      connections === null ? '–' : doors.map(([door, count]) => `${door.replaceAll('_', ' ')} ${count}`).join(', ') || 'none',
      bus,
      ago <= SILENT_MAX ? 'now' : `${ago} s ago`,
    ];
    const made = element('tr', { 'data-node': id }, element('th', { scope: 'row' }, id), ...cells.map((cell) => element('td', {}, cell)));
    made.append(element('td', { class: 'state' }, stateOf(node)), element('td', {}, ...this.#acts(node)));
    made.classList.toggle('silent', ago > SILENT_MAX);
    return made;
  }

  /** @param {Node} node */
  #acts({ id, connections, draining }) {
    if (connections === null) return [];
    if (draining !== null) return [button('Undrain', () => void this.#undrain(id), { id: `undrain-${id}`, 'aria-label': `Undrain ${id}` })];
    return [button('Drain…', () => this.#ask(id), { id: `drain-${id}`, 'aria-label': `Drain… ${id}` })];
  }

  /** @param {string} id */
  #ask(id) {
    this.#chosen = id;
    part('drain-title').textContent = `Take ${id} out of service?`;
    part('drain-why').textContent = '';
    this.#dialog.showModal();
    this.#reason.focus();
  }

  async #drain() {
    const [node, seconds, reason] = [this.#chosen, this.#seconds.valueAsNumber, this.#reason.value.trim()];
    if (node === null) return;
    await this.#order(part('drain-why'), async () => {
      await this.#account.post('/operations/drain', { node, reason, seconds });
      this.#dialog.close();
    });
  }

  /** @param {string} node */
  #undrain(node) {
    return this.#order(part('nodes-why'), () => this.#account.remove(`/operations/drain?node=${encodeURIComponent(node)}`));
  }

  /** Orders something; says beside it why it came to nothing. @param {HTMLElement} why @param {() => Promise<unknown>} act */
  async #order(why, act) {
    why.textContent = '';
    try {
      await act();
      await this.refresh();
    } catch (error) {
      why.textContent = error instanceof Error ? error.message : String(error);
    }
  }
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** @param {Node} node */
function stateOf({ connections, draining }) {
  if (connections === null) return 'no players connect here';
  if (draining === null) return 'in service';
  const { seconds_left: left, reason, by } = draining;
  const ordered = `${reason} (${by})`;
  if (left > 0) return `draining, ${left} s left: ${ordered}`;
  return Object.values(connections).some((count) => count > 0) ? `draining, closing: ${ordered}` : `out of service: ${ordered}`;
}
