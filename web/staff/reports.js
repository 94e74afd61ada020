// @ts-check
/**
 * What was put before staff: the queue, one case of it with what was said, and its verdict by one key.
 *
 * @typedef {import('../js/account.js').Account} Account
 * @typedef {import('./types.js').Case} Case
 * @typedef {import('./types.js').Whole} Whole
 */

import { button, byId, element, part } from '../js/dom.js';
import { attempt, tell } from './ask.js';
import { withQuery } from './asking.js';
import { moment } from './durations.js';
import { isTyping, keysAreOn } from './keys.js';
import { seenLine } from './talk.js';
import { decide, verdictsOf } from './verdicts.js';

const KINDS = { report: 'Report', appeal: 'Appeal', second: 'Second opinion' };

/** The state of cases that wait, as the server calls it. */
const OPEN = 'open';
/** How long somebody stays on a case before it is fetched. Milliseconds. */
const RESTS = 150;

export class Reports {
  /** @type {Account} */ #account;
  /** @type {(name: string) => void} */ #showRecord;
  #list = part('reports');
  #state = byId('reports-state', HTMLSelectElement);
  /** @type {Case[]} */ #cases = [];
  /** @type {(Case & Partial<Whole>) | null} */ #chosen = null;
  /** @type {string | null} */ #before = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #resting;
  /** How often the list was asked for: what comes late for a time before is not shown. */ #asked = 0;
  /** What the list said of the chosen one when it was fetched; empty where it is on the list no more. */ #listed = '';

  /**
   * @param {Account} account
   * @param {(name: string) => void} showRecord
   */
  constructor(account, showRecord) {
    [this.#account, this.#showRecord] = [account, showRecord];
    part('reports-bar').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.open();
    });
    this.#state.addEventListener('change', () => void this.open());
    part('reports-older').addEventListener('click', () => void this.#fetch(this.#before));
    this.#list.addEventListener('keydown', (event) => this.#walk(event));
    this.#list.addEventListener('focus', () => this.#chosen === null && this.#choose(this.#cases[0]));
    addEventListener('keydown', (event) => this.#byKey(event));
  }

  /** Fetches the queue anew; what is chosen stays so. */
  open() {
    return this.#fetch(null);
  }

  /** Nothing of it is there for the next one. */
  clear() {
    this.#asked += 1;
    [this.#cases, this.#chosen, this.#before] = [[], null, null];
    this.#draw();
    this.#count([]);
    this.#show();
  }

  /** @param {string | null} before */
  #fetch(before) {
    this.#asked += 1;
    const mine = this.#asked;
    return attempt('reports-why', async () => {
      const ask = (/** @type {string} */ state) => this.#account.get(withQuery('/moderation/reports', { state, before }));
      const state = this.#state.value;
      const page = await ask(state);
      const open = state === OPEN || before !== null ? page : await ask(OPEN);
      if (mine !== this.#asked) return;
      this.#cases = before === null ? page.reports : [...this.#cases, ...page.reports];
      this.#before = page.before;
      if (state === OPEN) this.#count(this.#cases);
      else if (before === null) this.#count(open.reports);
      this.#draw();
      this.#goOn();
    });
  }

  /** The chosen case is fetched anew if anything came of it, and not otherwise: each look is on record. */
  #goOn() {
    const chosen = this.#chosen;
    const now = this.#cases.find(({ number }) => number === chosen?.number);
    const listed = now ? JSON.stringify(now) : '';
    if (!chosen || listed === this.#listed) return;
    this.#listed = listed;
    if (now) this.#choose(now);
    else void this.#look(chosen.number);
  }

  #draw() {
    this.#list.replaceChildren(...this.#cases.map((one) => this.#optionOf(one)));
    this.#mark();
    part('reports-none').hidden = this.#cases.length > 0;
    part('reports-older').hidden = this.#before === null;
  }

  /** Says how many wait, whatever the list shows. @param {Case[]} open */
  #count({ length }) {
    const count = part('tab-reports').querySelector('.count');
    if (count) count.textContent = length > 0 ? String(length) : '';
  }

  /** @param {Case} one */
  #optionOf(one) {
    const { number, kind, subject, reason, opened_at, claimed_by, verdict, contested, reporters } = one;
    const option = element(
      'li',
      { role: 'option', id: `case-${number}`, class: 'case', 'aria-selected': 'false' },
      element('span', { class: 'speaker' }, `${number} ${subject}`),
      element('time', { datetime: opened_at, class: 'soft' }, moment(opened_at)),
      element('span', { class: 'words' }, kind === 'report' ? (reason ?? '') : `${KINDS[kind]}: ${reason ?? contested?.what ?? ''}`),
      element('span', { class: 'soft' }, [reporters.length > 1 && `${reporters.length} reported it`, claimed_by && `${claimed_by} looks into it`, verdict].filter(Boolean).join('; ')),
    );
    option.addEventListener('click', () => this.#choose(one));
    return option;
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const at = this.#cases.findIndex(({ number }) => number === this.#chosen?.number);
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: this.#cases.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#choose(this.#cases[Math.min(to, this.#cases.length - 1)]);
  }

