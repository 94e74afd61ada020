// @ts-check
/**
 * What concerns everybody: announcements, and how much of the server is closed.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {{ level: number, means: string }} Level
 * @typedef {{ level: number, since: string | null, by: string | null, reason: string | null, until?: string | null, levels: Level[] }} Defcon
 */

import { button, byId, element, part } from '../js/dom.js';
import { lasting, lastsInWords, reasoned } from './acts.js';
import { ask, attempt } from './ask.js';
import { moment, secondsOf } from './durations.js';

/** An attack ends, and so does what was closed for it. */
const ENDS = { ...lasting('1h'), hint: 'As in 10m, 2h; it always ends by itself.' };
/** The level at which nothing is closed. */
const PEACE = 5;

/** @param {string | undefined} text */
function endsAfter(text) {
  const seconds = secondsOf(text ?? '');
  if (!seconds) throw new Error('For how long? As in 10m or 2h.');
  return { seconds };
}

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
      act: async (_, key) => {
        await this.#account.post('/moderation/announcements', { content }, key);
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
      fields: [...(opens ? [] : [ENDS]), reasoned('', 'Everyone reads it.')],
      says: ({ lasts, reason }) => [
        `Level ${level}${opens ? '' : `, ${lastsInWords(lasts)}`}: ${means}`,
        `Everyone in the world is told, and why: “${reason}”`,
      ],
      act: async ({ lasts, reason }, key) => {
        await this.#account.post('/moderation/defcon', { level, reason, ...(!opens && endsAfter(lasts)) }, key);
        void this.open();
        return { text: `Defcon is ${level} now.` };
      },
    });
  }
}
