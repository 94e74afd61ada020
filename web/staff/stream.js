// @ts-check
/**
 * What happens, as the server tells it: server-sent events, read by `fetch` because they are asked for with a token
 * in a header. Whoever was cut off goes on behind the last event that was read.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {{ kind: string, id: string, data: any }} Happened
 *
 * @typedef {{ is: 'away' } | { is: 'connecting' } | { is: 'playing' } | { is: 'waiting', why: string }} State
 */

import { Refused } from '../js/account.js';

/** The first wait before another try, and the longest. Milliseconds. */
const WAIT_MIN = 500;
const WAIT_MAX = 15_000;
/** The server says something at least every 15 seconds. Milliseconds. */
const SILENCE_MAX = 40_000;

export class Stream {
  /** @type {Account} */ #account;
  /** @type {string} */ #path;
  /** @type {(happened: Happened) => void} */ #heard;
  /** @type {(state: State) => void} */ #changed;
  /** @type {AbortController | null} */ #open = null;
  /** @type {() => void} */ #hurry = () => {};
  #last = '';
  #tries = 0;

  /**
   * @param {Account} account
   * @param {string} path
   * @param {(happened: Happened) => void} heard
   * @param {(state: State) => void} changed
   */
  constructor(account, path, heard, changed) {
    [this.#account, this.#path, this.#heard, this.#changed] = [account, path, heard, changed];
    addEventListener('online', () => this.#hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.#hurry());
  }

  /** Listens until told to stop. */
  async start() {
    this.stop();
    const own = new AbortController();
    this.#open = own;
    while (!own.signal.aborted) {
      this.#changed({ is: 'connecting' });
      const reason = await this.#listen(own.signal);
      if (own.signal.aborted) break;
      this.#changed({ is: 'waiting', why: reason });
      await this.#wait();
    }
  }

  /** Listens no longer, and forgets where it was. */
  stop() {
    this.#open?.abort();
    this.#open = null;
    this.#hurry();
    [this.#last, this.#tries] = ['', 0];
    this.#changed({ is: 'away' });
  }

  /**
   * Until the stream ends; why it did.
   *
   * @param {AbortSignal} stopped
   */
  async #listen(stopped) {
    const silent = new AbortController();
    const signal = AbortSignal.any([stopped, silent.signal]);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const lives = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MAX);
    };
    try {
      lives();
      /** @type {Record<string, string>} */
      const after = this.#last === '' ? {} : { 'Last-Event-ID': this.#last };
      const answer = await this.#account.fetch(this.#path, { headers: after, signal, cache: 'no-store' });
      if (!answer.ok) throw new Refused(answer.status, (await answer.json()).detail);
      this.#tries = 0;
      this.#changed({ is: 'playing' });
      await this.#read(answer, lives);
      return 'the server closed it';
    } catch (error) {
      return error instanceof Refused ? error.message : 'the connection is lost';
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param {Response} answer
   * @param {() => void} lives
   */
  async #read(answer, lives) {
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return;
      lives();
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      blocks.forEach((block) => this.#take(block));
    }
  }

  /** @param {string} block */
  #take(block) {
    const lines = block.split('\n');
    const field = (/** @type {string} */ name) =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, '')).join('\n');
    const [id, kind, data] = [field('id'), field('event'), field('data')];
    if (id !== '') this.#last = id;
    if (data !== '') this.#heard({ kind, id, data: JSON.parse(data) });
  }

  #wait() {
    const most = Math.min(WAIT_MAX, WAIT_MIN * 2 ** this.#tries);
    this.#tries += 1;
    return /** @type {Promise<void>} */ (new Promise((go) => {
      const timer = setTimeout(go, most * (0.5 + Math.random() / 2));
      this.#hurry = () => {
        clearTimeout(timer);
        go();
      };
    }));
  }
}
