// @ts-check
/**
 * How a case can be decided: each by one key, and by a button that names it.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./types.js').Case} Case
 * @typedef {import('./types.js').Restrained} Restrained
 *
 * @typedef {object} Verdict
 * @property {string} key
 * @property {string} label
 * @property {'uphold' | 'dismiss' | 'grant'} verdict
 * @property {string} [kind] What is done besides.
 * @property {string} [lasts] For how long, if nobody says.
 * @property {string} reason What the reason begins as.
 */

import { ask } from './ask.js';
import { forHowLong, imposed, lasting, lastsInWords, lifts, reasoned } from './acts.js';

/** @type {Verdict[]} */
export const VERDICTS = [
  { key: 'd', label: 'Dismiss', verdict: 'dismiss', reason: 'nothing against the rules' },
  { key: 'u', label: 'Uphold', verdict: 'uphold', reason: 'against the rules' },
  { key: 'n', label: 'Uphold, note', verdict: 'uphold', kind: 'note', reason: 'against the rules' },
  { key: 'w', label: 'Uphold, warn', verdict: 'uphold', kind: 'warn', reason: 'against the rules' },
  { key: 'm', label: 'Uphold, mute', verdict: 'uphold', kind: 'mute', lasts: '1h', reason: 'against the rules' },
  { key: 't', label: 'Uphold, timeout', verdict: 'uphold', kind: 'timeout', lasts: '10m', reason: 'against the rules' },
  { key: 'f', label: 'Uphold, freeze', verdict: 'uphold', kind: 'freeze', lasts: '1h', reason: 'against the rules' },
  { key: 'b', label: 'Uphold, ban', verdict: 'uphold', kind: 'ban', lasts: '7d', reason: 'against the rules' },
  { key: 'g', label: 'Grant', verdict: 'grant', reason: 'the appeal is right' },
];

/** Those that fit a case. @param {Case} it */
export const verdictsOf = (it) =>
  VERDICTS.filter(({ verdict, kind }) => ({ report: verdict !== 'grant', appeal: verdict !== 'uphold', second: verdict !== 'grant' && !kind })[it.kind]);

/** What each does to the player. @type {Record<string, (name: string, where: string) => string>} */
const DOES = {
  note: (name) => `A note is put on the record of ${name}; only staff read it`,
  warn: (name) => `${name} reads a warning and cannot speak before they acknowledge it`,
  mute: (name, where) => `${name} cannot speak ${where ? `on ${where}` : 'on any channel'}`,
  timeout: (name) => `${name} cannot speak at all and reads how long still`,
  freeze: (name) => `${name} can do nothing but read help, appeal and leave`,
  ban: (name) => `${name} cannot come in`,
};

/** What becomes of the case itself. @param {Verdict['verdict']} verdict @param {Case} it */
function outcome(verdict, { number, kind, contested, reporters }) {
  const told = reporters.length > 0 ? ` ${reporters.join(', ')} ${reporters.length === 1 ? 'is' : 'are'} told.` : '';
  const what = contested ? `: ${contested.what}` : '';
  if (verdict === 'grant') return `Appeal ${number} is granted; what it was about is lifted${what}.${told}`;
  if (verdict === 'dismiss') return `Case ${number} is dismissed${kind === 'report' ? '' : '; nothing changes'}.${told}`;
  return kind === 'second' ? `It counts for the full time${what}.` : `Case ${number} is upheld.${told}`;
}

/** What was imposed last of a kind on somebody: the verdict does not name it. @param {Account} account @param {string} kind @param {string} subject */
async function newest(account, kind, subject) {
  const restrictions = await account.all('/moderation/restrictions', 'restrictions');
  return restrictions.filter((/** @type {Restrained} */ it) => it.kind === kind && it.subject === subject).at(-1) ?? null;
}

/**
 * Asks whether a case shall be decided so, and decides it.
 *
 * @param {Account} account
 * @param {Case} it
 * @param {Verdict} verdict
 * @param {() => void} decided
 */
export function decide(account, it, verdict, decided) {
  const { kind, lasts } = verdict;
  /** @type {[string, string][]} */
  const places = [['', 'on all channels'], ...(it.channel ? [/** @type {[string, string]} */ ([it.channel, `on ${it.channel}`])] : [])];
  ask({
    title: `${verdict.label}: case ${it.number}`,
    verb: verdict.label,
    fields: [
      ...(kind === 'mute' ? [{ name: 'where', label: 'Where', options: places }] : []),
      ...(lasts ? [lasting(lasts)] : []),
      reasoned(verdict.reason, kind && kind !== 'note' ? 'The player reads it.' : 'For the record.'),
    ],
    says: (values) => {
      const does = kind && DOES[kind]?.(it.subject, values.where ?? '');
      const acts = does ? [`${does}${lasts ? `, ${lastsInWords(values.lasts)}` : ''}.`] : [];
      const reads = kind && kind !== 'note' ? [`${it.subject} reads: “${values.reason}”`] : [];
      return [...acts, ...reads, outcome(verdict.verdict, it)];
    },
    act: async ({ where, lasts: written, reason }, key) => {
      const act = kind && { kind, ...(lasts && forHowLong(written)), ...(where && { channels: [where] }) };
      await account.post(`/moderation/reports/${it.number}/verdict`, { verdict: verdict.verdict, reason, ...(act && { act }) }, key);
      decided();
      // It is decided, whether or not what was imposed can be found for a way back.
      const done = lasts && kind ? await newest(account, kind, it.subject).catch(() => null) : null;
      return { text: `Case ${it.number}: ${verdict.label.toLowerCase()}.${done ? ` ${imposed(done)}.` : ''}`, undo: lifts(account, done) };
    },
  });
}
