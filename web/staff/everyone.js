// @ts-check
/**
 * What concerns everybody: announcements, and how much of the server is closed.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {{ level: number, means: string }} Level
 * @typedef {{ level: number, since: string | null, by: string | null, reason: string | null, until?: string | null, levels: Level[] }} Defcon
 */

import { button, byId, element, part } from '../js/dom.js';
import { forHowLong, lasting, lastsInWords, reasoned } from './acts.js';
import { ask, attempt } from './ask.js';
import { moment } from './durations.js';

/** The level at which nothing is closed. */
const PEACE = 5;

export class Everyone {
  /** @type {Account} */ #account;

  /** @param {Account} account */
  constructor(account) {
    this.#account = account;
    part('announce-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#announce();
    });
  }

  /** Fetches how much is closed. */
  open() {
    return attempt('defcon-why', async () => this.#draw(await this.#account.get('/moderation/defcon')));
  }

  /** Nothing of it is there for the next one. */
  clear() {
    byId('announce-text', HTMLInputElement).value = '';
    part('defcon-now').textContent = '';
    part('defcon-levels').replaceChildren();
  }

  #announce() {
    const field = byId('announce-text', HTMLInputElement);
    const content = field.value.trim();
    if (content === '') return;
    ask({
      title: 'Tell everybody',
      verb: 'Announce',
      says: () => [`Everybody in the world reads: “${content}”`],
      act: async () => {
        await this.#account.post('/moderation/announcements', { content });
        field.value = '';
        return { text: 'Everybody was told.' };
      },
    });
  }

  /** @param {Defcon} now */
  #draw({ level, since, by, reason, until, levels }) {
    const parts = [since && `since ${moment(since)}`, by && `by ${by}`, until && `until ${moment(until)}`, reason && `“${reason}”`].filter(Boolean);
    part('defcon-now').textContent = `Level ${level}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
    part('defcon-levels').replaceChildren(...levels.map((one) => this.#press(one, one.level === level)));
  }

  /** @param {Level} level @param {boolean} isNow */
  #press(level, isNow) {
    const press = button('', () => this.#set(level), { 'aria-pressed': String(isNow), class: 'level' });
    press.append(element('strong', {}, String(level.level)), ` ${level.means}`);
    return press;
  }

  /** @param {Level} to */
  #set({ level, means }) {
    const opens = level === PEACE;
    ask({
      title: `Defcon ${level}`,
      verb: `Set defcon ${level}`,
      fields: [...(opens ? [] : [lasting('1h')]), { ...reasoned('', 'Everyone reads it.'), optional: opens }],
      says: ({ lasts, reason }) => [
        `Level ${level}: ${means}${opens ? '' : `, ${lastsInWords(lasts)}`}.`,
        reason ? `Everyone in the world is told, and why: “${reason}”` : 'Everyone in the world is told.',
      ],
      act: async ({ lasts, reason }) => {
        const order = { level, ...(reason && { reason }), ...(!opens && forHowLong(lasts)) };
        await this.#account.post('/moderation/defcon', order);
        void this.open();
        return { text: `Defcon is ${level} now.` };
      },
    });
  }
}
