// @ts-check
/**
 * What the buttons, the keys and the device itself do to the page.
 *
 * @typedef {object} Wired
 * @property {import('./settings.js').Settings} settings
 * @property {import('./search.js').Search} search
 * @property {import('./session.js').Session} session
 */

import { byId, part, toggles } from './dom.js';

/** @param {Wired} wired */
export function wire({ settings, search, session }) {
  toggles('open-around', 'around', (shown) => part('app').classList.toggle('shows-around', shown));
  toggles('open-pad', 'pad', (shown) => (part('pad').hidden = !shown));
  byId('open-settings', HTMLButtonElement).addEventListener('click', () => settings.open());
  byId('open-search', HTMLButtonElement).addEventListener('click', () => search.open());
  addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() === 'f' && event.ctrlKey && event.shiftKey) {
      event.preventDefault();
      search.open();
    }
  });
  addEventListener('online', () => session.wake());
  document.addEventListener('visibilitychange', () => document.hidden || session.wake());
}
