// @ts-check
/**
 * Puts the operator page together: who is logged in, when the server is asked, and what then shows.
 *
 * @typedef {import('../js/account.js').Stands} Stands
 */

import { Account, Refused } from '../js/account.js';
import { byId, part } from '../js/dom.js';
import { Enter } from '../js/enter.js';
import { followSystem, look } from '../js/looks.js';
import { prefer, preferences, watchPreferences } from '../js/preferences.js';
import { Age } from './age.js';
import { Charts } from './charts.js';
import { CHARTS, busState, plain, refusedBy, rulesOf, time } from './figures.js';
import { History } from './history.js';
import { Metrics } from './metrics.js';
import { Nodes } from './nodes.js';

/** How often all is read. Milliseconds. */
const READ_EVERY = 2_000;
/** What it takes to be here. */
const SCOPE = 'operations';
const RANKS = ['admin', 'owner'];

const account = new Account(() => leave('You were logged out. Please log in again.'));
const enter = new Enter(account, {
  title: 'Operations',
  about: 'How the server is, and taking parts of it out of service.',
  admits: ({ rank, scopes }) => RANKS.includes(rank) && scopes.includes(SCOPE),
  turnsAway: 'This page is for those who operate the server, from admin on.',
  covers: ['skips', 'head', 'board'],
  entered: come,
});
const age = new Age();
const history = new History();
const charts = new Charts(CHARTS);
const nodes = new Nodes(account);
/** @type {import('./figures.js').Chart[]} With a line for each rule that has refused something. */
let drawn = CHARTS;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;
/** Which login is served: what comes late for one that has ended is not shown. */
let stay = 0;

/** Reads all there is to read, shows it, and does it again a little later. @param {number} mine */
async function go(mine) {
  const results = await Promise.allSettled([readFigures(mine), nodes.refresh(), readReady(), readHealth()]);
  if (mine !== stay) return;
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) age.failed(failed.reason);
  else age.isNew();
  next = setTimeout(() => void go(mine), READ_EVERY);
}

/** @param {number} mine */
async function readFigures(mine) {
  const answer = await account.fetch('/metrics', { headers: { Accept: 'text/plain' } });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer.status, `The figures cannot be read: the server answered ${answer.status}.`);
  if (mine !== stay) return;
  const now = new Metrics(text, Date.now());
  knowRules(rulesOf(now));
  history.take(now, drawn.flatMap(({ lines }) => lines));
  charts.draw(drawn, history);
  summarize(now);
}

/** A line for each rule. @param {string[]} rules */
function knowRules(rules) {
  drawn = drawn.map((chart) => {
    if (chart.id !== 'refusals') return chart;
    const known = chart.lines.map(({ label }) => label);
    const added = rules.filter((rule) => !known.includes(rule)).map(refusedBy);
    return added.length === 0 ? chart : { ...chart, lines: [...chart.lines, ...added] };
  });
}

/** The figures at a glance. @param {Metrics} now */
function summarize(now) {
  /** @param {string} id @param {number | null | undefined} value @param {(value: number) => string} shows */
  const tell = (id, value, shows) => {
    part(id).textContent = value === null || value === undefined ? '–' : shows(value);
  };
  /** @param {string} id @param {number} line */
  const last = (id, line) => {
    const found = CHARTS.find((chart) => chart.id === id)?.lines[line];
    return found && history.of(found).at(-1);
  };
  // A world alone has none of its own; its gateways have told.
  tell('now-sessions', now.sum('hearsay_sessions') ?? nodes.totals.sessions, plain);
  tell('now-connections', now.sum('hearsay_connections') ?? nodes.totals.connections, plain);
  tell('now-messages', last('speech', 0), plain);
  tell('now-deliveries', last('speech', 1), plain);
  tell('now-delivery', last('delivery', 2), time);
  tell('now-loop', now.sum('hearsay_loop_wait_p99_seconds'), time);
  tell('now-memory', now.sum('hearsay_resident_memory_bytes'), (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`);
  part('now-bus').textContent = busState(now);
}

async function readReady() {
  const answer = await account.fetch('/ready').then((one) => one.json());
  const missing = answer.missing?.length ? `no: ${answer.missing.join(', ')}` : 'no';
  part('now-ready').textContent = answer.ready ? 'yes' : answer.draining ? 'draining' : missing;
  part('now-ready').dataset.is = answer.ready ? 'good' : 'grave';
}

async function readHealth() {
  const { status, version, role, uptime_seconds: up } = await account.fetch('/health').then((one) => one.json());
  part('now-status').textContent = status;
  part('now-status').dataset.is = status === 'ok' ? 'good' : 'grave';
  part('about').textContent = `Hearsay ${version}, ${role}, up ${span(up)}`;
}

/** @param {number} seconds */
function span(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}

/** @param {Stands} who */
function come({ account: name, rank }) {
  part('who').textContent = `${name}, ${rank}`;
  part('who').hidden = false;
  stay += 1;
  age.begin();
  void go(stay);
  part('board').focus();
}

/** @param {string} why */
function leave(why) {
  stay += 1;
  clearTimeout(next);
  age.end();
  history.clear();
  nodes.clear();
  drawn = CHARTS;
  charts.forget();
  part('who').hidden = true;
  part('status').dataset.is = 'away';
  part('status').textContent = 'Not connected';
  enter.show(why);
}

part('log-out').addEventListener('click', () => {
  void account.logOut();
  leave('');
});
const theme = byId('theme', HTMLSelectElement);
theme.value = preferences().theme;
theme.addEventListener('change', () => prefer({ theme: /** @type {import('../js/preferences.js').Preferences['theme']} */ (theme.value) }));
watchPreferences(look);
followSystem();
new MutationObserver(() => charts.forget()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
part('app').hidden = false;
enter.show('');
