// @ts-check
/**
 * What stands above the text until it no longer holds: how the connection is, and what keeps the player from speaking.
 *
 * @typedef {import('./session.js').State} State
 * @typedef {import('./types.js').Restricted} Restricted
 */

import { button, byId, element, part, withCommands } from './dom.js';

/** How long a passing notice stays. Milliseconds. */
const PASSING = 8_000;

const WORDS = { away: 'Not connected', connecting: 'Connecting…', playing: 'Connected', over: 'Not connected', elsewhere: 'Signed in elsewhere', waiting: '' };

/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/**
 * How the connection is.
 *
 * @param {State} state
 * @param {() => void} now Tries at once.
 */
export function showState(state, now) {
  clearInterval(ticking);
  const status = part('status');
  status.dataset.is = state.is;
  byId('line', HTMLInputElement).toggleAttribute('data-offline', state.is !== 'playing');
  const banner = part('lost');
  banner.hidden = state.is !== 'waiting';
  if (state.is !== 'waiting') {
    status.textContent = WORDS[state.is];
    return;
  }
  const count = element('span', {});
  const tick = () => {
    const left = Math.max(0, Math.ceil((state.until - Date.now()) / 1_000));
    status.textContent = `Reconnecting in ${left} s`;
    count.textContent = `The connection is lost. Trying again in ${left} s.`;
  };
  banner.replaceChildren(count, button('Try now', now));
  tick();
  ticking = setInterval(tick, 500);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let passing;

/**
 * Something that the player should see, and that is over soon.
 *
 * @param {string} text
 */
export function showPassing(text) {
  clearTimeout(passing);
  const notice = part('passing');
  notice.replaceChildren(...withCommands(text));
  notice.hidden = false;
  passing = setTimeout(() => {
    notice.hidden = true;
  }, PASSING);
}

/** @type {ReturnType<typeof setInterval> | undefined} */
let counting;

/**
 * What keeps the player from speaking, why, and for how long.
 *
 * @param {Restricted['restrictions']} restrictions
 * @param {(command: string) => void} send
 * @param {(command: string) => void} begin
 */
export function showRestrictions(restrictions, send, begin) {
  clearInterval(counting);
  const notice = part('restricted');
  // By this clock alone: the server's may say another time.
  const told = performance.now();
  const tick = () => {
    const passed = (performance.now() - told) / 1_000;
    const left = restrictions.filter(({ seconds_left: left }) => left === null || left > passed);
    notice.hidden = left.length === 0;
    if (left.length === 0) return clearInterval(counting);
    const rows = left.map(({ text, reason, seconds_left: left }) => {
      const end = left === null ? 'until staff lift it' : `for another ${span(left - passed)}`;
      return element('p', {}, element('strong', {}, text), ` ${end}. The reason: ${reason}`);
    });
    part('restricted-rows').replaceChildren(...rows);
  };
  part('restricted-acts').replaceChildren(
    button('Particulars', () => send('myrecord')),
    button('Appeal', () => begin('appeal ')),
  );
  tick();
  if (restrictions.length > 0) counting = setInterval(tick, 1_000);
}

/**
 * A span of time in words.
 *
 * @param {number} left Seconds.
 */
export function span(left) {
  const seconds = Math.ceil(left);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
