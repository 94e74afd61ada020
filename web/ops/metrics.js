// @ts-check
/**
 * The text format of Prometheus (version 0.0.4), read; and what can be worked out from two readings of it.
 *
 * @typedef {Record<string, string>} Labels
 * @typedef {{ labels: Labels, value: number }} Row
 */

/** The name and what may follow it: labels in braces, a value, perhaps a time. */
const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const DESCRIBED = /^# TYPE (\S+) /;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/gy;
/** @type {Record<string, string>} */
const ESCAPES = { n: '\n', '"': '"', '\\': '\\' };

/** One answer of `/metrics`. */
export class Metrics {
  /** @type {Map<string, Row[]>} */
  #rows = new Map();

  /**
   * @param {string} text
   * @param {number} at When it was read. Milliseconds.
   */
  constructor(text, at) {
    this.at = at;
    for (const line of text.split('\n')) this.#read(line);
  }

  /**
   * All rows of a name.
   *
   * @param {string} name
   */
  rows(name) {
    return this.#rows.get(name) ?? [];
  }

  /**
   * The rows of a name that have these labels, added up; null where there is none, unless it is only that nothing has
   * happened yet.
   *
   * @param {string} name
   * @param {Labels} [wanted]
   */
  sum(name, wanted = {}) {
    const all = this.rows(name);
    if (all.length === 0 && this.#rows.has(name)) return 0;
    const rows = all.filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value));
    return rows.length === 0 ? null : rows.reduce((sum, { value }) => sum + value, 0);
  }

  /**
   * A histogram: how many were at most how much, by that.
   *
   * @param {string} name
   * @returns {[most: number, count: number][]}
   */
  buckets(name) {
    const rows = this.rows(`${name}_bucket`);
    return rows.map(({ labels, value }) => /** @type {[number, number]} */ ([number(labels.le ?? 'NaN'), value])).sort(([a], [b]) => a - b);
  }

  /** @param {string} line */
  #read(line) {
    const described = DESCRIBED.exec(line)?.[1];
    if (described !== undefined && !this.#rows.has(described)) this.#rows.set(described, []);
    const [, name, labels = '', value = ''] = LINE.exec(line) ?? [];
    if (name === undefined) return;
    const row = { labels: labelsOf(labels), value: number(value) };
    const rows = this.#rows.get(name);
    if (rows) rows.push(row);
    else this.#rows.set(name, [row]);
  }
}

/** @param {string} text @returns {Labels} */
function labelsOf(text) {
  const labels = [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, (_, one) => ESCAPES[one] ?? one)]);
  return Object.fromEntries(labels);
}

/** A number as the format has it. @param {string} text */
const number = (text) => ({ '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity })[text] ?? Number.parseFloat(text);

/**
 * How fast a counter grew between two readings, by the second; null where it cannot be known, as after a start.
 *
 * @param {Metrics | undefined} before
 * @param {Metrics} now
 * @param {string} name
 * @param {Labels} [labels]
 */
export function rate(before, now, name, labels) {
  const [first, last] = [before?.sum(name, labels) ?? null, now.sum(name, labels)];
  if (before === undefined || last === null || now.at <= before.at) return null;
  // A row that was not there before has counted from nothing.
  const grown = last - (first ?? 0);
  return grown < 0 ? null : (grown / (now.at - before.at)) * 1_000;
}

/**
 * What a share of the measurements between two readings did not exceed, estimated within a bucket by a straight line; null
 * where there were none.
 *
 * @param {Metrics | undefined} before
 * @param {Metrics} now
 * @param {string} name
 * @param {number} share
 */
export function quantile(before, now, name, share) {
  if (before === undefined) return null;
  const first = new Map(before.buckets(name));
  const grown = now.buckets(name).map(([most, count]) => /** @type {[number, number]} */ ([most, count - (first.get(most) ?? 0)]));
  const total = grown.at(-1)?.[1] ?? 0;
  if (total <= 0 || grown.some(([, count]) => count < 0)) return null;
  const rank = share * total;
  const at = grown.findIndex(([, count]) => count >= rank);
  const [low, below] = grown[at - 1] ?? [0, 0];
  const [high, count] = grown[at] ?? [0, 0];
  if (high === Infinity) return low;
  return count === below ? high : low + ((high - low) * (rank - below)) / (count - below);
}
