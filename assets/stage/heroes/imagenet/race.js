/** The race of Figure 3: who reaches 72.2 % at which step, from the numbers that the paper prints and no others. */

/** @import { Say } from "../../types" */

/** @typedef {{key: string, name: string, steps: number | null, accuracy: number, rate: number, bestSteps: number | null}} Runner rate: learning rate; steps: until 72.2 % */
/** @typedef {{threshold: number, runners: Runner[]}} RaceData */

/** Steps at the right end of the axis. */
export const LAST = 32e6;
/** Steps of Inception until 72.2 %: where the cursor rests at the end. */
export const END = 31e6;
export const ASKED = "x5";
/** Where the flag of the guess waits. */
export const FIRST_GUESS = 20e6;

/**
 * What the table says of a runner beside Inception, the first of them.
 *
 * fewer = steps of Inception / steps; rate = learning rate / Inception's; gain = highest accuracy - Inception's, in points.
 * @param {Runner} runner
 * @param {Runner} inception
 */
export function beside(runner, inception) {
  return {
    fewer: runner.steps && inception.steps ? inception.steps / runner.steps : null,
    rate: runner.rate / inception.rate,
    gain: runner.accuracy - inception.accuracy,
  };
}

/**
 * Where a runner is at a step: on the way, at 72.2 %, at its highest accuracy, or never there.
 * @param {Runner} runner
 * @param {number} step
 * @returns {"way" | "reached" | "best" | "never"}
 */
export function stateAt(runner, step) {
  if (runner.steps === null) return step >= END ? "never" : "way";
  if (step < runner.steps) return "way";
  return runner.bestSteps !== null && runner.bestSteps > runner.steps && step >= runner.bestSteps ? "best" : "reached";
}

/**
 * How good a guess of a number of steps is: by ratio, because the answers lie far apart.
 * @param {number} guess
 * @param {number} truth
 * @returns {"close" | "late" | "early"}
 */
export function verdict(guess, truth) {
  const ratio = guess / truth;
  if (ratio > 1.5) return "late";
  return ratio < 1 / 1.5 ? "early" : "close";
}

/**
 * A number of steps, as precise as the table prints it, in the unit in which the language counts: 2.1 million, 210 万.
 * @param {number} steps
 * @param {Say} say
 */
export const counted = (steps, say) => (steps / Number(say("picture.unit"))).toFixed(Number(say("picture.digits")));
