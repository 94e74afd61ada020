// @ts-check
/**
 * Words that Tab completes: commands, channels, ways out, names, things. What is likely comes first.
 */

/** What players may type besides channels and ways out, most used first; `commands` in the game has all. */
export const COMMANDS = `look say emote whisper reply who help examine get drop give inventory exits map where search
  follow unfollow global local shout party channels history ignore unignore ignores mask report appeal acknowledge
  limits myrecord afk title describe finger pose retell socials settings brief compact screenreader prompt alias unalias
  score save characters time commands accept resume claim quit bow cheer clap cry dance frown giggle greet grin groan hug
  laugh nod ponder salute shiver shrug sigh smile thank wave whistle wink yawn`.split(/\s+/);

/** What staff may type besides. */
export const STAFF_COMMANDS = `modqueue record mute unmute mutes timeout warn kick redact unredact note hold unhold held
  approve deny slow unslow slowmode lock unlock watch snoop points ban unban bans freeze thaw shadow unshadow stat goto at
  echo transfer uphold dismiss grant unclaim cleartext agelimit defcon filter rank reload shutdown`.split(/\s+/);

/** @typedef {{ commands: string[], channels: string[], exits: string[], names: string[], things: string[] }} Known */

/**
 * What the word at the end of a line may become, as whole lines.
 *
 * @param {string} line
 * @param {Known} known
 * @returns {string[]}
 */
export function completions(line, known) {
  const at = line.lastIndexOf(' ') + 1;
  const word = line.slice(at).toLowerCase();
  const first = at === 0;
  if (word === '' || (first && word === '/')) return [];
  const slash = first && word.startsWith('/') ? '/' : '';
  const sought = word.slice(slash.length);
  const { commands, channels, exits, names, things } = known;
  const words = first ? [...exits, ...channels, ...commands] : [...names, ...things, ...exits, ...channels];
  const fits = words.filter((one) => one.toLowerCase().startsWith(sought) && one.toLowerCase() !== sought);
  const end = first ? ' ' : '';
  return [...new Set(fits)].map((one) => `${line.slice(0, at)}${slash}${one}${end}`);
}
