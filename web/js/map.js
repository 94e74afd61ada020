// @ts-check
/**
 * The map: the rooms that were seen, drawn around the one where the player is. A press on a room walks there, the arrows
 * walk a step.
 *
 * @typedef {import('./atlas.js').Atlas} Atlas
 * @typedef {import('./types.js').Spot} Spot
 */

import { drawn, part } from './dom.js';

/** How far apart rooms are drawn, and how large. Units of the drawing. */
const PITCH = 40;
const SIZE = 22;
/** How many rooms to each side are shown. */
const REACH_X = 4;
const REACH_Y = 2;

/** What keys walk. */
const KEYS = /** @type {Record<string, string>} */ ({
  ArrowUp: 'north',
  ArrowDown: 'south',
  ArrowLeft: 'west',
  ArrowRight: 'east',
  Home: 'northwest',
  PageUp: 'northeast',
  End: 'southwest',
  PageDown: 'southeast',
  '+': 'up',
  '-': 'down',
});

export class RoomMap {
  #frame = part('map');
  #atlas;
  #walkTo;

  /**
   * @param {Atlas} atlas
   * @param {{ step: (way: string) => void, walkTo: (room: string) => void }} hooks
   */
  constructor(atlas, { step, walkTo }) {
    this.#atlas = atlas;
    this.#walkTo = walkTo;
    this.#frame.addEventListener('keydown', (event) => {
      const way = KEYS[event.key];
      if (way === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      step(way);
    });
  }

  draw() {
    const here = this.#atlas.at(this.#atlas.here);
    if (!here) return this.#frame.replaceChildren();
    const { rooms, ways } = this.#atlas.around(this.#atlas.here);
    const isShown = (/** @type {Spot} */ { x, y }) =>
      Math.abs(x - here.spot.x) <= REACH_X + 1 && Math.abs(y - here.spot.y) <= REACH_Y + 1;
    const place = (/** @type {Spot} */ { x, y }) => ({ x: (x - here.spot.x) * PITCH, y: (here.spot.y - y) * PITCH });
    const lines = ways.filter(({ from, to }) => isShown(from) && isShown(to)).map(({ from, to }) => {
      const [a, b] = [place(from), place(to)];
      return drawn('line', { x1: a.x, y1: a.y, x2: b.x, y2: b.y, class: 'way' });
    });
    const squares = [...rooms].filter(([, { spot }]) => isShown(spot)).map(([id, room]) => this.#room(id, room, place(room.spot)));
    const [width, height] = [(2 * REACH_X + 1) * PITCH, (2 * REACH_Y + 1) * PITCH];
    const view = `${-width / 2} ${-height / 2} ${width} ${height}`;
    this.#frame.setAttribute('aria-label', `Map of ${here.zone}. You are at ${here.name}. The arrow keys walk.`);
    this.#frame.replaceChildren(drawn('svg', { viewBox: view, 'aria-hidden': 'true' }, ...lines, ...squares));
  }

  /**
   * @param {string} id
   * @param {{ place: { name: string, exits: Record<string, string> } | null, name: string }} room
   * @param {{ x: number, y: number }} at
   */
  #room(id, { place, name }, { x, y }) {
    const isHere = id === this.#atlas.here;
    const kind = isHere ? 'here' : place ? 'seen' : 'unseen';
    const square = drawn('rect', { x: x - SIZE / 2, y: y - SIZE / 2, width: SIZE, height: SIZE, rx: 5 });
    const parts = [drawn('title', {}, name), square];
    if (place?.exits.up !== undefined) parts.push(drawn('path', { d: `M${x - 4} ${y - 2}l4 -4l4 4`, class: 'stair' }));
    if (place?.exits.down !== undefined) parts.push(drawn('path', { d: `M${x - 4} ${y + 2}l4 4l4 -4`, class: 'stair' }));
    const made = drawn('g', { class: `room ${kind}` }, ...parts);
    if (!isHere) made.addEventListener('click', () => this.#walkTo(id));
    return made;
  }
}
