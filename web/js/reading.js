// @ts-check
/**
 * Reading by keyboard: within the transcript the arrows go from line to line, Tab to what can be pressed in the line, Enter
 * to what can be done with it. Only one line is in the order of Tab at a time, so nobody has to walk through all of them.
 *
 * @typedef {import('./transcript.js').Transcript} Transcript
 */

import { part } from './dom.js';

/** @param {Transcript} transcript */
export function readByKeyboard(transcript) {
  const lines = part('lines');
  const log = part('log');
  /** @type {HTMLElement | null} */
  let current = null;

  /** @param {HTMLElement | null} line */
  const choose = (line) => {
    if (current) setReach(current, -1);
    current = line;
    if (!line) return;
    setReach(line, 0);
    line.tabIndex = -1;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: 'nearest' });
  };

  log.addEventListener('keydown', (event) => {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const isInside = event.target === log || event.target === current;
    if (way !== undefined && isInside && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const shown = transcript.shown();
      const at = current?.isConnected ? shown.indexOf(current) : shown.length;
      choose(shown[Math.max(0, Math.min(shown.length - 1, at + way))] ?? null);
      event.preventDefault();
    } else if (event.key === 'Enter' && event.target === current) {
      /** @type {HTMLElement | null} */ (current?.querySelector('.more') ?? null)?.click();
      event.preventDefault();
    }
  });
  lines.addEventListener('focusout', ({ relatedTarget }) => {
    if (current && relatedTarget instanceof Node && !current.contains(relatedTarget)) setReach(current, -1);
  });
}

/**
 * @param {HTMLElement} line
 * @param {number} tabIndex
 */
function setReach(line, tabIndex) {
  for (const inside of line.querySelectorAll('button:not(.more), a')) /** @type {HTMLElement} */ (inside).tabIndex = tabIndex;
}