  /** @param {KeyboardEvent} event */
  #byKey(event) {
    const it = this.#chosen;
    const view = part('view-reports');
    // What had the focus may have gone with what was done.
    const isMeant = event.target === document.body || (event.target instanceof Node && view.contains(event.target));
    if (view.hidden || !isMeant || document.querySelector('dialog[open]')) return;
    if (!it || it.closed_at !== null || !keysAreOn() || isTyping(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'c') void this.#claim(it);
    else {
      const verdict = verdictsOf(it).find(({ key }) => key === event.key);
      if (!verdict) return;
      decide(this.#account, it, verdict, () => void this.open());
    }
    event.preventDefault();
  }

  /** @param {Case | undefined} one */
  #choose(one) {
    if (!one) return;
    const same = this.#chosen?.number === one.number;
    this.#listed = JSON.stringify(one);
    // What was fetched of it stands until it is fetched anew.
    this.#chosen = same ? { ...this.#chosen, ...one } : one;
    this.#mark();
    this.#show();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#look(one.number), RESTS);
  }

  /** Fetches a case with what was said; that one looked is on record. @param {number} number */
  #look(number) {
    return attempt('reports-why', async () => {
      const whole = await this.#account.get(`/moderation/reports/${number}`);
      if (this.#chosen?.number !== number) return;
      this.#chosen = whole;
      this.#show();
    });
  }

  #mark() {
    const chosen = this.#chosen && document.getElementById(`case-${this.#chosen.number}`);
    for (const option of this.#list.children) option.setAttribute('aria-selected', String(option === chosen));
    if (chosen) {
      this.#list.setAttribute('aria-activedescendant', chosen.id);
      chosen.scrollIntoView({ block: 'nearest' });
    } else this.#list.removeAttribute('aria-activedescendant');
  }

  /** Looks into a case, or leaves it to others. @param {Case} it */
  #claim({ number, claimed_by }) {
    return attempt('reports-why', async () => {
      const path = `/moderation/reports/${number}/claim`;
      await (claimed_by === null ? this.#account.post(path, {}) : this.#account.remove(path));
      tell({ text: claimed_by === null ? `You look into case ${number}.` : `Case ${number} is left to others.` });
      await this.open();
    });
  }

  #show() {
    const it = this.#chosen;
    if (!it) return part('case').replaceChildren(element('p', { class: 'none' }, 'Choose a report.'));
    const { number, kind, subject, line, context = line ? [line] : [], brought = [], acts = [] } = it;
    const isInside = part('case').contains(document.activeElement);
    const whom = button(subject, () => this.#showRecord(subject), { class: 'press' });
    part('case').replaceChildren(
      element('h2', {}, `${KINDS[kind]} ${number}: `, whom),
      facts(it),
      element('ul', { class: 'brought' }, ...brought.map(broughtBy)),
      element('ol', { class: 'lines', 'aria-label': 'What was said' }, ...context.map(seenLine)),
      ...(it.closed_at === null ? [this.#buttons(it)] : []),
      element('ul', { class: 'history' }, ...acts.map(({ at, by, what, why }) => element('li', {}, `${moment(at)} ${by}: ${what}${why ? `, ${why}` : ''}`))),
    );
    if (isInside) part('case').focus();
  }

  /** @param {Case} it */
  #buttons(it) {
    const verdicts = verdictsOf(it).map((verdict) => {
      const press = button(`${verdict.label} `, () => decide(this.#account, it, verdict, () => void this.open()), { class: 'small', 'aria-keyshortcuts': verdict.key });
      press.append(element('kbd', {}, verdict.key));
      return press;
    });
    const claim = button(it.claimed_by === null ? 'Claim ' : 'Leave it ', () => void this.#claim(it), { class: 'small', 'aria-keyshortcuts': 'c' });
    claim.append(element('kbd', {}, 'c'));
    return element('div', { class: 'acts', role: 'group', 'aria-label': 'Decide' }, claim, ...verdicts);
  }
}

/** Who brought it forward, and whether what was said then is still what is on record. @param {Whole['brought'][number]} brought */
function broughtBy({ by, at, reason, unchanged }) {
  const mark = unchanged ? [] : [element('span', { class: 'mark' }, 'the record was CHANGED since')];
  return element('li', { class: 'case' }, element('span', { class: 'speaker' }, by), element('span', { class: 'soft' }, moment(at)), ...mark, element('span', { class: 'words' }, reason));
}

/** @param {number} count @param {string} what */
const many = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What is known of a case. @param {Case & Partial<Whole>} it */
function facts({ reporters, brought, reason, channel, contested, opened_at, claimed_by, verdict, verdict_reason, closed_at, closed_by, on_record }) {
  const record = on_record && [many(on_record.restrictions, 'restriction'), many(on_record.warnings, 'warning'), many(on_record.kicks, 'kick')].join(', ');
  /** @type {[string, string | null | undefined][]} */
  const rows = [
    // What each of them said stands below as soon as it is there.
    ['Reported by', brought ? null : reporters.join(', ')],
    ['Why', brought && brought.length > 0 ? null : reason],
    ['About', contested && `${contested.what}, by ${contested.by}${contested.until ? `, until ${moment(contested.until)}` : ''}`],
    ['Channel', channel],
    ['Since', moment(opened_at)],
    ['Looked into by', claimed_by],
    ['On record', record],
    ['Decided', verdict && `${verdict}${closed_by ? ` by ${closed_by}` : ''}${closed_at ? `, ${moment(closed_at)}` : ''}${verdict_reason ? `: ${verdict_reason}` : ''}`],
  ];
  const shown = rows.filter(([, value]) => value);
  return element('dl', { class: 'facts' }, ...shown.flatMap(([name, value]) => [element('dt', {}, name), element('dd', { class: 'words' }, value ?? '')]));
}
