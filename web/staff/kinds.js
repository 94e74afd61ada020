// @ts-check
/**
 * What staff can impose, and what each takes. The order is that in which one reaches for them.
 *
 * @typedef {import('./ask.js').Field} Field
 * @typedef {import('./ask.js').Values} Values
 *
 * @typedef {object} Kind
 * @property {string} kind As the server calls it.
 * @property {string} label
 * @property {'player' | 'name' | 'channel'} whom A player, a player or a pattern of names or addresses, everyone on a channel.
 * @property {boolean} [where] Whether it may be for one channel.
 * @property {string} [lasts] For how long, if nobody says; what has none does not last.
 * @property {string} [measure] What is measured in seconds besides: its label.
 * @property {(whom: string, where: string) => string} says What it does.
 */

import { inWords, secondsOf } from './durations.js';
import { lasting, lastsInWords, reasoned, seconds } from './acts.js';

/** @param {string} where */
const on = (where) => (where === '' ? 'on any channel' : `on ${where}`);

/** @type {Kind[]} */
export const KINDS = [
  { kind: 'mute', label: 'Mute', whom: 'player', where: true, lasts: '1h', says: (whom, where) => `${whom} cannot speak ${on(where)}` },
  { kind: 'timeout', label: 'Timeout', whom: 'player', lasts: '10m', says: (whom) => `${whom} cannot speak at all and reads how long still` },
  { kind: 'warn', label: 'Warn', whom: 'player', says: (whom) => `${whom} reads a warning and cannot speak before they acknowledge it` },
  { kind: 'kick', label: 'Kick', whom: 'player', says: (whom) => `${whom} is put out of the world and may come back` },
  { kind: 'ban', label: 'Ban', whom: 'name', lasts: '7d', says: (whom) => `${whom} cannot come in` },
  { kind: 'freeze', label: 'Freeze', whom: 'player', lasts: '1h', says: (whom) => `${whom} can do nothing but read help, appeal and leave` },
  { kind: 'hold', label: 'Hold', whom: 'player', where: true, lasts: '1d', says: (whom, where) => `Each line of ${whom} ${on(where)} waits for staff` },
  { kind: 'slow', label: 'Slow', whom: 'player', where: true, lasts: '1h', measure: 'One line every', says: (whom, where) => `${whom} speaks more slowly ${on(where)}` },
  { kind: 'shadow', label: 'Shadow', whom: 'player', where: true, lasts: '2h', says: (whom, where) => `Nobody but staff reads what ${whom} says ${on(where)}; they are not told` },
  { kind: 'lock', label: 'Lock a channel', whom: 'channel', lasts: '30m', says: (_, where) => `Nobody but staff speaks on ${where}` },
  { kind: 'slowmode', label: 'Slow mode', whom: 'channel', lasts: '1h', measure: 'One line every', says: (_, where) => `Everyone speaks more slowly on ${where}` },
  { kind: 'agelimit', label: 'Age limit', whom: 'channel', lasts: '1d', measure: 'Accounts younger than', says: (_, where) => `Young accounts do not speak on ${where}` },
];

/** The kind of this name. @param {string | undefined} name @returns {Kind} */
export const kindOf = (name) => KINDS.find(({ kind }) => kind === name) ?? /** @type {Kind} */ (KINDS[0]);

/**
 * The fields of a kind, with what is filled in already.
 *
 * @param {Values} values
 * @param {string[]} channels
 * @returns {Field[]}
 */
export function fieldsOf(values, channels) {
  const { kind, whom, where = false, lasts, measure } = kindOf(values.kind);
  /** @type {Field[]} */
  const fields = [{ name: 'kind', label: 'What', value: kind, options: KINDS.map((one) => [one.kind, one.label]) }];
  const hint = whom === 'name' ? 'A name, or names like *troll*, or an address or range.' : undefined;
  if (whom !== 'channel') fields.push({ name: 'player', label: 'Whom', value: values.player ?? '', ...(hint && { hint }) });
  if (whom === 'channel' || where) {
    /** @type {[string, string][]} */
    const names = channels.map((name) => [name, name]);
    fields.push({ name: 'where', label: 'Where', value: values.where ?? '', options: where ? [['', 'on all channels'], ...names] : names });
  }
  if (measure) fields.push({ name: 'measure', label: measure, value: values.measure ?? (kind === 'agelimit' ? '7d' : '30s'), hint: 'As in 30s, 5m, 7d.' });
  if (lasts) fields.push(lasting(lasts));
  return [...fields, reasoned(values.reason ?? '', whom === 'channel' ? 'Those who hear the channel read it.' : kind === 'shadow' ? 'For the record.' : 'The player reads it.')];
}

/** What will be done, in words. @param {Values} values */
export function saysOf({ kind: name, player = '', where = '', measure, lasts, reason = '' }) {
  const kind = kindOf(name);
  const whom = player === '' ? '…' : player;
  const every = kind.measure ? ` (${kind.measure.toLowerCase()} ${inWords(secondsOf(measure ?? '') ?? 0)})` : '';
  const first = `${kind.says(whom, where)}${every}${kind.lasts ? `, ${lastsInWords(lasts)}` : ''}.`;
  if (kind.kind === 'shadow') return [first, `On record: “${reason}”`];
  return [first, `${kind.whom === 'channel' ? 'Those who hear it read' : `${whom} reads`}: “${reason}”`];
}

/** The order, as the server takes it. @param {Values} values */
export function orderOf({ kind: name, player, where = '', measure, lasts, reason }) {
  const kind = kindOf(name);
  return {
    kind: kind.kind,
    ...(kind.whom !== 'channel' && { player }),
    ...(where !== '' && { channels: [where] }),
    ...(kind.measure && { measure: secondsOf(measure ?? '') ?? 0 }),
    ...(kind.lasts && { seconds: seconds(lasts) }),
    reason,
  };
}
