// @ts-check
/**
 * The form by which one comes to a page for those who have a rank. The password is taken from its field, sent, and
 * forgotten.
 *
 * @typedef {import('./account.js').Account} Account
 * @typedef {import('./account.js').Stands} Stands
 *
 * @typedef {object} Door
 * @property {string} title
 * @property {string} about What the page is for.
 * @property {(who: Stands) => boolean} admits
 * @property {string} turnsAway For whom the page is, said to who is not admitted.
 * @property {string[]} covers The ids of what cannot be reached while the form is there.
 * @property {(who: Stands) => void} entered
 */

import { element, part } from './dom.js';

export class Enter {
  #name = element('input', { id: 'name', name: 'username', type: 'text', maxlength: 80, autocomplete: 'username', spellcheck: 'false', 'aria-describedby': 'login-why' });
  #password = element('input', { id: 'password', name: 'password', type: 'password', maxlength: 400, autocomplete: 'current-password' });
  #submit = element('button', { type: 'submit', id: 'login-submit', class: 'first' }, 'Log in');
  #why = element('p', { id: 'login-why', role: 'alert' });
  /** @type {Account} */ #account;
  /** @type {Door} */ #door;

  /**
   * @param {Account} account
   * @param {Door} door
   */
  constructor(account, door) {
    [this.#account, this.#door] = [account, door];
    // What is missing is said where everything else is.
    const form = element(
      'form',
      { id: 'login-form', novalidate: true },
      this.#why,
      element('label', { for: 'name' }, 'Name'),
      this.#name,
      element('label', { for: 'password' }, 'Password'),
      this.#password,
      this.#submit,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#try();
    });
    const [title, about] = [element('h1', { id: 'login-title' }, door.title), element('p', { class: 'tagline' }, door.about)];
    part('login').replaceChildren(element('div', { class: 'card' }, title, about, form));
  }

  /** Shows the form, with the reason why it is there. @param {string} reason */
  show(reason) {
    this.#cover(true);
    this.#why.textContent = reason;
    (this.#name.value === '' ? this.#name : this.#password).focus();
  }

  async #try() {
    const [name, password] = [this.#name.value.trim(), this.#password.value];
    if (name === '' || password === '') return this.show('A name and a password, please.');
    this.#busy(true);
    try {
      const who = await this.#account.logIn(name, password);
      if (!this.#door.admits(who)) {
        await this.#account.logOut();
        return this.show(`${this.#door.turnsAway} ${who.account} is ${who.rank}.`);
      }
      this.#cover(false);
      this.#door.entered(who);
    } catch (error) {
      this.show(error instanceof Error ? error.message : String(error));
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
    for (const id of this.#door.covers) part(id).inert = covers;
  }
}
