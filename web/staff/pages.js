// @ts-check
/**
 * Something that is searched for and read page by page, the newest first page at once and older ones on demand.
 *
 * @typedef {import('../js/account.js').Account} Account
 */

/**
 * @template T
 * @typedef {object} Kind
 * @property {string} id What its elements are called by: `search` has `search-form`, `search-why`, `search-none`, `search-older`.
 * @property {string} path
 * @property {string} list The name of the list in the answer.
 * @property {HTMLElement} into
 * @property {() => Record<string, string>} query
 * @property {(one: T) => HTMLElement} draw
 */

import { byId, part } from '../js/dom.js';
import { attempt } from './ask.js';
import { withQuery } from './asking.js';

/** How much a page has. */
const LIMIT = 50;
/** How often it is asked on by itself where nothing was found. */
const ROUNDS_MAX = 10;

/** @template T */
export class Pages {
  /** @type {Account} */ #account;
  /** @type {Kind<T>} */ #kind;
  /** What was asked for: older pages are of the same. @type {Record<string, string>} */ #query = {};
  /** @type {string | null} */ #before = null;
  /** Which search it is: what comes late for one before is not shown. */ #search = 0;

  /**
   * @param {Account} account
   * @param {Kind<T>} kind
   */
  constructor(account, kind) {
    [this.#account, this.#kind] = [account, kind];
    part(`${kind.id}-form`).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.search();
    });
    part(`${kind.id}-older`).addEventListener('click', () => void this.#fetch());
  }

  /** Searches for what is filled in. */
  search() {
    this.clear();
    this.#query = this.#kind.query();
    return this.#fetch();
  }

  /** Nothing of it is there for the next one. */
  clear() {
    this.#search += 1;
    this.#before = null;
    this.#kind.into.replaceChildren();
    part(`${this.#kind.id}-none`).hidden = true;
    part(`${this.#kind.id}-older`).hidden = true;
  }

  #fetch() {
    const { id, path, list, into, draw } = this.#kind;
    const mine = this.#search;
    const form = part(`${id}-form`);
    const older = byId(`${id}-older`, HTMLButtonElement);
    form.setAttribute('aria-busy', 'true');
    older.disabled = true;
    return attempt(`${id}-why`, async () => {
      // A page may be empty although there are more: the server reads only so much at once.
      let found = 0;
      for (let round = 0; round < ROUNDS_MAX && found === 0 && (round === 0 || this.#before !== null); round += 1) {
        const page = await this.#account.get(withQuery(path, { ...this.#query, limit: LIMIT, before: this.#before }));
        if (mine !== this.#search) return;
        into.append(...newestFirst(/** @type {T[]} */ (page[list])).map(draw));
        found += page[list].length;
        this.#before = page.before;
      }
      part(`${id}-none`).hidden = into.childElementCount > 0 || this.#before !== null;
      older.hidden = this.#before === null;
    }).finally(() => {
      if (mine !== this.#search) return;
      form.removeAttribute('aria-busy');
      older.disabled = false;
    });
  }
}

/** Whichever way round a page comes. @template T @param {T[]} found */
function newestFirst(found) {
  const at = (/** @type {T | undefined} */ one) => String(/** @type {any} */ (one)?.at ?? '');
  return at(found[0]) < at(found.at(-1)) ? found.toReversed() : found;
}
