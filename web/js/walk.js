// @ts-check
/**
 * Walking to a room that is further off: a step each time the one before has arrived, and no more when one leads elsewhere.
 *
 * @typedef {import('./atlas.js').Atlas} Atlas
 */

export class Walk {
  /** @type {Atlas} */ #atlas;
  /** @type {(way: string) => void} */ #step;
  /** @type {{ way: string, to: string }[]} */ #left = [];

  /**
   * @param {Atlas} atlas
   * @param {(way: string) => void} step
   */
  constructor(atlas, step) {
    [this.#atlas, this.#step] = [atlas, step];
  }

  /**
   * Sets out; false when no way is known.
   *
   * @param {string} goal
   */
  to(goal) {
    const route = this.#atlas.route(goal);
    this.#left = route ?? [];
    this.#next();
    return route !== null;
  }

  /** @param {string} room The player is here now. */
  arrived(room) {
    if (this.#left[0]?.to !== room) return this.stop();
    this.#left.shift();
    this.#next();
  }

  stop() {
    this.#left = [];
  }

  #next() {
    const step = this.#left[0];
    if (step) this.#step(step.way);
  }
}
