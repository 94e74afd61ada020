// @ts-check
/**
 * Puts the parts of the page together. What each does is its own; here is only who hears of what.
 *
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Talk} Talk
 * @typedef {import('./types.js').Welcome} Welcome
 * @typedef {import('./types.js').Room} Room
 */

import { Again } from './again.js';
import { expand } from './aliases.js';
import { Allowance } from './allowance.js';
import { Answers } from './answers.js';
import { Atlas } from './atlas.js';
import { Channels } from './channels.js';
import { copyPlainly } from './copying.js';
import { part } from './dom.js';
import { noteStep, showHints } from './hints.js';
import { Input } from './input.js';
import { Keeper } from './keeper.js';
import { talkLine, textLine } from './lines.js';
import { followSystem, learnColours, look } from './looks.js';
import { Login } from './login.js';
import { RoomMap } from './map.js';
import { keep, recall } from './memory.js';
import { entriesOfPerson, entriesOfTalk, openMenu } from './menu.js';
import { showPassing, showRestrictions, showState } from './notices.js';
import { Past } from './past.js';
import { preferences, watchPreferences } from './preferences.js';
import { readByKeyboard } from './reading.js';
import { RoomPanel } from './room.js';
import { Search } from './search.js';
import { Session } from './session.js';
import { Settings } from './settings.js';
import { chime } from './sound.js';
import { Transcript } from './transcript.js';
import { Typing } from './typing.js';
import { Walk } from './walk.js';
import { COMMANDS, STAFF_COMMANDS, completions } from './words.js';
import { wire } from './wiring.js';

/** The ranks whose menus have the acts of staff. */
const STAFF = ['moderator', 'admin', 'owner'];
/** How often the map is kept, at most. Milliseconds. */
const KEEP_MAP = 2_000;

const player = { id: '', name: '', rank: '' };
const isStaff = () => STAFF.includes(player.rank);
/** Whether what comes was said while the player was away. */
let catchesUp = false;

const begin = (/** @type {string} */ text) => input.begin(text);
const acts = { send: command, begin };
/** @type {import('./lines.js').Presses} */
const presses = {
  send: command,
  prompt: begin,
  menu: (talk, anchor) =>
    openMenu(entriesOfTalk(talk, { isStaff: isStaff(), isOwn: talk.sender.id === player.id }, acts), anchor),
};

const transcript = new Transcript();
const atlas = new Atlas(recall(sessionStorage, 'hearsay.map', []));
const walk = new Walk(atlas, (way) => command(way));
const map = new RoomMap(atlas, {
  step: (way) => command(way),
  walkTo: (room) => walk.to(room) || showPassing('You know no way there.'),
});
const panel = new RoomPanel({
  send: (typed) => command(typed),
  person: (name, anchor) => openMenu(entriesOfPerson(name, isStaff(), acts), anchor),
});
const channels = new Channels({
  chosen: (channel) => {
    transcript.show(({ dataset }) => (channel === null ? dataset.past === undefined : [dataset.channel, dataset.answers].includes(channel)));
    if (channel !== null) past.ask(channel);
    typing.show();
    allowance.show();
    input.label(channel === null ? 'What do you do?' : `Speak on ${channel}, or /command`);
  },
  isQuiet: (channel) => preferences().quiet.includes(channel),
  mentioned: () => preferences().sounds && chime(),
});
const input = new Input({
  send: typed,
  complete: (line) => completions(line, {
    commands: isStaff() ? [...COMMANDS, ...STAFF_COMMANDS] : COMMANDS,
    channels: channels.names,
    exits: panel.exits,
    names: panel.names,
    things: panel.things,
  }),
  macro: (key) => preferences().macros[key],
  turn: (share) => transcript.turn(share),
});
const typing = new Typing({ send: (frame) => session.send(frame), tab: () => channels.chosen });
const allowance = new Allowance({ tab: () => channels.chosen });
const answers = new Answers();
const past = new Past(transcript, (talk) => lineOf(talk), (text) => textLine('note', text, undefined, presses), (frame) => session.send(frame));
const search = new Search(transcript);
const settings = new Settings(() => channels.names);
const again = new Again();
const login = new Login((credentials) => session.logIn(again.shown(credentials)));
const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
const PACKAGES = ['Char.Items', 'Char.Status', 'Group'];
const wants = () => ({ type: 'wants', packages: PACKAGES, spans: true, typing: true, allowance: true, aloud: preferences().linear });
const session = new Session(address, wants, sessionStorage, {
  changed: (state) => {
    showState(state, () => session.wake());
    if (state.is !== 'playing') typing.forget();
    if (state.is === 'elsewhere') login.show('You go on playing elsewhere. Log in to go on here instead.');
    if (state.is === 'over') login.show(part('lines').lastElementChild?.textContent ?? '');
    if (state.is === 'elsewhere' || state.is === 'over') again.forget();
    if (state.is === 'waiting') walk.stop();
  },
  heard,
  again: () => again.token(),
  refused: (why) => {
    if (part('login').hidden) {
      if (player.rank !== 'guest' && player.name !== '') login.ask(player.name);
      login.show(why);
    } else login.refuse(why);
  },
});

const keeper = new Keeper((frame) => session.send(frame));

/** A line that was typed. On a channel's tab it is said there, unless it begins with a stroke. @param {string} line */
function typed(line) {
  if (session.state.is !== 'playing') {
    showPassing('You are not connected just now; your line stays here.');
    return false;
  }
  if (line.trim() === '') return true;
  const channel = channels.chosen;
  const isCommand = channel === null || line.startsWith('/');
  if (channel === 'whisper' && !isCommand) return command(`reply ${line}`);
  if (channel !== null && !isCommand) {
    answers.asked(channel);
    return session.send({ type: 'say', channel, content: line });
  }
  const plain = line.startsWith('/') ? line.slice(1) : line;
  return expand(plain, preferences().aliases).every((one) => command(one));
}

