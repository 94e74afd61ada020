// @ts-check
/**
 * Somebody who is logged in at the REST API. Tokens are kept in memory alone: they
 * are gone with the page.
 *
 * @typedef {object} Stands Who it is.
 * @property {string} account
 * @property {string} rank
 * @property {string[]} scopes What the tokens are good for.
 *
 * @typedef {object} Issued
 * @property {string} access_token
 * @property {string} refresh_token
 * @property {number} expires_in Seconds.
 */

const API = '/api/v1';
/** How long before its end a token is renewed. Milliseconds. */
const EARLY = 60_000;
/** How long an answer may take before the server counts as not there: what is only read, and what is done. Milliseconds. */
const PATIENCE = 10_000;
const PATIENCE_ACT = 60_000;
/** How often tokens are asked for when no answer comes, and how long is waited in between. Milliseconds. */
const RENEWALS = 3;
const BETWEEN = 500;

/** What an act is known by, however often it is tried. */
export const newKey = () => crypto.randomUUID?.() ?? String(Math.random());

/** Why the server did not do what it was asked, in a sentence. */
export class Refused extends Error {
  /** @param {number} status @param {string} why @param {string} [kind] */
  constructor(status, why, kind = '') {
    super(why);
    /** The HTTP status; 0 where the server was not reached. */
    this.status = status;
    /** What kind of problem it is, in a word; empty where it is none. */
    this.kind = kind;
  }

  /** Whether the same request with the same key would be answered so again. */
  get isFinal() {
    return this.kind !== 'under-way' && ![0, 401, 408, 429, 502, 503, 504].includes(this.status);
  }
}

export class Account {
  /** @type {Issued | null} */
  #tokens = null;
  #renewAt = 0;
  /** @type {Promise<void> | null} */
  #renewing = null;
  /** @type {Stands | null} */
  #stands = null;
  /** @type {() => void} */
  #ended;

  /** @param {() => void} ended Called when the login has ended without a logout. */
  constructor(ended) {
    this.#ended = ended;
  }

  /** Who is logged in; null for nobody. */
  get stands() {
    return this.#stands;
  }

  /**
   * Logs in. Fails with `Refused`.
   *
   * @param {string} name
   * @param {string} password
   * @param {string} [wanted] What it shall be good for; all, when left out.
   * @returns {Promise<Stands>}
   */
  async logIn(name, password, wanted) {
    const body = { name, password, ...(wanted && { scope: wanted }) };
    this.#take(await spoken(await sent('/auth/login', { method: 'POST', body })));
    const { account, rank, scope } = await this.get('/auth/token');
    this.#stands = { account, rank, scopes: scope.split(' ') };
    return this.#stands;
  }

  /** A token that counts now; none for who is not logged in. Fails with `Refused`. @returns {Promise<string | null>} */
  async token() {
    if (this.#tokens && Date.now() > this.#renewAt) await this.#renew();
    return this.#tokens?.access_token ?? null;
  }

  /** Gives the tokens back. */
  async logOut() {
    const tokens = this.#tokens;
    this.#forget();
    if (tokens) await sent('/auth/logout', { method: 'POST', token: tokens.access_token }).catch(() => undefined);
  }

  /**
   * What stands at a path below `/api/v1`. Fails with `Refused`.
   *
   * @param {string} path
   * @returns {Promise<any>}
   */
  get(path) {
    return this.#spoken(path, { method: 'GET' });
  }

  /**
   * All of a list that comes in pages. Fails with `Refused`.
   *
   * @param {string} path
   * @param {string} name Of the list.
   * @returns {Promise<any[]>}
   */
  async all(path, name) {
    const rows = [];
    let after = '';
    do {
      const page = await this.get(`${path}?limit=200${after && `&after=${after}`}`);
      rows.push(...page[name]);
      after = page.after ?? '';
    } while (after);
    return rows;
  }

  /**
   * Sends something there. The same `key` makes two tries one act.
   *
   * @param {string} path
   * @param {object} body
   * @param {string} [key]
   * @returns {Promise<any>}
   */
  post(path, body, key = newKey()) {
    return this.#spoken(path, { method: 'POST', body, key });
  }

  /**
   * Takes something away.
   *
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  remove(path, body) {
    return this.#spoken(path, { method: 'DELETE', ...(body && { body }) });
  }

  /**
   * Fetches any path of this server with the token, for what is no JSON: streams, `/metrics`.
   *
   * @param {string} path The whole path.
   * @param {RequestInit} [init]
   * @returns {Promise<Response>}
   */
  async fetch(path, init = {}) {
    const answer = await this.#tried(path, init);
    if (answer.status !== 401 || !this.#tokens) return answer;
    await this.#renew();
    return this.#tried(path, init);
  }

  /** @param {string} path @param {RequestInit} init */
  async #tried(path, init) {
    const token = await this.token();
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('Authorization', `Bearer ${token}`);
    return reached(path, { ...init, headers });
  }

  /** @param {string} path @param {Sending} sending */
  async #spoken(path, sending) {
    return spoken(await this.fetch(API + path, init(sending)));
  }

