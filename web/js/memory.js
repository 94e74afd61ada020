// @ts-check
/**
 * What the browser keeps for the page. A browser that keeps nothing, or something else, is no reason to fail.
 */

/**
 * Reads what was kept under a name.
 *
 * @template T
 * @param {Storage} storage
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function recall(storage, name, otherwise) {
  try {
    const kept = storage.getItem(name);
    return kept === null ? otherwise : JSON.parse(kept);
  } catch {
    return otherwise;
  }
}

/**
 * Keeps something under a name; nothing, when it is null.
 *
 * @param {Storage} storage
 * @param {string} name
 * @param {unknown} value
 */
export function keep(storage, name, value) {
  try {
    if (value === null) storage.removeItem(name);
    else storage.setItem(name, JSON.stringify(value));
  } catch {
    // It is full, or not allowed: then it is not kept.
  }
}
