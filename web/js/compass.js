// @ts-check
/**
 * The ways out as buttons: a rose of the compass, up and down beside it, and below whatever else leads out.
 */

import { button, element } from './dom.js';

/** The rose, row by row, and what stands on its buttons. */
const ROSE = [
  ['northwest', 'NW'], ['north', 'N'], ['northeast', 'NE'], ['up', 'Up'],
  ['west', 'W'], ['', ''], ['east', 'E'], ['', ''],
  ['southwest', 'SW'], ['south', 'S'], ['southeast', 'SE'], ['down', 'Down'],
];

/**
 * Fills an element with the ways out.
 *
 * @param {HTMLElement} frame
 * @param {string[]} exits
 * @param {(way: string) => void} walk
 */
export function fillCompass(frame, exits, walk) {
  const focused = frame.contains(document.activeElement) ? document.activeElement?.getAttribute('data-way') : null;
  const cells = ROSE.map(([way = '', label = '']) => {
    if (way === '') return element('span', { class: 'gap' });
    const isWay = exits.includes(way);
    const name = label.toLowerCase() === way ? label : `${label}, ${way}`;
    const attributes = { class: 'way', 'data-way': way, 'aria-label': name, 'aria-disabled': !isWay && 'true' };
    return button(label, () => walk(way), attributes);
  });
  const rose = new Set(ROSE.map(([way]) => way));
  const others = exits.filter((way) => !rose.has(way));
  const named = others.map((way) => button(way, () => walk(way), { class: 'way named', 'data-way': way }));
  frame.replaceChildren(element('div', { class: 'rose' }, ...cells), element('div', { class: 'others' }, ...named));
  // Who walks by keyboard stays on the button.
  if (focused) /** @type {HTMLElement | null} */ (frame.querySelector(`[data-way="${CSS.escape(focused)}"]`))?.focus();
}