  /** One at a time: what renews is good once. */
  #renew() {
    this.#renewing ??= this.#renewed().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renewed() {
    const refresh_token = this.#tokens?.refresh_token;
    const answer = await renewal(refresh_token);
    if (answer.status === 401) {
      this.#forget();
      this.#ended();
    }
    const tokens = await spoken(answer);
    // Not for who has logged out meanwhile.
    if (this.#tokens?.refresh_token === refresh_token) this.#take(tokens);
  }

  /** @param {Issued} tokens */
  #take(tokens) {
    this.#tokens = tokens;
    const lasts = tokens.expires_in * 1_000;
    this.#renewAt = Date.now() + Math.max(lasts / 2, lasts - EARLY);
  }

  #forget() {
    this.#tokens = null;
    this.#stands = null;
  }
}

/**
 * @typedef {object} Sending
 * @property {string} method
 * @property {object} [body]
 * @property {string} [key]
 * @property {string} [token]
 */

/** @param {Sending} sending @returns {RequestInit} */
function init({ method, body, key, token }) {
  const headers = new Headers();
  if (body) headers.set('Content-Type', 'application/json');
  if (key) headers.set('Idempotency-Key', key);
  if (token) headers.set('Authorization', `Bearer ${token}`);
  return { method, headers, ...(body && { body: JSON.stringify(body) }) };
}

/** @param {string} path @param {Sending} sending */
const sent = (path, sending) => reached(API + path, init(sending));

/** What follows from a word that is good once. When the answer is lost, it is answered so again for half a minute. @param {string | undefined} refresh_token */
async function renewal(refresh_token) {
  const tried = () => reached(`${API}/auth/refresh`, { ...init({ method: 'POST', body: { refresh_token } }), signal: AbortSignal.timeout(PATIENCE) });
  for (let left = RENEWALS; left > 1; left -= 1) {
    const answer = await tried().catch(() => null);
    if (answer && answer.status < 500) return answer;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN));
  }
  return tried();
}

/** @param {string} path @param {RequestInit} how */
async function reached(path, how) {
  const signal = AbortSignal.timeout((how.method ?? 'GET') === 'GET' ? PATIENCE : PATIENCE_ACT);
  try {
    return await fetch(path, { signal, ...how, cache: 'no-store' });
  } catch (error) {
    return unreached(error);
  }
}

/** Nothing came, or not all of it. @param {unknown} error @returns {never} */
function unreached(error) {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'AbortError') throw error;
  throw new Refused(0, name === 'TimeoutError' ? 'The server does not answer just now.' : 'The server cannot be reached just now.');
}

/** What an answer holds; null where it is empty. @param {Response} answer @returns {Promise<any>} */
async function spoken(answer) {
  const text = await answer.text().catch(unreached);
  let holds = null;
  try {
    holds = text === '' ? null : JSON.parse(text);
  } catch {
    holds = null;
  }
  const kind = String(holds?.type ?? '').split(':').at(-1);
  if (!answer.ok) throw new Refused(answer.status, holds?.detail ?? `The server answered ${answer.status}.`, kind);
  return holds;
}
