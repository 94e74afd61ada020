// @ts-check
/**
 * A menu beside what it is about. It does nothing by itself: each entry types one of the game's own commands, or begins
 * one where a reason or words are still to come.
 *
 * @typedef {import('./types.js').Talk} Talk
 * @typedef {{ label: string, act: () => void }} Entry
 *
 * @typedef {object} Acts
 * @property {(command: string) => void} send
 * @property {(command: string) => void} begin
 */

import { button, part } from './dom.js';

/** How far a menu stays from the edge of the window. Pixels. */
const EDGE = 8;

/**
 * What can be done with a line.
 *
 * @param {Talk} talk
 * @param {{ isStaff: boolean, isOwn: boolean }} reader
 * @param {Acts} acts
 * @returns {Entry[]}
 */
export function entriesOfTalk({ id, channel, seq, sender, target }, { isStaff, isOwn }, { send, begin }) {
  const other = isOwn ? target?.name : sender.name;
  const isPerson = ['player', 'staff'].includes(sender.kind);
  const entries = [];
  if (sender.kind === 'npc') entries.push({ label: `Look at ${sender.name}`, act: () => send(`examine ${sender.name.split(' ').at(-1)}`) });
  if (other !== undefined && isPerson) entries.push({ label: `Whisper to ${other}`, act: () => begin(`whisper ${other} `) });
  if (!isOwn && isPerson) entries.push({ label: `Answer on ${channel}`, act: () => begin(`${channel} ${sender.name}: `) });
  entries.push({ label: `Copy its number, ${channel}#${seq}`, act: () => void navigator.clipboard?.writeText(id) });
  if (!isOwn && isPerson) {
    entries.push({ label: 'Report it to staff', act: () => begin(`report ${id} `) });
    entries.push({ label: `Ignore ${sender.name}`, act: () => send(`ignore ${sender.name}`) });
  }
  if (isStaff) {
    if (!isOwn && isPerson) {
      entries.push({ label: `Mute ${sender.name}`, act: () => begin(`mute ${sender.name} ${channel} 10m `) });
      entries.push({ label: `Warn ${sender.name}`, act: () => begin(`warn ${sender.name} `) });
      entries.push({ label: `Record of ${sender.name}`, act: () => send(`record ${sender.name}`) });
    }
    entries.push({ label: 'Take it back', act: () => begin(`redact ${id} `) });
  }
  return entries;
}

/**
 * What can be done with somebody.
 *
 * @param {string} name
 * @param {boolean} isStaff
 * @param {Acts} acts
 * @returns {Entry[]}
 */
export function entriesOfPerson(name, isStaff, { send, begin }) {
  const entries = [
    { label: `Look at ${name}`, act: () => send(`examine ${name}`) },
    { label: `Whisper to ${name}`, act: () => begin(`whisper ${name} `) },
    { label: `Follow ${name}`, act: () => send(`follow ${name}`) },
    { label: `Who is ${name}?`, act: () => send(`finger ${name}`) },
    { label: `Ignore ${name}`, act: () => send(`ignore ${name}`) },
    { label: `Report ${name} to staff`, act: () => begin(`report ${name} `) },
  ];
  if (isStaff) entries.push({ label: `Mute ${name}`, act: () => begin(`mute ${name} 10m `) });
  return entries;
}

/** @type {() => void} */
let closeOpen = () => {};

/**
 * Opens a menu.
 *
 * @param {Entry[]} entries
 * @param {HTMLElement} anchor What it is about; it has the focus afterwards.
 */
export function openMenu(entries, anchor) {
  closeOpen();
  const menu = part('menu');
  const close = () => {
    menu.hidden = true;
    removeEventListener('pointerdown', outside, true);
    closeOpen = () => {};
  };
  const outside = (/** @type {Event} */ event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) close();
  };
  const items = entries.map(({ label, act }) => button(label, () => {
    close();
    anchor.focus();
    act();
  }, { role: 'menuitem', tabindex: -1 }));
  menu.replaceChildren(...items);
  menu.hidden = false;
  menu.onkeydown = (event) => {
    const at = items.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) items.at(to % items.length)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      close();
      anchor.focus();
    } else return;
    event.preventDefault();
  };
  place(menu, anchor);
  items[0]?.focus();
  addEventListener('pointerdown', outside, true);
  closeOpen = close;
}

/**
 * @param {HTMLElement} menu
 * @param {HTMLElement} anchor
 */
function place(menu, anchor) {
  const by = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(EDGE, Math.min(by.left, innerWidth - width - EDGE));
  const below = by.bottom + 4;
  const top = below + height + EDGE < innerHeight ? below : Math.max(EDGE, by.top - height - 4);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}
