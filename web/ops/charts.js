// @ts-check
/**
 * The charts, drawn by uPlot, each with its figures of now in a table beside it: for those who cannot see the lines, and for
 * those who want the number.
 *
 * @typedef {import('./figures.js').Chart} Chart
 * @typedef {import('./figures.js').Line} Line
 * @typedef {import('./history.js').History} History
 * @typedef {import('uplot')} Plot
 */

import { element, part } from '../js/dom.js';

/** @type {typeof import('uplot')} The library is a script of its own, which makes one name. */
const UPlot = Reflect.get(globalThis, 'uPlot');

/** How high a chart is. Pixels. */
const HEIGHT = 150;
/** How long a time a chart shows at least, and how far its marks are apart. Seconds. */
const SPAN_MIN = 60;
const STEPS = [10, 30, 60, 120, 300];
/** The names of the lines' colours, as the theme has them. */
const COLOURS = ['--accent', '--thing', '--good', '--person', '--grave', '--soft'];

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** One chart on the page. */
class Drawn {
  /** @type {Chart} */ #chart;
  /** @type {Plot | null} */ #plot = null;
  /** @type {Line[]} */ #lines = [];
  #canvas = element('div', { class: 'canvas', 'aria-hidden': 'true' });
  #rows = element('tbody');

  /** @param {Chart} chart */
  constructor(chart) {
    this.#chart = chart;
    const title = `chart-${chart.id}`;
    const table = element('table', { 'aria-labelledby': title }, element('thead', { class: 'heard' }, row('th', 'Line', 'Now')), this.#rows);
    const section = element('section', { class: 'chart', id: chart.id, 'aria-labelledby': title });
    section.append(element('h3', { id: title }, chart.title), this.#canvas, table);
    part('charts').append(section);
    new ResizeObserver(() => this.#fit()).observe(this.#canvas);
  }

  /** @param {Line[]} lines @param {History} history */
  draw(lines, history) {
    if (this.#plot === null || lines.length !== this.#lines.length) this.#begin(lines);
    const values = lines.map((line) => history.of(line));
    this.#plot?.setData([history.times, ...values]);
    this.#rows.replaceChildren(...lines.map((line, at) => this.#row(line, at, values[at]?.at(-1) ?? null)));
  }

  /** Draws it anew with the next reading, in the colours of now. */
  forget() {
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** @param {Line[]} lines */
  #begin(lines) {
    this.forget();
    this.#lines = lines;
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
    const { shows } = this.#chart;
    this.#plot = new UPlot({
      width: Math.max(120, this.#canvas.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { range: (_, least, most) => [Math.min(least, most - SPAN_MIN), most] },
        y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
      },
      axes: [{ ...axis, space: 70, size: 28, incrs: STEPS, values: (_, splits) => splits.map(clock) }, { ...axis, size: 66, values: (_, splits) => splits.map((one) => shows(one)) }],
      series: [{}, ...lines.map((line, at) => ({ label: line.label, stroke: colour(nameOf(at)), width: 2, points: { show: false } }))],
    }, [[]], this.#canvas);
  }

  /** @param {Line} line @param {number} at @param {number | null} value */
  #row({ label }, at, value) {
    const mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
    mark.style.background = `var(${nameOf(at)})`;
    const now = value === null ? 'none' : this.#chart.shows(value);
    const raw = value === null ? '' : String(value);
    return element('tr', { 'data-line': label }, element('th', { scope: 'row' }, mark, label), element('td', { 'data-value': raw }, now));
  }

  #fit() {
    this.#plot?.setSize({ width: Math.max(120, this.#canvas.clientWidth), height: HEIGHT });
  }
}

/** @param {number} at Seconds since 1970. */
const clock = (at) => new Date(at * 1_000).toLocaleTimeString([], { hour12: false });

/** @param {number} at */
const nameOf = (at) => /** @type {string} */ (COLOURS[at % COLOURS.length]);

/** @param {'td' | 'th'} tag @param {...string} cells */
const row = (tag, ...cells) => element('tr', {}, ...cells.map((cell) => element(tag, tag === 'th' ? { scope: 'col' } : {}, cell)));

/** All charts. */
export class Charts {
  /** @type {Map<string, Drawn>} */ #drawn;

  /** @param {Chart[]} charts */
  constructor(charts) {
    this.#drawn = new Map(charts.map((chart) => [chart.id, new Drawn(chart)]));
  }

  /** @param {Chart[]} charts @param {History} history */
  draw(charts, history) {
    for (const { id, lines } of charts) this.#drawn.get(id)?.draw(lines, history);
  }

  /** Draws all anew with the next reading: colours have changed. */
  forget() {
    this.#drawn.forEach((drawn) => drawn.forget());
  }
}
