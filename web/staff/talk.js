// @ts-check
/**
 * Lines of talk as staff read them: with everything that is known of them. What players wrote goes in as text.
 *
 * @typedef {import('./types.js').Line} Line
 * @typedef {import('./types.js').Seen} Seen
 */

import { button, element } from '../js/dom.js';
import { moment } from './durations.js';

/** Who said it. @param {Line} line */
export const speakerOf = ({ sender }) => (typeof sender === 'string' ? sender : sender.name);

/** Whether it was a person who said it. @param {Line} line */
export const isOfPerson = ({ sender }) => typeof sender === 'string' || ['player', 'staff', undefined].includes(sender.kind);

/** What flags mean to staff; others show as they are. @type {Record<string, string>} */
const FLAGS = { shadow: 'only staff read it', masked: 'masked', lowered: 'capitals lowered', squeezed: 'runs shortened' };

/**
 * A line.
 *
 * @param {Line} line
 * @param {((line: Line, anchor: HTMLElement) => void) | null} menu
 */
export function lineOf(line, menu) {
  const { id, channel, at, content, room, target, flags = [], masked, redacted = false } = line;
  const made = element('li', { class: 'said', 'data-id': id, 'data-channel': channel, tabindex: -1 });
  made.append(
    element('time', { datetime: at, title: new Date(at).toLocaleString() }, moment(at)),
    element('span', { class: 'where' }, target ? `${channel} to ${target}` : channel),
    element('span', { class: 'speaker' }, speakerOf(line)),
    element('span', { class: 'words' }, content),
  );
  if (masked) made.append(element('span', { class: 'mark', title: masked }, 'masked'));
  for (const flag of flags) made.append(element('span', { class: 'mark' }, FLAGS[flag] ?? flag));
  if (redacted) made.append(element('span', { class: 'mark' }, 'taken back'));
  if (redacted) made.classList.add('back');
  if (room) made.append(element('span', { class: 'soft room-of' }, room));
  if (menu) {
    const more = button('⋯', () => menu(line, made), { class: 'more', 'aria-label': `What to do with the line of ${speakerOf(line)}`, tabindex: -1 });
    made.append(more);
  }
  return made;
}

/** A line of a case, as it was read then. @param {Seen} seen */
export function seenLine({ id, channel, at, text, reported }) {
  return element(
    'li',
    { class: reported ? 'said meant' : 'said', 'data-id': id },
    element('time', { datetime: at, title: new Date(at).toLocaleString() }, moment(at)),
    element('span', { class: 'where' }, channel),
    element('span', { class: 'words' }, text),
    ...(reported ? [element('span', { class: 'mark' }, 'reported')] : []),
  );
}

/**
 * Lets the arrows go from line to line, and Enter open what can be done with one.
 *
 * @param {HTMLElement} list
 */
export function walkLines(list) {
  list.addEventListener('keydown', (event) => {
    const lines = [...list.querySelectorAll('.said')].filter((one) => one instanceof HTMLElement);
    const now = event.target instanceof Element ? event.target.closest('.said') : null;
    const at = lines.findIndex((line) => line === now);
    if (event.key === 'Enter' && event.target === now) {
      const more = now?.querySelector('.more');
      if (more instanceof HTMLElement) more.click();
    } else if (event.key === 'ArrowUp') lines.at(at < 0 ? -1 : Math.max(0, at - 1))?.focus();
    else if (event.key === 'ArrowDown') lines[Math.min(lines.length - 1, at + 1)]?.focus();
    else if (event.key === 'Home') lines[0]?.focus();
    else if (event.key === 'End') lines.at(-1)?.focus();
    else return;
    event.preventDefault();
  });
}
