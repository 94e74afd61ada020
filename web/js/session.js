// @ts-check
/**
 * A player's stay: coming in, and coming back when the connection is lost, with what was missed meanwhile.
 *
 * What is needed to come back is kept as long as the browser's tab is, and no longer: a token for a minute, never a
 * password.
 *
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Heads} Heads
 * @typedef {import('./types.js').Welcome} Welcome
 *
 * @typedef {{ kind: 'guest' | 'login' | 'create', name: string, password: string }} Credentials
 *
 * @typedef {{ is: 'away' } | { is: 'connecting' } | { is: 'playing' } | { is: 'waiting', until: number }
 *   | { is: 'elsewhere' } | { is: 'over', why: string }} State
 *   `away`: nobody has logged in. `waiting`: until the next try, in milliseconds as of `Date.now`. `over`: no more tries.
 *
 * @typedef {object} Hooks
 * @property {(state: State) => void} changed
 * @property {(message: Message) => void} heard
 * @property {(why: string) => void} refused A login came to nothing.
 * @property {() => Promise<string | null>} again What stands for the password of who was in, if anything does.
 *
 * @typedef {object} Stay What is kept of it.
 * @property {string} name
 * @property {boolean} guest
 * @property {string | null} token
 * @property {Heads} seen
 */

import { keep, recall } from './memory.js';
import { LOST, Socket } from './socket.js';

const KEPT = 'hearsay.stay';
/** The first wait before another try, and the longest. Milliseconds. */
const WAIT_MIN = 500;
const WAIT_MAX = 15_000;
/** How often a guest is asked for again by the same name: the one who was lost may still be there. */
const GUEST_TRIES_MAX = 6;
/** The close code for a session that goes on elsewhere. */
const TAKEN_OVER = 4002;
/** The close code for somebody who is not let in, or put out. */
const POLICY = 1008;

export class Session {
  /** @type {string} */ #address;
  /** @type {Hooks} */ #hooks;
  /** @type {Storage} */ #storage;
  /** @type {() => object} */ #wants;
  /** @type {Socket | null} */ #socket = null;
  /** @type {Stay | null} */ #stay;
  /** @type {State} */ #state = { is: 'away' };
  /** @type {Record<string, unknown> | null} */ #asked = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {string | null} */ #lastWords = null;
  #tries = 0;

