// @ts-check
/**
 * The question before anything is done: what exactly it will be, in words that follow what is filled in; and the word
 * about it afterwards, with a way back where there is one. What the server says against it stands in the question.
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [value]
 * @property {[value: string, label: string][]} [options] What can be chosen, if not everything can be written.
 * @property {string} [hint]
 * @property {boolean} [optional]
 *
 * @typedef {Record<string, string>} Values By the names of the fields.
 *
 * @typedef {object} Question
 * @property {string} title
 * @property {string} verb What the button says.
 * @property {Field[]} [fields]
 * @property {(values: Values) => string[]} says What will be done.
 * @property {(values: Values, changed: string) => Field[]} [suits] The fields that suit what was chosen in a field.
 * @property {(values: Values, key: string) => Promise<Done>} act Does it; the key is the same for each try of one question.
 *
 * @typedef {{ text: string, undo?: (() => Promise<string>) | undefined }} Done What was done, and what takes it back.
 */

import { Refused, newKey } from '../js/account.js';
import { button, byId, element, part } from '../js/dom.js';
import { why } from './asking.js';

const dialog = byId('ask', HTMLDialogElement);
const form = byId('ask-form', HTMLFormElement);
const go = byId('ask-do', HTMLButtonElement);

/** @type {Question | null} */
let asked = null;
let key = '';

/** Asks. @param {Question} question */
export function ask(question) {
  asked = question;
  key = newKey();
  part('ask-title').textContent = question.title;
  part('ask-why').textContent = '';
  go.textContent = question.verb;
  go.disabled = false;
  setFields(question.fields ?? []);
  dialog.showModal();
  // Whatever is filled in already needs but a word to go on.
  (missing() ?? go).focus();
}

/** @param {Field[]} fields */
function setFields(fields) {
  part('ask-fields').replaceChildren(...fields.map(fieldOf));
  say();
}

/** @param {Field} field */
function fieldOf({ name, label, value = '', options, hint, optional = false }) {
  const about = hint === undefined ? [] : [element('span', { class: 'soft', id: `ask-hint-${name}` }, hint)];
  const attributes = { name, id: `ask-${name}`, 'aria-describedby': hint === undefined ? false : `ask-hint-${name}` };
  const field = options
    ? element('select', attributes, ...options.map(([word, text]) => element('option', { value: word }, text)))
    : element('input', { ...attributes, type: 'text', maxlength: 512, required: !optional });
  if (value !== '') field.value = value;
  return element('div', { class: 'field' }, element('label', { for: `ask-${name}` }, label), field, ...about);
}

/** @returns {Values} */
const values = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));

/** The first field that has to be filled in. */
const missing = () => [...form.querySelectorAll('input')].find(({ required, value }) => required && value.trim() === '');

function say() {
  const lines = asked?.says(values()) ?? [];
  part('ask-says').replaceChildren(element('p', { class: 'soft' }, 'What will be done:'), element('ul', {}, ...lines.map((line) => element('li', {}, line))));
}

form.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLSelectElement) || !asked?.suits) return say();
  const { name } = target;
  setFields(asked.suits(values(), name));
  part(`ask-${name}`).focus();
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const question = asked;
  if (!question || go.disabled) return;
  const empty = missing();
  if (empty) {
    part('ask-why').textContent = `${empty.labels?.[0]?.textContent ?? 'This'} is missing.`;
    return empty.focus();
  }
  go.disabled = true;
  const mine = stay;
  try {
    const done = await question.act(values(), key);
    if (asked === question) dialog.close();
    if (mine === stay) tell(done);
  } catch (error) {
    // What was answered would be answered so again; what was not, or put off, leads to the same act.
    if (asked === question && error instanceof Refused && error.isFinal) key = newKey();
    if (asked === question) part('ask-why').textContent = why(error);
    else if (mine === stay) tell({ text: why(error) });
  } finally {
    if (asked === question || asked === null) go.disabled = false;
  }
});

dialog.addEventListener('close', () => {
  asked = null;
});
part('ask-not').addEventListener('click', () => dialog.close());

/** @type {(() => Promise<string>) | undefined} */
let back;
/** How often somebody has left. */
let stay = 0;

/** Says what was done. @param {Done} done */
export function tell({ text, undo }) {
  back = undo;
  part('done').hidden = false;
  part('done-text').textContent = text;
  part('done-undo').hidden = undo === undefined;
}

/** Nothing more is said of what was done last, nor can it be taken back from here. */
function drop() {
  back = undefined;
  part('done').hidden = true;
}

/** Whoever did what was done is here no more; what still comes of it is for nobody. */
export function forget() {
  stay += 1;
  drop();
}

/** Takes back what was done last, if the server can. */
export async function undo() {
  const take = back;
  if (take === undefined) return;
  const mine = stay;
  back = undefined;
  part('done-undo').hidden = true;
  const done = await take().then((text) => ({ text }), (error) => ({ text: why(error), undo: take }));
  if (mine === stay) tell(done);
}

part('done-undo').addEventListener('click', () => void undo());
part('done-close').addEventListener('click', drop);

/**
 * Does something and shows what the server says against it; whether it was done.
 *
 * @param {string} id Of the element for that.
 * @param {() => Promise<void>} work
 */
export async function attempt(id, work) {
  const place = part(id);
  try {
    await work();
    place.textContent = '';
    return true;
  } catch (error) {
    place.textContent = why(error);
    return false;
  }
}

/**
 * A button of a row that asks something of the server.
 *
 * @param {string} label
 * @param {() => void} act
 */
export const small = (label, act) => button(label, act, { class: 'small' });
