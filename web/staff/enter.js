// @ts-check
/**
 * The form by which staff come in. The password is taken from its field, sent, and forgotten.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('../js/account.js').Stands} Stands
 */

import { byId, part } from '../js/dom.js';
import { why } from './asking.js';

/** The ranks that have something to do here. */
const STAFF = ['moderator', 'admin', 'owner'];

export class Enter {
  #form = byId('login-form', HTMLFormElement);
  #name = byId('name', HTMLInputElement);
  #password = byId('password', HTMLInputElement);
  #submit = byId('login-submit', HTMLButtonElement);
  #why = part('login-why');
  /** @type {Account} */ #account;
  /** @type {(who: Stands) => void} */ #entered;

  /**
   * @param {Account} account
   * @param {(who: Stands) => void} entered
   */
  constructor(account, entered) {
    [this.#account, this.#entered] = [account, entered];
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#try();
    });
  }

  /** Shows the form, with the reason why it is there. @param {string} reason */
  show(reason) {
    this.#cover(true);
    this.#why.textContent = reason;
    (this.#name.value === '' ? this.#name : this.#password).focus();
  }

  async #try() {
    this.#busy(true);
    try {
      const who = await this.#account.logIn(this.#name.value.trim(), this.#password.value);
      if (!STAFF.includes(who.rank)) {
        await this.#account.logOut();
        return this.show(`This page is for staff, from moderator on. ${who.account} is ${who.rank}.`);
      }
      this.#cover(false);
      this.#entered(who);
    } catch (error) {
      this.show(why(error));
    } finally {
      this.#password.value = '';
      this.#busy(false);
    }
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.#submit.disabled = busy;
    this.#submit.textContent = busy ? 'One moment…' : 'Log in';
  }

  /** What lies under the form cannot be reached. @param {boolean} covers */
  #cover(covers) {
    part('login').hidden = !covers;
    for (const id of ['skips', 'head', 'sides', 'views']) part(id).inert = covers;
  }
}
