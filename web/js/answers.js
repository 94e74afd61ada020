// @ts-check
/**
 * What is typed on a channel's tab is answered there, too: a word that came to nothing says why where it was written.
 */

export class Answers {
  /** @type {string | null} The channel on whose tab was typed last; null where all are shown. */ #channel = null;
  /** How much of it is not answered yet: after each answer comes the prompt. */ #open = 0;

  /** @param {string | null} channel On whose tab something was typed. */
  asked(channel) {
    if (channel !== this.#channel) this.#open = 0;
    this.#channel = channel;
    this.#open += 1;
  }

  /** The prompt has come. */
  prompted() {
    this.#open = Math.max(0, this.#open - 1);
  }

  /** A line that may be an answer. @param {HTMLElement} line */
  mark(line) {
    if (this.#open > 0 && this.#channel !== null) line.dataset.answers = this.#channel;
    return line;
  }
}
