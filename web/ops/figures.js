// @ts-check
/**
 * What is drawn: each chart with its lines, and how a line's value comes from two readings of `/metrics`.
 *
 * @typedef {import('./metrics.js').Metrics} Metrics
 * @typedef {(now: Metrics, before: Metrics | undefined) => number | null} Figure
 *
 * @typedef {object} Line
 * @property {string} label
 * @property {Figure} figure
 *
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {(value: number) => string} shows How a value reads.
 * @property {Line[]} lines
 */

import { quantile, rate } from './metrics.js';

/** @param {string} name @param {import('./metrics.js').Labels} [labels] @returns {Figure} */
const speed = (name, labels) => (now, before) => rate(before, now, name, labels);
/** @param {string} name @param {import('./metrics.js').Labels} [labels] @returns {Figure} */
const level = (name, labels) => (now) => now.sum(name, labels);
/** @param {string} name @returns {Line[]} */
const percentiles = (name) => [50, 95, 99].map((percent) => ({
  label: `p${percent}`,
  figure: (now, before) => quantile(before, now, name, percent / 100),
}));
/** @param {string} name @param {string} label @param {string[]} values @param {(name: string, labels: import('./metrics.js').Labels) => Figure} how */
const each = (name, label, values, how) => values.map((value) => ({ label: value.replaceAll('_', ' '), figure: how(name, { [label]: value }) }));

/** @param {number} value */
export const plain = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1));
/** @param {number} value */
const perSecond = (value) => `${plain(value)}/s`;
/** @param {number} seconds */
export const time = (seconds) => {
  if (seconds === 0) return '0';
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  return seconds < 1 ? `${(seconds * 1e3).toFixed(seconds < 0.01 ? 2 : 0)} ms` : `${seconds.toFixed(2)} s`;
};

/** @type {Chart[]} */
export const CHARTS = [
  {
    id: 'speech',
    title: 'Lines',
    shows: perSecond,
    lines: [
      { label: 'messages', figure: speed('hearsay_messages_total') },
      { label: 'deliveries', figure: speed('hearsay_deliveries_total') },
    ],
  },
  { id: 'delivery', title: 'Until a line is delivered', shows: time, lines: percentiles('hearsay_delivery_seconds') },
  {
    id: 'connections',
    title: 'Connections',
    shows: plain,
    lines: [
      { label: 'sessions', figure: level('hearsay_sessions') },
      ...each('hearsay_connections', 'transport', ['telnet', 'telnet_tls', 'websocket', 'websocket_tls', 'websocket_telnet', 'api'], level),
    ],
  },
  {
    id: 'loop',
    title: 'What waits for the game loop',
    shows: time,
    lines: [
      { label: 'median', figure: level('hearsay_loop_wait_median_seconds') },
      { label: 'p99', figure: level('hearsay_loop_wait_p99_seconds') },
      { label: 'longest pass', figure: level('hearsay_loop_longest_pass_seconds') },
    ],
  },
  {
    id: 'queues',
    title: 'Queues',
    shows: plain,
    lines: [
      ...each('hearsay_queue_depth', 'queue', ['inputs', 'turns', 'events', 'commands', 'store'], level),
      { label: 'for NATS', figure: level('hearsay_bus_outbox_messages') },
    ],
  },
  {
    id: 'drops',
    title: 'Given up',
    shows: perSecond,
    lines: [
      { label: 'events', figure: speed('hearsay_events_dropped_total') },
      { label: 'store', figure: speed('hearsay_store_dropped_total') },
      { label: 'journal', figure: speed('hearsay_journal_dropped_total') },
      { label: 'for NATS', figure: speed('hearsay_bus_dropped_total') },
      { label: 'clients cut off', figure: speed('hearsay_clients_cut_off_total') },
    ],
  },
  { id: 'commit', title: 'SQLite commits', shows: time, lines: percentiles('hearsay_store_commit_seconds') },
  { id: 'nats', title: 'NATS answers after', shows: time, lines: percentiles('hearsay_bus_round_trip_seconds') },
  {
    id: 'logins',
    title: 'Logins',
    shows: perSecond,
    lines: [
      { label: 'let in', figure: speed('hearsay_logins_total') },
      { label: 'refused', figure: speed('hearsay_login_failures_total') },
    ],
  },
  { id: 'refusals', title: 'Lines refused, by rule', shows: perSecond, lines: [{ label: 'all', figure: speed('hearsay_lines_refused_total') }] },
];

/**
 * How the link to NATS is, in a word.
 *
 * @param {Metrics} now
 */
export const busState = (now) => now.rows('hearsay_bus_state').find(({ value }) => value === 1)?.labels.state ?? 'unknown';

/**
 * Which rules have refused lines.
 *
 * @param {Metrics} now
 */
export const rulesOf = (now) => [...new Set(now.rows('hearsay_lines_refused_total').map(({ labels }) => labels.rule ?? ''))].sort();

/**
 * The line of one rule.
 *
 * @param {string} rule
 * @returns {Line}
 */
export const refusedBy = (rule) => ({ label: rule, figure: speed('hearsay_lines_refused_total', { rule }) });
