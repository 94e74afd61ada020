// @ts-check
/**
 * Durations and moments, as staff write and read them: `10m`, `1h30m`, `perm`.
 */

/** Seconds of each. @type {Record<string, number>} */
const UNITS = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };

/**
 * What somebody wrote, in seconds; null is until it is lifted, undefined no duration.
 *
 * @param {string} text
 * @returns {number | null | undefined}
 */
export function secondsOf(text) {
  const word = text.trim().toLowerCase();
  if (word === 'perm') return null;
  if (!/^(\d+[wdhms])+$/.test(word)) return undefined;
  const parts = word.matchAll(/(\d+)([wdhms])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? 's'] ?? 1), 0);
}

/**
 * The same in words: `1 h 30 min`; never more than two of them.
 *
 * @param {number | null} seconds
 */
export function inWords(seconds) {
  if (seconds === null) return 'until it is lifted';
  const names = { w: 'weeks', d: 'days', h: 'h', m: 'min', s: 's' };
  let rest = Math.max(0, Math.floor(seconds));
  const parts = [];
  for (const [unit, name] of Object.entries(names)) {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest %= size;
    if (count > 0) parts.push(`${count} ${count === 1 ? name.replace(/s$/, unit === 's' ? 's' : '') : name}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

const today = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const before = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });

/** A moment as one reads it: the time, or the day with it. @param {string} at */
export function moment(at) {
  const then = new Date(at);
  return then.toDateString() === new Date().toDateString() ? today.format(then) : before.format(then);
}

/** What stands in a field for a moment, as the server takes it; empty stays empty. @param {string} value */
export const instant = (value) => (value === '' ? '' : new Date(value).toISOString());
