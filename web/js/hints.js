// @ts-check
/**
 * The first steps of somebody new: three things to try, each struck out when it was done.
 */

import { button, element, part } from './dom.js';
import { showPassing } from './notices.js';
import { preferences, prefer } from './preferences.js';

/** What there is to try, what types it, and how it is known that it was done. */
const STEPS = [
  { text: 'Look around.', type: 'look', done: /^(l|loo?k?|ex?a?m?i?n?e?)\b/i },
  { text: 'Walk: press a way out, or type its name.', type: '', done: /^(n|s|e|w|ne|nw|se|sw|u|d|north|south|east|west|northeast|northwest|southeast|southwest|up|down|go .*)$/i },
  { text: 'Say hello.', type: 'say Hello!', done: /^(say\b|'|emote\b|:|wave\b|smile\b)/i },
];

/** @type {Set<number>} */
const done = new Set();

/** @param {(command: string) => void} begin */
export function showHints(begin) {
  const box = part('hints');
  box.hidden = preferences().guided;
  if (box.hidden) return;
  const steps = STEPS.map(({ text, type }, at) => {
    const row = element('li', { class: done.has(at) ? 'done' : '' }, text);
    if (type !== '' && !done.has(at)) row.append(' ', button(type, () => begin(type), { class: 'press is-exit' }));
    return row;
  });
  const leave = button('I know my way', () => {
    prefer({ guided: true });
    box.hidden = true;
    part('line').focus();
  }, { class: 'quiet' });
  const more = element('p', { class: 'soft' }, 'Later, ', button('help', () => begin('help'), { class: 'press is-exit' }), ' explains all the rest.');
  part('hints-body').replaceChildren(element('ol', {}, ...steps), more, leave);
}

/**
 * Something was typed.
 *
 * @param {string} line
 * @param {(command: string) => void} begin
 */
export function noteStep(line, begin) {
  if (preferences().guided) return;
  const at = STEPS.findIndex((step) => step.done.test(line.trim()));
  if (at < 0 || done.has(at)) return;
  done.add(at);
  if (done.size === STEPS.length) {
    prefer({ guided: true });
    showPassing('Well done, that is all one needs. `help` explains the rest.');
  }
  showHints(begin);
}
