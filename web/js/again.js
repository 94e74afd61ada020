// @ts-check
/**
 * Coming in again without the password when the place in the world was not kept: after a long sleep, or when the server was
 * started anew. A login at the REST API stands for the password, in memory alone; where there is no API, one types it again.
 *
 * @typedef {import('./session.js').Credentials} Credentials
 */

import { Account } from './account.js';

/** What the login is good for: to play, and to be given back. */
const SCOPE = 'play account';

export class Again {
  #account = new Account(() => undefined);
  /** @type {Credentials | null} */
  #shown = null;

  /** What somebody wants to come in by; handed on as it is. @param {Credentials} credentials */
  shown(credentials) {
    this.#shown = credentials;
    return credentials;
  }

  /** It was good. */
  async entered() {
    const shown = this.#shown;
    this.#shown = null;
    if (shown === null) return;
    await this.#account.logOut();
    if (shown.kind !== 'guest') await this.#account.logIn(shown.name, shown.password, SCOPE).catch(() => undefined);
  }

  /** What one comes in by now; null where there is nothing. @returns {Promise<string | null>} */
  token() {
    return this.#account.token().catch(() => null);
  }

  /** Nobody comes in again by this. */
  forget() {
    this.#shown = null;
    void this.#account.logOut();
  }
}
