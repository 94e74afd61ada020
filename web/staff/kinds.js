// @ts-check
/**
 * What staff can impose, and what each takes. The order is that in which one reaches for them.
 *
 * @typedef {import('./ask.js').Field} Field
 * @typedef {import('./ask.js').Values} Values
 *
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} [kind] As the server calls it, if not so.
 * @property {string} label
 * @property {'player' | 'name' | 'channel'} whom A player, a player or a pattern of names or addresses, everyone on a channel.
 * @property {boolean} [where] Whether it may be for one channel.
 * @property {string} [lasts] For how long, if nobody says; what has none does not last.
 * @property {string} [measure] What is measured in seconds besides: its label.
 * @property {(whom: string, where: string) => string} says What it does.
 */

import { inWords, secondsOf } from './durations.js';
import { forHowLong, lasting, lastsInWords, reasoned } from './acts.js';

/** @param {string} where */
const on = (where) => (where === '' ? 'on any channel' : `on ${where}`);

/** @type {Kind[]} */
export const KINDS = [
  { name: 'mute', label: 'Mute', whom: 'player', where: true, lasts: '1h', says: (whom, where) => `${whom} cannot speak ${on(where)}` },
  { name: 'timeout', label: 'Timeout', whom: 'player', lasts: '10m', says: (whom) => `${whom} cannot speak at all and reads how long still` },
  { name: 'warn', label: 'Warn', whom: 'player', says: (whom) => `${whom} reads a warning and cannot speak before they acknowledge it` },
  { name: 'kick', label: 'Kick', whom: 'player', says: (whom) => `${whom} is put out of the world and may come back` },
  { name: 'ban', label: 'Ban', whom: 'name', lasts: '7d', says: (whom) => `${whom} cannot come in` },
  { name: 'freeze', label: 'Freeze', whom: 'player', lasts: '1h', says: (whom) => `${whom} can do nothing but read help, appeal and leave` },
  { name: 'hold', label: 'Hold', whom: 'player', where: true, lasts: '1d', says: (whom, where) => `Each line of ${whom} ${on(where)} waits for staff` },
  { name: 'slow', label: 'Slow', whom: 'player', where: true, lasts: '1h', measure: 'One line every', says: (whom, where) => `${whom} speaks more slowly ${on(where)}` },
  { name: 'shadow', label: 'Shadow', whom: 'player', where: true, lasts: '2h', says: (whom, where) => `Nobody but staff reads what ${whom} says ${on(where)}; they are not told` },
  { name: 'lock', label: 'Lock a channel', whom: 'channel', lasts: '30m', says: (_, where) => `Nobody but staff speaks on ${where}` },
  { name: 'slowmode', kind: 'slow', label: 'Slow mode', whom: 'channel', lasts: '1h', measure: 'One line every', says: (_, where) => `Everyone speaks more slowly on ${where}` },
  { name: 'agelimit', kind: 'age', label: 'Age limit', whom: 'channel', lasts: '1d', measure: 'Accounts younger than', says: (_, where) => `Young accounts do not speak on ${where}` },
];

/** The kind of this name. @param {string | undefined} name @returns {Kind} */
const kindOf = (name) => KINDS.find((kind) => kind.name === name) ?? /** @type {Kind} */ (KINDS[0]);

/**
 * The fields of a kind, with what is filled in already.
 *
 * @param {Values} values
 * @param {string[]} channels
 * @returns {Field[]}
 */
export function fieldsOf(values, channels) {
  const { name: kind, whom, where = false, lasts, measure } = kindOf(values.kind);
  /** @type {Field[]} */
  const fields = [{ name: 'kind', label: 'What', value: kind, options: KINDS.map(({ name, label }) => [name, label]) }];
  const hint = whom === 'name' ? 'A name, or names like *troll*, or an address or range.' : undefined;
  if (whom !== 'channel') fields.push({ name: 'player', label: 'Whom', value: values.player ?? '', ...(hint && { hint }) });
  if (whom === 'channel' || where) {
    /** @type {[string, string][]} */
    const names = channels.map((name) => [name, name]);
    fields.push({ name: 'where', label: 'Where', value: values.where ?? '', options: where ? [['', 'on all channels'], ...names] : names });
  }
  if (measure) fields.push({ name: 'measure', label: measure, value: values.measure ?? (kind === 'agelimit' ? '7d' : '30s'), hint: 'As in 30s, 5m, 7d.' });
  if (whom === 'name') fields.push({ name: 'except', label: 'But not', value: values.except ?? '', hint: 'Of names or addresses: whom to let in all the same, with commas between.', optional: true });
  if (lasts) fields.push(lasting(values.lasts ?? lasts));
  return [...fields, reasoned(values.reason ?? '', whom === 'channel' ? 'Those who hear the channel read it.' : kind === 'shadow' ? 'For the record.' : 'The player reads it.')];
}

/** What will be done, in words. @param {Values} values */
export function saysOf({ kind: name, player = '', where = '', measure, lasts, reason = '' }) {
  const kind = kindOf(name);
  const whom = player === '' ? '…' : player;
  const every = kind.measure ? ` (${kind.measure.toLowerCase()} ${inWords(secondsOf(measure ?? '') ?? 0)})` : '';
  const first = `${kind.says(whom, where)}${every}${kind.lasts ? `, ${lastsInWords(lasts)}` : ''}.`;
  if (kind.name === 'shadow') return [first, `On record: “${reason}”`];
  return [first, `${kind.whom === 'channel' ? 'Those who hear it read' : `${whom} reads`}: “${reason}”`];
}

/** The order, as the server takes it. @param {Values} values */
export function orderOf({ kind: name, player, where = '', except = '', measure, lasts, reason }) {
  const kind = kindOf(name);
  const spared = except.split(',').map((one) => one.trim()).filter(Boolean);
  return {
    kind: kind.kind ?? kind.name,
    ...(kind.whom !== 'channel' && { player }),
    ...(where !== '' && { channels: [where] }),
    ...(kind.measure && { measure: secondsOf(measure ?? '') ?? 0 }),
    ...(kind.whom === 'name' && spared.length > 0 && { except: spared }),
    ...(kind.lasts && forHowLong(lasts)),
    reason,
  };
}
