// @ts-check
/**
 * Words of one's own for lines: `gg` for `get gem;say mine`.
 */

/** How many lines one word may stand for. */
const LINES_MAX = 20;

/**
 * What a typed line stands for: itself, or the lines of the alias that it begins with. What follows the alias goes where
 * it says `$*`, or else at its end. An alias in an alias is no alias.
 *
 * @param {string} line
 * @param {Record<string, string>} aliases
 * @returns {string[]}
 */
export function expand(line, aliases) {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  const stands = Object.hasOwn(aliases, word) ? aliases[word] : undefined;
  if (stands === undefined) return [line];
  const filled = stands.includes('$*') ? stands.replaceAll('$*', () => rest) : `${stands} ${rest}`;
  return filled.split(';').map((one) => one.trim()).filter(Boolean).slice(0, LINES_MAX);
}
