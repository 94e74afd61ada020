// @ts-check
/**
 * The readings of the last minutes, and what a line was at each of them. Bounded.
 *
 * @typedef {import('./metrics.js').Metrics} Metrics
 * @typedef {import('./figures.js').Line} Line
 */

/** For how long readings are drawn. Seconds. */
const DRAWN = 600;
/** After how long without a reading nothing is known: of the time between, nor of now. Seconds. */
export const GAP = 6;
/** When the process was started. */
const STARTED = 'hearsay_start_time_seconds';
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
    const at = now.at / 1_000;
    const latest = this.times.at(-1);
    if (latest !== undefined && at - latest > GAP) this.#leaveOpen(latest);
    // Another process has counted from nothing.
    if (this.#last.at(-1)?.sum(STARTED) !== now.sum(STARTED)) this.#last = [];
    const before = this.#last[0];
    for (const line of lines) {
      const values = this.#values.get(line) ?? this.times.map(() => null);
      values.push(line.figure(now, before));
      this.#values.set(line, values);
    }
    this.times.push(at);
    this.#last.push(now);
    if (this.#last.length > SPAN) this.#last.shift();
    const old = this.times.findIndex((time) => time >= at - DRAWN);
    this.times.splice(0, old);
    this.#values.forEach((values) => values.splice(0, old));
  }

  /** No line is drawn on from here, and no speed taken over it. @param {number} latest Seconds since 1970. */
  #leaveOpen(latest) {
    this.times.push(latest + GAP / 2);
    this.#values.forEach((values) => values.push(null));
    this.#last = [];
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
