// @ts-check
/**
 * The rooms that were seen, and how one walks from one to another. Nothing that its player has not seen is in it.
 *
 * @typedef {import('./types.js').Room} Room
 * @typedef {import('./types.js').Spot} Spot
 *
 * @typedef {object} Place
 * @property {string} name
 * @property {string} zone
 * @property {Spot} spot
 * @property {Record<string, string>} exits
 */

/** The most rooms that are remembered. */
const PLACES_MAX = 1_000;

/** How far each direction leads: to the east, to the north, up. */
const STEPS = /** @type {Record<string, [number, number, number]>} */ ({
  north: [0, 1, 0],
  northeast: [1, 1, 0],
  east: [1, 0, 0],
  southeast: [1, -1, 0],
  south: [0, -1, 0],
  southwest: [-1, -1, 0],
  west: [-1, 0, 0],
  northwest: [-1, 1, 0],
  up: [0, 0, 1],
  down: [0, 0, -1],
});

export class Atlas {
  /** @type {Map<string, Place>} Those seen last at the end. */ #places;
  /** Where the player is. */
  here = '';

  /** @param {[string, Place][]} kept */
  constructor(kept) {
    this.#places = new Map(kept);
  }

  /** What is to be kept of it. */
  kept() {
    return [...this.#places];
  }

  /** @param {Room} room */
  see({ id, name, zone, exits, spot }) {
    this.#places.delete(id);
    this.#places.set(id, { name, zone, exits, spot: spot ?? this.#guess(id) });
    this.here = id;
    if (this.#places.size > PLACES_MAX) {
      const [oldest] = this.#places.keys();
      if (oldest !== undefined) this.#places.delete(oldest);
    }
  }

  /** @param {string} id */
  at(id) {
    return this.#places.get(id);
  }

  /**
   * All that is on the level of a room and in its zone: rooms that were seen, and where ways lead that were not walked.
   *
   * @param {string} id
   */
  around(id) {
    const centre = this.#places.get(id);
    /** @type {Map<string, { place: Place | null, spot: Spot, name: string }>} */
    const rooms = new Map();
    /** @type {{ from: Spot, to: Spot }[]} */
    const ways = [];
    if (!centre) return { rooms, ways };
    const isNear = (/** @type {Place} */ { spot, zone }) => spot.z === centre.spot.z && zone === centre.zone;
    for (const [key, place] of this.#places) if (isNear(place)) rooms.set(key, { place, spot: place.spot, name: place.name });
    for (const [, { place, spot }] of [...rooms]) {
      for (const [way, to] of Object.entries(place?.exits ?? {})) {
        const step = STEPS[way];
        const known = this.#places.get(to);
        if (known && isNear(known)) ways.push({ from: spot, to: known.spot });
        if (known || !step || step[2] !== 0) continue;
        const there = { x: spot.x + step[0], y: spot.y + step[1], z: spot.z };
        if (!rooms.has(to)) rooms.set(to, { place: null, spot: there, name: `${way}, where you have not been` });
        ways.push({ from: spot, to: there });
      }
    }
    return { rooms, ways };
  }

  /**
   * The ways to walk from here to a room, each with where it leads; null when none is known.
   *
   * @param {string} goal
   * @returns {{ way: string, to: string }[] | null}
   */
  route(goal) {
    /** @type {Map<string, { from: string, way: string } | null>} */
    const reached = new Map([[this.here, null]]);
    for (const room of reached.keys()) {
      if (room === goal) break;
      for (const [way, to] of Object.entries(this.#places.get(room)?.exits ?? {})) {
        if (!reached.has(to)) reached.set(to, { from: room, way });
      }
    }
    if (!reached.has(goal)) return null;
    const route = [];
    for (let at = goal, step = reached.get(at); step; at = step.from, step = reached.get(at)) {
      route.unshift({ way: step.way, to: at });
    }
    return route;
  }

  /**
   * Where a room lies of which the server does not say it: a step from where the player was.
   *
   * @param {string} id
   * @returns {Spot}
   */
  #guess(id) {
    const before = this.#places.get(this.here);
    const way = Object.entries(before?.exits ?? {}).find(([, to]) => to === id)?.[0] ?? '';
    const [x, y, z] = STEPS[way] ?? [0, 0, 0];
    const { spot } = before ?? { spot: { x: 0, y: 0, z: 0 } };
    return { x: spot.x + x, y: spot.y + y, z: spot.z + z };
  }
}
