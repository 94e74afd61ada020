// @ts-check
/**
 * From what the server says to a line of the transcript. What players wrote goes in as text and nothing else.
 *
 * @typedef {import('./types.js').Span} Span
 * @typedef {import('./types.js').Talk} Talk
 *
 * @typedef {object} Presses What pressing a piece of text does.
 * @property {(command: string) => void} send
 * @property {(command: string) => void} prompt
 * @property {(talk: Talk, anchor: HTMLElement) => void} menu
 */

import { button, element, withCommands } from './dom.js';

/** The roles of text that the style sheet knows. */
const ROLES = new Set(
  'strong thing quote title exit name npc item number dim good warning talk speaker said fixed art'.split(' '),
);

/** Only these addresses are opened. */
const ADDRESS = /^https?:\/\//;

/**
 * A piece of text as it shows.
 *
 * @param {Span} span
 * @param {Presses} presses
 * @returns {Node | string}
 */
function piece(span, presses) {
  const role = span.role !== undefined && ROLES.has(span.role) ? `is-${span.role}` : '';
  const { text, send, prompt, open } = span;
  if (send !== undefined) {
    return button(text, () => presses.send(send), { class: `press ${role}`, tabindex: -1, title: send });
  }
  if (prompt !== undefined) {
    return button(text, () => presses.prompt(prompt), { class: `press ${role}`, tabindex: -1, title: prompt });
  }
  if (open !== undefined && ADDRESS.test(open)) {
    return element('a', { href: open, rel: 'noopener noreferrer', target: '_blank', tabindex: -1 }, text);
  }
  return role === '' ? text : element('span', { class: role }, text);
}

/**
 * The same of a text of the game, in which commands may stand.
 *
 * @param {Span} span
 * @param {Presses} presses
 * @returns {(Node | string)[]}
 */
function pieceOfGame(span, presses) {
  const isPlain = span.role === undefined && span.send === undefined && span.text.includes('`');
  return isPlain ? withCommands(span.text) : [piece(span, presses)];
}

/**
 * @param {string} text
 * @param {Span[] | undefined} spans
 * @param {Presses} presses
 */
const pieces = (text, spans, presses) => (spans ?? [{ text }]).map((span) => piece(span, presses));

/**
 * Anything that is no talk.
 *
 * @param {string} kind What the style sheet calls it: `text`, `room`, `presence`, `echo`, `note`.
 * @param {string} text
 * @param {Span[] | undefined} spans
 * @param {Presses} presses
 */
export function textLine(kind, text, spans, presses) {
  // What the player typed is no text of the game.
  const shown = kind === 'echo' ? [text] : (spans ?? [{ text }]).flatMap((span) => pieceOfGame(span, presses));
  return element('div', { class: `line ${kind}${shapeOf(text, spans)}`, 'data-kind': kind }, ...shown);
}

/**
 * How its letters stand: a drawing keeps its rows whole, a table its columns.
 *
 * @param {string} text
 * @param {Span[] | undefined} spans
 */
function shapeOf(text, spans) {
  if (spans?.some(({ role }) => role === 'art')) return ' is-drawn';
  const set = spans?.some(({ role }) => role === 'fixed') ?? / {2}/.test(text);
  return set ? ' is-set' : '';
}

/** How a moment reads beside a line. */
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/**
 * A line of talk.
 *
 * @param {Talk} talk
 * @param {Presses} presses
 * @param {{ mentions: boolean, own: boolean }} marks
 */
export function talkLine(talk, presses, { mentions, own }) {
  const at = new Date(talk.at);
  const time = element('time', { datetime: talk.at, title: at.toLocaleString() }, clock.format(at));
  const more = button('⋯', () => presses.menu(talk, more), {
    class: 'more',
    tabindex: -1,
    // By keyboard the line itself opens it; whoever has new lines read aloud need not hear of it each time.
    'aria-hidden': 'true',
  });
  const said = element('span', { class: 'body' }, ...pieces(talk.text, talk.spans, presses));
  const classes = ['line', 'talk', mentions && 'mentions', own && 'own'].filter(Boolean).join(' ');
  const line = element('div', { class: classes, 'data-kind': 'talk', 'data-channel': talk.channel }, said, time);
  const marks = marksOf(talk);
  if (marks !== '') line.append(element('span', { class: 'mark' }, marks));
  line.append(more);
  return line;
}

/**
 * What readers are told of a line besides its words.
 *
 * @param {Talk} talk
 */
function marksOf({ flags, masked }) {
  if (flags.includes('shadow')) return 'only staff see this';
  return masked || flags.includes('masked') ? 'starred out' : '';
}
