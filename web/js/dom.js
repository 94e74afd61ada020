// @ts-check
/**
 * Elements. All text goes in as text; nothing here or anywhere else in the page reads markup.
 */

/**
 * Makes an element. Attributes that are false are left out, those that are true are empty.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/**
 * A text of the game as what goes into an element: its commands stand between backquotes.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function withCommands(text) {
  const parts = text.split(/`([^`\n]+)`/);
  return parts.map((part, at) => (at % 2 === 1 ? element('code', {}, part) : part));
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The same for a drawing.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function drawn(tag, attributes = {}, ...children) {
  const made = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/**
 * @param {Element} made
 * @param {Record<string, string | number | boolean>} attributes
 */
function setAttributes(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * A button that does something.
 *
 * @param {string} label
 * @param {() => void} act
 * @param {Record<string, string | number | boolean>} [attributes]
 */
export function button(label, act, attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', act);
  return made;
}

/**
 * An element of the page, which has to be there.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

/**
 * Any element of the page.
 *
 * @param {string} id
 */
export const part = (id) => byId(id, HTMLElement);

/**
 * Makes a button show and hide a part of the page.
 *
 * @param {string} id
 * @param {string} what
 * @param {(shown: boolean) => void} set
 */
export function toggles(id, what, set) {
  const press = byId(id, HTMLButtonElement);
  press.addEventListener('click', () => {
    const shown = press.getAttribute('aria-expanded') !== 'true';
    press.setAttribute('aria-expanded', String(shown));
    set(shown);
    if (shown) part(what).focus();
  });
}