  /**
   * @param {string} address Of the WebSocket.
   * @param {() => object} wants What the page wants to be told besides, sent first.
   * @param {Storage} storage
   * @param {Hooks} hooks
   */
  constructor(address, wants, storage, hooks) {
    [this.#address, this.#wants, this.#storage, this.#hooks] = [address, wants, storage, hooks];
    this.#stay = recall(storage, KEPT, /** @type {Stay | null} */ (null));
    addEventListener('pagehide', () => this.#keep());
  }

  get state() {
    return this.#state;
  }

  /** Goes on where the tab was reloaded; false when there is nothing to go on with. */
  goOn() {
    if (!this.#stay || (!this.#stay.token && !this.#stay.guest)) return false;
    this.#connect(this.#wayBack(this.#stay));
    return true;
  }

  /** @param {Credentials} credentials */
  logIn({ kind, name, password }) {
    if (this.#stay && this.#stay.name.toLowerCase() !== name.toLowerCase()) this.#stay = null;
    const resume = this.#stay?.seen;
    const frame = {
      guest: { type: 'guest', name },
      create: { type: 'login', name, password, create: true },
      login: { type: 'login', name, password, ...(resume && { resume }) },
    }[kind];
    this.#tries = 0;
    if (this.#state.is === 'away' && this.#socket?.send(frame)) this.#asked = frame;
    else this.#connect(frame);
  }

  /**
   * Says something to the game; false when that cannot be now.
   *
   * @param {object} frame
   */
  send(frame) {
    return this.#state.is === 'playing' && this.#socket !== null && this.#socket.send(frame);
  }

  /** The device woke up, or has another network: no reason to wait any longer, or to believe that all is well. */
  wake() {
    if (this.#state.is === 'waiting') this.#retry();
    else if (this.#state.is === 'playing') this.#socket?.probe();
  }

  /** Forgets what it would come back by. */
  forget() {
    this.#stay = null;
    this.#keep();
  }

  /** @param {Record<string, unknown>} frame */
  #connect(frame) {
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#asked = frame;
    this.#lastWords = null;
    this.#change({ is: 'connecting' });
    const socket = new Socket(this.#address, {
      opened: () => {
        socket.send(this.#wants());
        socket.send(frame);
      },
      heard: (message) => this.#hear(message),
      closed: (code) => this.#closed(code),
    });
    this.#socket = socket;
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.type === 'error' && this.#state.is !== 'playing') return this.#refuse(message.text);
    if (message.type === 'welcome') this.#welcome(message);
    if (message.type === 'token' && this.#stay) this.#stay.token = message.token;
    if (message.type === 'closing') this.#lastWords = message.reason;
    if (message.type === 'message' && this.#stay) {
      this.#stay.seen[message.channel] = [message.epoch, message.seq];
    }
    this.#hooks.heard(message);
    if (message.type === 'resumed' || message.type === 'token') this.#keep();
  }

  /** @param {Welcome} welcome */
  #welcome({ player, token, heads }) {
    const before = this.#asked && 'type' in this.#asked && this.#asked.type !== 'guest' ? this.#stay?.seen : undefined;
    this.#tries = 0;
    // What was seen before is what the missed lines are counted from; they come now.
    this.#stay = { name: player.name, guest: player.rank === 'guest', token, seen: { ...heads, ...before } };
    this.#keep();
    this.#change({ is: 'playing' });
  }

  /** @param {string} why */
  #refuse(why) {
    const asked = this.#asked;
    this.#asked = null;
    if (asked && this.#stay?.guest && asked.type === 'guest' && this.#tries > 0 && this.#tries < GUEST_TRIES_MAX) {
      return this.#wait();
    }
    if (asked?.type === 'resume' && this.#stay) {
      this.#stay.token = null;
      this.#keep();
      return void this.#enterAnew(this.#stay);
    }
    this.#turnAway(why);
  }

  /** Where a place is not kept any more, one comes in anew. @param {Stay} stay */
  async #enterAnew(stay) {
    const token = await this.#hooks.again();
    if (this.#stay !== stay) return;
    if (token !== null) return this.#connect({ type: 'token', token, name: stay.name, resume: stay.seen });
    this.#turnAway(`Your place was kept for a while, but no longer. ${stay.name}, please log in again: you will read what you missed.`);
  }

  /** @param {string} why */
  #turnAway(why) {
    this.#lastWords = why;
    this.#change({ is: 'away' });
    this.#hooks.refused(why);
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    const was = this.#state.is;
    const comesBack = this.#stay !== null && (this.#stay.token !== null || this.#stay.guest);
    if (was === 'away') return;
    if (code === TAKEN_OVER) {
      this.#stay = null;
      this.#keep();
      return this.#change({ is: 'elsewhere' });
    }
    if (this.#lastWords !== null && this.#lastWords !== 'shutdown') return this.#over(this.#lastWords);
    if (code === POLICY) return this.#over('removed');
    if (was === 'playing' || comesBack) return this.#wait();
    this.#change({ is: 'away' });
    this.#hooks.refused(code === LOST ? 'The server cannot be reached just now.' : 'The server closed the connection.');
  }

  /** @param {string} why */
  #over(why) {
    this.forget();
    this.#change({ is: 'over', why });
  }

  #wait() {
    this.#socket?.close();
    this.#socket = null;
    const most = Math.min(WAIT_MAX, WAIT_MIN * 2 ** this.#tries);
    const wait = most * (0.5 + Math.random() / 2);
    this.#tries += 1;
    this.#change({ is: 'waiting', until: Date.now() + wait });
    this.#timer = setTimeout(() => this.#retry(), wait);
  }

  #retry() {
    if (this.#stay) this.#connect(this.#wayBack(this.#stay));
  }

  /**
   * @param {Stay} stay
   * @returns {Record<string, unknown>}
   */
  #wayBack({ name, token, seen }) {
    return token ? { type: 'resume', token, seen } : { type: 'guest', name };
  }

  /** @param {State} state */
  #change(state) {
    this.#state = state;
    this.#hooks.changed(state);
  }

  #keep() {
    keep(this.#storage, KEPT, this.#stay);
  }
}
