// @ts-check
/**
 * A short, soft tone when somebody speaks to the player. Made here: nothing is loaded.
 */

/** How long it sounds. Seconds. */
const LENGTH = 0.25;

/** @type {AudioContext | null} */
let context = null;

export function chime() {
  context ??= new AudioContext();
  // It may have been made before anybody pressed a key, when browsers let nothing sound.
  if (context.state === 'suspended') void context.resume();
  const [now, tone, volume] = [context.currentTime, context.createOscillator(), context.createGain()];
  tone.frequency.setValueAtTime(660, now);
  tone.frequency.setValueAtTime(880, now + LENGTH / 3);
  volume.gain.setValueAtTime(0.08, now);
  volume.gain.exponentialRampToValueAtTime(0.001, now + LENGTH);
  tone.connect(volume).connect(context.destination);
  tone.start(now);
  tone.stop(now + LENGTH);
}