/** @param {string} text */
function command(text) {
  const sent = session.send({ type: 'command', text });
  if (sent) answers.asked(channels.chosen);
  if (!sent) showPassing('You are not connected just now.');
  else if (preferences().echo && !isSpeech(text)) echo(text);
  noteStep(text, begin);
  transcript.toEnd();
  return sent;
}

/** Whether a line comes back as a line of talk, and need not be shown twice. @param {string} text */
const isSpeech = (text) => /^[':]/.test(text) || channels.names.includes(text.split(' ', 1)[0] ?? '');

/** Shows what was typed; to the eye alone where it is read aloud, as it was when it was typed. @param {string} text */
function echo(text) {
  const line = textLine('echo', text, undefined, presses);
  if (preferences().linear) line.setAttribute('aria-hidden', 'true');
  transcript.append(answers.mark(line));
}

/** @param {string} kind @param {{ text: string, spans?: import('./types.js').Span[] }} message */
const show = (kind, { text, spans }) => transcript.append(answers.mark(textLine(kind, text, spans, presses)));

/** @param {Message} message */
function heard(message) {
  switch (message.type) {
    case 'welcome': return enter(message);
    case 'message': return talk(message);
    case 'typing': return typing.heard(message);
    case 'allowance': return allowance.heard(message);
    case 'redacted': return takeBack(message.id);
    case 'restored': return transcript.find(message.id) && transcript.replace(message.id, lineOf(message));
    case 'older': return past.take(message);
    case 'history': return past.end(message);
    case 'room': return arrive(message);
    case 'presence':
      panel.came(message);
      return show('presence', message);
    case 'gmcp': return beside(message);
    case 'restricted': return showRestrictions(message.restrictions, command, begin);
    case 'prompt':
      answers.prompted();
      part('prompt').textContent = message.text.trim() || '>';
      return;
    case 'text': return show('text', message);
    case 'resumed': return caughtUp(message);
    case 'error': return show('note', message);
    case 'closing': return show('note', message);
  }
}

/** @param {Welcome} welcome */
function enter(welcome) {
  const { player: { id, name, rank }, heads, colours } = welcome;
  const isBack = player.name === name && transcript.shown().length > 0;
  if (!isBack) {
    transcript.clear();
    allowance.forget();
  } else if (rank === 'guest') show('note', { text: 'You are back. Guests are gone when their connection is: what was said meanwhile is lost.' });
  past.forget();
  catchesUp = isBack && rank !== 'guest';
  Object.assign(player, { id, name, rank });
  keeper.come(welcome);
  void again.entered();
  showWho();
  learnColours(colours);
  channels.know(Object.keys(heads));
  showRestrictions([], command, begin);
  login.hide();
  showHints(begin);
  input.focus();
}

function showWho() {
  part('who').textContent = player.rank === 'player' ? player.name : `${player.name}, ${player.rank}`;
  part('who').hidden = false;
}

/** @param {Talk} message */
function talk(message) {
  if (transcript.find(message.id)) return;
  if (!channels.names.includes(message.channel)) channels.know([...channels.names, message.channel]);
  const colour = message.spans?.find(({ colour }) => colour !== undefined)?.colour;
  if (colour !== undefined) learnColours({ [message.channel]: colour });
  const own = message.sender.id === player.id;
  const mentions = !own && names(message.content);
  transcript.append(lineOf(message), message.id);
  channels.heard(message, { mentions, own, old: catchesUp });
  typing.said(message, own);
}

/** @param {Talk} message */
const lineOf = (message) => {
  const own = message.sender.id === player.id;
  return talkLine(message, presses, { own, mentions: !own && names(message.content) });
};

/** Whether a text has the player's name in it, as a word. @param {string} text */
const names = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).includes(player.name.toLowerCase());

/** @param {string} id */
function takeBack(id) {
  const line = transcript.find(id);
  if (!line) return;
  const gap = textLine('note', 'A line that stood here was taken back by staff.', undefined, presses);
  if (line.dataset.channel !== undefined) gap.dataset.channel = line.dataset.channel;
  transcript.replace(id, gap);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let keeping;

/** @param {Room} room */
function arrive(room) {
  atlas.see(room);
  panel.enter(room);
  map.draw();
  show('room', room);
  walk.arrived(room.id);
  clearTimeout(keeping);
  keeping = setTimeout(() => keep(sessionStorage, 'hearsay.map', atlas.kept()), KEEP_MAP);
}

/** @param {import('./types.js').Beside} message */
function beside(message) {
  if (message.name === 'Char.Status' && message.data.rank) player.rank = message.data.rank;
  if (message.name === 'Char.Status') showWho();
  panel.tell(message);
}

/** @param {import('./types.js').Resumed} resumed */
function caughtUp({ lines, gap }) {
  catchesUp = false;
  const missed = lines === 0 ? 'You missed nothing.' : `What you missed stands above: ${lines === 1 ? '1 line' : `${lines} lines`}.`;
  show('note', { text: `You are back. ${gap ? 'Some of what was said meanwhile cannot be had any more.' : missed}` });
}

transcript.onBeginning = () => channels.chosen !== null && past.ask(channels.chosen);
watchPreferences(look);
let { linear } = preferences();
watchPreferences((now) => {
  if (now.linear !== linear) session.send(wants());
  ({ linear } = now);
});
followSystem();
readByKeyboard(transcript);
copyPlainly(transcript);
wire({ settings, search, session });

part('app').hidden = false;
if (!session.goOn()) login.show('');
