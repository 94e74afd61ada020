// @ts-check
/**
 * The readings of the last minutes, and what a line was at each of them. Bounded.
 *
 * @typedef {import('./metrics.js').Metrics} Metrics
 * @typedef {import('./figures.js').Line} Line
 */

/** How many readings are drawn: ten minutes. */
const READINGS_MAX = 300;
/** Over how many readings speeds and percentiles are taken: few enough to be of now, enough to be steady. */
const SPAN = 5;

export class History {
  /** When each reading was. Seconds since 1970. */
  /** @type {number[]} */
  times = [];
  /** @type {Metrics[]} The last ones. */
  #last = [];
  /** @type {Map<Line, (number | null)[]>} */
  #values = new Map();

  /**
   * Takes in a reading, for these lines.
   *
   * @param {Metrics} now
   * @param {Line[]} lines
   */
  take(now, lines) {
    const before = this.#last[0];
    for (const line of lines) {
      const values = this.#values.get(line) ?? this.times.map(() => null);
      values.push(line.figure(now, before));
      this.#values.set(line, values);
    }
    this.times.push(now.at / 1_000);
    this.#last.push(now);
    if (this.#last.length > SPAN) this.#last.shift();
    if (this.times.length <= READINGS_MAX) return;
    this.times.shift();
    this.#values.forEach((values) => values.shift());
  }

  /**
   * What a line was, reading by reading; null where it was nothing.
   *
   * @param {Line} line
   */
  of(line) {
    return this.#values.get(line) ?? this.times.map(() => null);
  }

  /** Forgets everything. */
  clear() {
    [this.times, this.#last] = [[], []];
    this.#values.clear();
  }
}
