// @ts-check
/**
 * What staff do about a line or a player, from wherever they read of it. Each is asked about first.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./types.js').Line} Line
 * @typedef {import('./types.js').Restrained} Restrained
 * @typedef {import('./ask.js').Field} Field
 * @typedef {import('../js/menu.js').Entry} Entry
 */

import { byId, part } from '../js/dom.js';
import { ask } from './ask.js';
import { why, withQuery } from './asking.js';
import { inWords, moment, secondsOf } from './durations.js';
import { isOfPerson, lineOf, speakerOf } from './talk.js';

/** How much of a channel is shown around a line, each way. Milliseconds. */
const AROUND = 300_000;

/** What a duration in a question looks like. @param {string} value @returns {Field} */
export const lasting = (value) => ({ name: 'lasts', label: 'For how long', value, hint: 'As in 10m, 1h30m, 2d; perm is until it is lifted.' });

/** @param {string} value @param {string} [hint] @returns {Field} */
export const reasoned = (value, hint = 'The player reads it.') => ({ name: 'reason', label: 'Reason', value, hint });

/** What was written for a duration, as the server takes it. @param {string | undefined} text */
export function forHowLong(text) {
  const seconds = secondsOf(text ?? '');
  if (seconds === undefined) throw new Error('For how long? As in 10m, 1h30m, 2d, or perm.');
  return seconds === null ? { permanent: true } : { seconds };
}

/** A duration in words, while it is written. @param {string | undefined} text */
export function lastsInWords(text) {
  const found = secondsOf(text ?? '');
  if (found === undefined) return 'for …';
  return found === null ? 'until it is lifted' : `for ${inWords(found)}`;
}

/** What was imposed, in words. @param {Restrained} it */
export function imposed({ kind, subject, channels, until }) {
  const where = channels ? ` on ${channels.join(', ')}` : '';
  return `${kind}: ${subject}${where}${until ? `, until ${moment(until)}` : ''}`;
}

/** The way back from what was imposed; none where nothing can be lifted. @param {Account} account @param {Restrained | null | undefined} it */
export function lifts(account, it) {
  if (!it?.id) return undefined;
  return async () => {
    await account.remove(withQuery(`/moderation/restrictions/${it.id}`, { reason: 'taken back at once' }));
    return `Lifted: ${it.kind} of ${it.subject}.`;
  };
}

export class Acts {
  /** @type {Account} */ #account;
  /** @type {(name: string) => void} */ #showRecord;

  /**
   * @param {Account} account
   * @param {(name: string) => void} showRecord
   */
  constructor(account, showRecord) {
    [this.#account, this.#showRecord] = [account, showRecord];
    part('context-close').addEventListener('click', () => byId('context', HTMLDialogElement).close());
  }

  /** What can be done with a line. @param {Line} line @returns {Entry[]} */
  ofLine(line) {
    const name = speakerOf(line);
    const entries = [
      line.redacted ? { label: 'Put it back', act: () => this.putBack(line) } : { label: 'Take it back', act: () => this.redact(line) },
      { label: 'What was said around it', act: () => void this.context(line) },
    ];
    if (isOfPerson(line)) {
      entries.push({ label: `Mute ${name}`, act: () => this.mute(line) });
      entries.push({ label: `Record of ${name}`, act: () => this.#showRecord(name) });
    }
    return entries;
  }

  /** @param {Line} line */
  redact(line) {
    ask({
      title: 'Take a line back',
      verb: 'Take it back',
      fields: [reasoned('', 'For the record; players do not read it.')],
      says: () => [`Nobody but moderators reads this line of ${speakerOf(line)} on ${line.channel} any more: “${line.content}”`],
      act: async ({ reason }, key) => {
        await this.#account.post('/moderation/redactions', { line: line.id, reason }, key);
        return { text: `Taken back: a line of ${speakerOf(line)}.`, undo: () => this.#restored(line, 'taken back at once') };
      },
    });
  }

  /** @param {Line} line */
  putBack(line) {
    ask({
      title: 'Put a line back',
      verb: 'Put it back',
      fields: [{ ...reasoned('', 'For the record.'), optional: true }],
      says: () => [`Everybody who could read this line of ${speakerOf(line)} can again: “${line.content}”`],
      act: async ({ reason }) => ({ text: await this.#restored(line, reason ?? '') }),
    });
  }

  /** @param {Line} line @param {string} reason */
  async #restored(line, reason) {
    await this.#account.remove(withQuery(`/moderation/redactions/${line.id}`, { reason }));
    return `Put back: a line of ${speakerOf(line)}.`;
  }

  /** Mutes who said a line, which is kept as the evidence. @param {Line} line */
  mute(line) {
    const name = speakerOf(line);
    ask({
      title: `Mute ${name}`,
      verb: 'Mute',
      fields: [
        { name: 'where', label: 'Where', value: line.channel, options: [[line.channel, `on ${line.channel}`], ['', 'on all channels']] },
        lasting('10m'),
        reasoned(`what you said on ${line.channel}`),
      ],
      says: ({ where, lasts, reason }) => [
        `${name} cannot speak ${where ? `on ${where}` : 'on any channel'}, ${lastsInWords(lasts)}.`,
        `${name} reads: “${reason}”`,
        `The line is kept as evidence: “${line.content}”`,
      ],
      act: async ({ where, lasts, reason }, key) => {
        const order = { kind: 'mute', player: name, ...forHowLong(lasts), reason, lines: [line.id] };
        const { restriction } = await this.#account.post('/moderation/restrictions', where ? { ...order, channels: [where] } : order, key);
        return { text: imposed(restriction), undo: lifts(this.#account, restriction) };
      },
    });
  }

  /** Shows what was said on the channel a little before and after. @param {Line} line */
  async context(line) {
    const dialog = byId('context', HTMLDialogElement);
    const [shown, wrong] = [part('context-lines'), part('context-why')];
    shown.replaceChildren();
    wrong.textContent = '';
    dialog.showModal();
    const at = new Date(line.at).getTime();
    const [since, until] = [at - AROUND, at + AROUND].map((time) => new Date(time).toISOString());
    try {
      const { lines } = await this.#account.get(withQuery('/moderation/lines', { channel: line.channel, since, until, limit: 100 }));
      shown.replaceChildren(...lines.map((/** @type {Line} */ one) => lineOf(one, null)));
      const own = shown.querySelector(`[data-id="${CSS.escape(line.id)}"]`);
      own?.classList.add('meant');
      own?.scrollIntoView({ block: 'center' });
    } catch (error) {
      wrong.textContent = why(error);
    }
  }
}
