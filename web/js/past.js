// @ts-check
/**
 * What was said on a channel before the player came, asked for when its reader comes to the beginning. It stands on the
 * channel's own tab alone: among all channels it would be out of order.
 *
 * @typedef {import('./types.js').Talk} Talk
 * @typedef {import('./types.js').History} History
 * @typedef {import('./transcript.js').Transcript} Transcript
 */

/** How many lines are asked for at once. */
const LINES = 50;

export class Past {
  /** @type {Transcript} */ #transcript;
  /** @type {(talk: Talk) => HTMLElement} */ #lineOf;
  /** @type {(text: string) => HTMLElement} */ #noteOf;
  /** @type {(frame: object) => boolean} */ #ask;
  /** @type {Talk[]} */ #coming = [];
  /** @type {Set<string>} Channels of which there is nothing older, or something is on its way. */ #done = new Set();

  /**
   * @param {Transcript} transcript
   * @param {(talk: Talk) => HTMLElement} lineOf
   * @param {(text: string) => HTMLElement} noteOf
   * @param {(frame: object) => boolean} ask
   */
  constructor(transcript, lineOf, noteOf, ask) {
    [this.#transcript, this.#lineOf, this.#noteOf, this.#ask] = [transcript, lineOf, noteOf, ask];
  }

  /** Everything may be asked for again. */
  forget() {
    this.#done.clear();
    this.#coming = [];
  }

  /**
   * Asks for what was said before the first line of a channel.
   *
   * @param {string} channel
   */
  ask(channel) {
    if (this.#done.has(channel)) return;
    const first = this.#transcript.shown().find(({ dataset }) => dataset.channel === channel && dataset.id !== undefined);
    const before = first?.dataset.id;
    if (this.#ask({ type: 'history', channel, count: LINES, ...(before && { before }) })) this.#done.add(channel);
  }

  /** @param {Talk} talk */
  take(talk) {
    if (!this.#transcript.find(talk.id)) this.#coming.push(talk);
  }

  /** @param {History} history */
  end({ channel, lines, more }) {
    const older = this.#coming.filter((talk) => talk.channel === channel).map((talk) => {
      const line = this.#lineOf(talk);
      line.dataset.past = '';
      return { line, id: talk.id };
    });
    this.#coming = [];
    this.#transcript.prepend(older);
    if (more && lines > 0) this.#done.delete(channel);
    else this.#begin(channel);
  }

  /** Says that nothing comes before; an empty tab would look as if it were broken. @param {string} channel */
  #begin(channel) {
    const id = `beginning of ${channel}`;
    if (this.#transcript.find(id)) return;
    const line = this.#noteOf(`Here begins what you may read on ${channel}.`);
    [line.dataset.past, line.dataset.answers] = ['', channel];
    this.#transcript.prepend([{ line, id }]);
  }
}
