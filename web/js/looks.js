// @ts-check
/**
 * Makes the page look as preferred: its theme, its letters, and the colours of channels, each of them made darker or
 * lighter until it can be read on the background (WCAG 2.2, 1.4.3).
 *
 * @typedef {import('./preferences.js').Preferences} Preferences
 * @typedef {[red: number, green: number, blue: number]} Rgb Each from 0 to 255.
 */

/** The least contrast of a channel's colour; with high contrast, more. */
const CONTRAST = 5.4;
const CONTRAST_HIGH = 8;

/** What a channel looks like whose colour is not known. */
const PLAIN = '#9a9a9a';

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [sheet];

/** @type {Record<string, string>} What the server says. */
const known = {};
/** @type {Preferences | null} */
let last = null;

/** @param {Preferences} preferences */
export function look(preferences) {
  last = preferences;
  const { theme, font, size, width, tabs, around, linear, times } = preferences;
  const { dataset, style } = document.documentElement;
  dataset.theme = theme === 'system' ? system() : theme;
  dataset.font = font;
  dataset.layout = linear ? 'linear' : 'panes';
  dataset.tabs = tabs;
  dataset.around = around ? 'shown' : 'hidden';
  dataset.times = times ? 'shown' : 'hidden';
  style.setProperty('--size', `${size}px`);
  style.setProperty('--measure', width === 0 ? '100%' : `${width}ch`);
  paint();
}

/** Follows the system when it goes dark or light. */
export function followSystem() {
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
    matchMedia(query).addEventListener('change', () => last && look(last));
  }
}

/**
 * The colours of channels, as the server has them.
 *
 * @param {Record<string, string>} colours
 */
export function learnColours(colours) {
  const isNew = Object.entries(colours).some(([channel, colour]) => known[channel] !== colour);
  if (!isNew) return;
  Object.assign(known, colours);
  paint();
}

/** @param {string} channel */
export const colourOf = (channel) => last?.colours[channel] ?? known[channel] ?? PLAIN;

const system = () => {
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
};

function paint() {
  const style = getComputedStyle(document.documentElement);
  const ground = rgb(style.getPropertyValue('--raise').trim());
  const least = document.documentElement.dataset.theme === 'contrast' ? CONTRAST_HIGH : CONTRAST;
  const rules = Object.keys({ ...known, ...last?.colours }).map((channel) => {
    const [red, green, blue] = readable(rgb(colourOf(channel)), ground, least);
    return `[data-channel="${CSS.escape(channel)}"] { --channel: rgb(${red} ${green} ${blue}); }`;
  });
  sheet.replaceSync(rules.join('\n'));
}

/**
 * The nearest colour that can be read.
 *
 * @param {Rgb} colour
 * @param {Rgb} ground
 * @param {number} least
 * @returns {Rgb}
 */
function readable(colour, ground, least) {
  const end = luminance(ground) > 0.2 ? 0 : 255;
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = /** @type {Rgb} */ (colour.map((one) => Math.round(one + (end - one) * share)));
    if (contrast(mixed, ground) >= least) return mixed;
  }
  return [end, end, end];
}

/**
 * @param {Rgb} one
 * @param {Rgb} other
 */
function contrast(one, other) {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {Rgb} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = colour.map((one) => {
    const share = one / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {string} colour
 * @returns {Rgb}
 */
function rgb(colour) {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour)?.[1] ?? '808080';
  return /** @type {Rgb} */ ([0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)));
}
