// @ts-check
/**
 * The form by which one comes in: a name, and how. Passwords are taken from their field, sent, and forgotten.
 *
 * @typedef {import('./session.js').Credentials} Credentials
 */

import { byId, part } from './dom.js';
import { keep, recall } from './memory.js';

const KEPT = 'hearsay.name';

const BUTTONS = { guest: 'Come in', login: 'Log in', create: 'Create and come in' };

export class Login {
  #form = byId('login-form', HTMLFormElement);
  #name = byId('name', HTMLInputElement);
  #password = byId('password', HTMLInputElement);
  #submit = byId('login-submit', HTMLButtonElement);
  #why = part('login-why');

  /** @param {(credentials: Credentials) => void} logIn */
  constructor(logIn) {
    const kept = recall(localStorage, KEPT, { name: '', kind: /** @type {Credentials['kind']} */ ('guest') });
    this.#name.value = kept.name;
    this.#choose(kept.kind === 'create' ? 'login' : kept.kind);
    this.#form.addEventListener('change', () => this.#suit());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const credentials = { kind: this.#kind(), name: this.#name.value.trim(), password: this.#password.value };
      if (credentials.name === '') return this.refuse('A name, please: 2 to 20 letters.');
      if (credentials.kind !== 'guest' && credentials.password === '') return this.refuse('And a password, please.');
      this.#why.textContent = '';
      this.busy(true);
      keep(localStorage, KEPT, { name: credentials.name, kind: credentials.kind });
      logIn(credentials);
    });
    byId('show-password', HTMLInputElement).addEventListener('change', ({ target }) => {
      this.#password.type = target instanceof HTMLInputElement && target.checked ? 'text' : 'password';
    });
  }

  /** @param {boolean} busy */
  busy(busy) {
    this.#submit.disabled = busy;
    this.#submit.textContent = busy ? 'One moment…' : BUTTONS[this.#kind()];
  }

  /** Shows the form, with the reason why it is there, if there is one. @param {string} why */
  show(why) {
    this.#cover(true);
    this.busy(false);
    this.#suit();
    this.#why.textContent = why;
    (this.#name.value === '' || this.#kind() === 'guest' ? this.#name : this.#password).focus();
  }

  hide() {
    this.#cover(false);
    this.#password.value = '';
    byId('show-password', HTMLInputElement).checked = false;
    this.#password.type = 'password';
    this.busy(false);
  }

  /** Who was here before and has an account has to log in. @param {string} name */
  ask(name) {
    this.#name.value = name;
    this.#choose('login');
  }

  /** @param {string} why */
  refuse(why) {
    this.busy(false);
    this.#why.textContent = why;
    if (/password/i.test(why) && this.#kind() !== 'guest') this.#password.select();
    (/password/i.test(why) && this.#kind() !== 'guest' ? this.#password : this.#name).focus();
  }

  /** What lies under the form cannot be reached. @param {boolean} covers */
  #cover(covers) {
    part('login').hidden = !covers;
    for (const id of ['skips', 'head', 'sides', 'play', 'around']) part(id).inert = covers;
  }

  /** @returns {Credentials['kind']} */
  #kind() {
    const chosen = new FormData(this.#form).get('kind');
    return chosen === 'login' || chosen === 'create' ? chosen : 'guest';
  }

  /** @param {Credentials['kind']} kind */
  #choose(kind) {
    byId(`kind-${kind}`, HTMLInputElement).checked = true;
    this.#suit();
  }

  /** Only those who need one see a field for a password. */
  #suit() {
    const kind = this.#kind();
    part('password-part').hidden = kind === 'guest';
    this.#password.autocomplete = kind === 'create' ? 'new-password' : 'current-password';
    part('guest-note').hidden = kind !== 'guest';
    this.#submit.textContent = BUTTONS[kind];
  }
}
