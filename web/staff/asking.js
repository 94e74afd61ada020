// @ts-check
/**
 * How the server is asked: what stands behind a path, and what it says when it does not do something.
 *
 * @typedef {import('../js/account.js').Account} Account
 */

/**
 * A path with a query; what is empty is left out.
 *
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 */
export function withQuery(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What went wrong, for whoever reads the page: the server's own words where they are. @param {unknown} error */
export const why = (error) => (error instanceof Error ? error.message : String(error));
