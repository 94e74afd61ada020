// @ts-check
/**
 * One WebSocket in the server's own JSON: opened once, closed once. It finds out by itself when nobody answers any more.
 *
 * @typedef {import('./types.js').Message} Message
 *
 * @typedef {object} Hooks
 * @property {() => void} opened
 * @property {(message: Message) => void} heard
 * @property {(code: number) => void} closed Called once, whatever happened.
 */

/** How long nothing may come before the server is asked whether it is there. Milliseconds. */
const QUIET = 20_000;
/** How long it may take to answer. Milliseconds. */
const PATIENCE = 6_000;
/** The code for a connection that died without a word. */
export const LOST = 1006;

export class Socket {
  /** @type {WebSocket} */ #socket;
  /** @type {Hooks} */ #hooks;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #closed = false;
  #asked = 0;

  /**
   * @param {string} address
   * @param {Hooks} hooks
   */
  constructor(address, hooks) {
    this.#hooks = hooks;
    this.#socket = new WebSocket(address, 'json.hearsay');
    this.#socket.onopen = () => {
      this.#listen();
      hooks.opened();
    };
    this.#socket.onmessage = ({ data }) => this.#take(String(data));
    this.#socket.onclose = ({ code }) => this.#end(code);
  }

  /**
   * Says something; false when there is nobody to say it to.
   *
   * @param {object} message
   */
  send(message) {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Asks the server whether it is there, and gives up if it is not. */
  probe() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.send({ type: 'ping', n: this.#asked });
    this.#timer = setTimeout(() => this.#end(LOST), PATIENCE);
  }

  /** Hangs up. Nothing is heard of it any more. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close(1000);
  }

  /** @param {string} text */
  #take(text) {
    if (this.#closed) return;
    this.#listen();
    const message = /** @type {Message} */ (JSON.parse(text));
    if (message.type !== 'pong') this.#hooks.heard(message);
  }

  #listen() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.probe(), QUIET);
  }

  /** @param {number} code */
  #end(code) {
    if (this.#closed) return;
    this.close();
    this.#hooks.closed(code);
  }
}
