// @ts-check
/**
 * Copying from the transcript: what was said and by whom, a line a line, as plain text. The times, marks and signs beside it
 * stay behind, and so do the page's letters and colours.
 *
 * @typedef {import('./transcript.js').Transcript} Transcript
 */

/** What stands beside the text of a line. */
const BESIDE = 'time, .mark, .more';

/** @param {Transcript} transcript */
export function copyPlainly(transcript) {
  document.addEventListener('copy', (event) => {
    const selection = getSelection();
    const isInField = event.target instanceof HTMLInputElement;
    if (!selection || selection.isCollapsed || isInField || !event.clipboardData) return;
    const range = selection.getRangeAt(0);
    const lines = transcript.shown().filter((line) => range.intersectsNode(line));
    const text = lines.map((line) => textWithin(range, line)).join('\n').replace(/^\n+|\n+$/g, '');
    if (text === '') return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  });
}

/**
 * What of a line's text lies within a range.
 *
 * @param {Range} range
 * @param {HTMLElement} line
 */
function textWithin(range, line) {
  const within = document.createRange();
  within.selectNodeContents(line);
  if (range.compareBoundaryPoints(Range.START_TO_START, within) > 0) within.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, within) < 0) within.setEnd(range.endContainer, range.endOffset);
  const text = within.cloneContents();
  for (const beside of text.querySelectorAll(BESIDE)) beside.remove();
  return text.textContent ?? '';
}
