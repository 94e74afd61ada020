// @ts-check
/**
 * What is around the player: the room, who and what is in it, the party, and what they carry.
 *
 * @typedef {import('./types.js').Room} Room
 * @typedef {import('./types.js').Presence} Presence
 * @typedef {import('./types.js').Beside} Beside
 *
 * @typedef {object} Hooks
 * @property {(command: string) => void} send
 * @property {(name: string, anchor: HTMLElement) => void} person
 */

import { button, element, part } from './dom.js';
import { fillCompass } from './compass.js';

/** @typedef {{ id: string, name: string, attrib: string }} Item */

export class RoomPanel {
  #hooks;
  /** @type {Room | null} */ room = null;
  /** @type {Map<string, string>} Who is here, and why they may not answer. */ #people = new Map();
  /** @type {Record<string, Item[]>} What is carried, and what lies here. */ #items = { inv: [], room: [] };

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  get names() {
    return [...this.#people.keys()];
  }

  get things() {
    const items = Object.values(this.#items).flat().map(({ name }) => name);
    return [...items, ...(this.room?.npcs ?? [])].map(lastWord);
  }

  get exits() {
    return Object.keys(this.room?.exits ?? {});
  }

  /** @param {Room} room */
  enter(room) {
    this.room = room;
    this.#people = new Map(room.players.map((name) => [name, room.absent[name] ?? '']));
    part('room-name').textContent = room.name;
    part('room-zone').textContent = [room.subzone, room.zone].filter(Boolean).join(', ');
    const walk = (/** @type {string} */ way) => this.#hooks.send(way);
    for (const frame of ['compass', 'pad']) fillCompass(part(frame), this.exits, walk);
    this.#showPeople();
  }

  /** @param {Presence} presence */
  came({ kind, player, room }) {
    if (room !== this.room?.id) return;
    const gone = kind === 'departed' || kind === 'left';
    if (gone) this.#people.delete(player.name);
    else this.#people.set(player.name, kind === 'link_dead' ? 'link-dead' : '');
    this.#showPeople();
  }

  /** @param {Beside} beside */
  tell({ name, data }) {
    if (name === 'Group') this.#showParty(data);
    if (!name.startsWith('Char.Items.')) return;
    const items = after(this.#items[data.location] ?? [], name, data);
    this.#items[data.location] = items;
    this.#list(data.location === 'inv' ? 'carried' : 'things', items.map((item) => this.#examined(item.name, 'is-item')));
  }

  /** @param {string} self */
  leave(self) {
    this.#people.delete(self);
  }

  #showPeople() {
    const rows = [...this.#people].map(([name, why]) => {
      const press = button(name, () => this.#hooks.person(name, press), { class: 'press is-name', 'aria-haspopup': 'menu' });
      const row = element('li', {}, press);
      if (why !== '') row.append(element('span', { class: 'soft' }, ` ${why}`));
      return row;
    });
    const npcs = (this.room?.npcs ?? []).map((name) => this.#examined(name, 'is-npc'));
    this.#list('people', [...rows, ...npcs]);
  }

  /** @param {{ leader: string, members: { name: string, info: { here: number } }[] }} group */
  #showParty({ leader, members }) {
    this.#list('party', members.map(({ name, info }) => {
      const press = button(name, () => this.#hooks.person(name, press), { class: 'press is-name', 'aria-haspopup': 'menu' });
      const what = [name === leader && 'leads', info.here !== 1 && 'elsewhere'].filter(Boolean).join(', ');
      return element('li', {}, press, element('span', { class: 'soft' }, what === '' ? '' : ` ${what}`));
    }));
  }

  /**
   * @param {string} name
   * @param {string} role
   */
  #examined(name, role) {
    return element('li', {}, button(name, () => this.#hooks.send(`examine ${lastWord(name)}`), { class: `press ${role}` }));
  }

  /**
   * @param {string} id
   * @param {HTMLLIElement[]} rows
   */
  #list(id, rows) {
    part(id).replaceChildren(...rows);
    part(`${id}-part`).hidden = rows.length === 0;
  }
}

/** What one types for `a tin lantern`. @param {string} name */
const lastWord = (name) => name.split(' ').at(-1) ?? name;

/**
 * What there is after the game has told of a change.
 *
 * @param {Item[]} before
 * @param {string} name
 * @param {{ items: Item[], item: Item }} data
 */
function after(before, name, { items, item }) {
  switch (name) {
    // Who stands in a room is in its list, too.
    case 'Char.Items.List': return items.filter(({ attrib }) => attrib !== 'm');
    case 'Char.Items.Add': return [...before, item];
    case 'Char.Items.Remove': return before.filter(({ id }) => id !== item.id);
    default: return before;
  }
}
