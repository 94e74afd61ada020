// @ts-check
/**
 * The keys of the page. Single keys do something only where nobody types, and can be switched off (WCAG 2.2, 2.1.4).
 */

import { byId, element, part } from '../js/dom.js';
import { keep, recall } from '../js/memory.js';
import { undo } from './ask.js';
import { VERDICTS } from './verdicts.js';

const KEPT = 'hearsay.staff.keys';

let on = recall(localStorage, KEPT, true);

/** Whether single keys do something. */
export const keysAreOn = () => on;

/** Whether a key is meant for a field. @param {Event} event */
export function isTyping({ target }) {
  return target instanceof HTMLElement && (target.closest('input, select, textarea, dialog') !== null);
}

/** What keys there are, besides those of views. @type {[key: string, does: string][]} */
const KEYS = [
  ['1 to 8', 'a view'],
  ['?', 'these keys'],
  ['z', 'take back what was done last, where the server can'],
  ['p', 'in Live: stop, or go on'],
  ['/', 'to the first field of the view'],
  ['↑ ↓', 'from line to line, from case to case'],
  ['Enter', 'what can be done with a line'],
  ['c', 'in Reports: you look into the case, or leave it'],
];

/**
 * Listens to keys for the whole page.
 *
 * @param {{ view: (number: number) => void, pause: () => void, field: () => void }} acts
 */
export function listenToKeys({ view, pause, field }) {
  const dialog = byId('keys', HTMLDialogElement);
  const check = byId('keys-on', HTMLInputElement);
  const verdicts = VERDICTS.map(({ key, label }) => /** @type {[string, string]} */ ([key, `in Reports: ${label.toLowerCase()}`]));
  const rows = [...KEYS, ...verdicts].map(([key, does]) => [element('dt', {}, element('kbd', {}, key)), element('dd', {}, does)]);
  part('keys-list').append(element('dl', { class: 'facts' }, ...rows.flat()));
  check.checked = on;
  check.addEventListener('change', () => {
    on = check.checked;
    keep(localStorage, KEPT, on);
  });
  part('open-keys').addEventListener('click', () => dialog.showModal());
  part('keys-close').addEventListener('click', () => dialog.close());
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isTyping(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!on || !part('login').hidden || document.querySelector('dialog[open]')) return;
    if (/^[1-8]$/.test(event.key)) view(Number(event.key) - 1);
    else if (event.key === '?') dialog.showModal();
    else if (event.key === 'z') void undo();
    else if (event.key === 'p') pause();
    else if (event.key === '/') field();
    else return;
    event.preventDefault();
  });
}
