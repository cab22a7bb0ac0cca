/** Five numbers in ordinary code that break BN without an error: what each does, as two curves. */

import { decayed, epsilonRatio, halvedMomentum, shareReached, unbiasedFactor } from "../../math/pitfalls.js";
import { gaussian, random } from "../../math/random.js";
import { noiseLeft, trace } from "../../math/running_average.js";

/** @typedef {{min: number, max: number, start: number, log?: boolean, format: (value: number) => string}} NumberOptions */
/** @typedef {[number, number]} Point */
/**
 * code: lines of a program, in which {} is the number; measured: points that both curves follow; wrong and right:
 * curves over x for a number.
 * @typedef {{name: string, code: string[], number: NumberOptions, x: [number, number], y: [number, number], logX?: boolean, logY?: boolean,
 *   measured?: Point[], wrong: (number: number) => Point[], right: (number: number) => Point[], values: (number: number) => Record<string, string>}} Scene
 */

const BATCHES = 160;
const BATCH = 16;
const MEAN = 5;
const SEED = 4;
/** PyTorch's default, which the network without checkpointing keeps. */
export const PLAIN_MOMENTUM = 0.1;

/** Means of batches of 16 normal values with mean 5 and deviation 1. @returns {number[]} */
function batchMeans() {
  const uniform = random(SEED);
  return Array.from({ length: BATCHES }, () => MEAN + gaussian(uniform) / Math.sqrt(BATCH));
}

const MEANS = batchMeans();

/** @param {number} from @param {number} to @param {number} count @param {(x: number) => number} fn @returns {Point[]} */
const curve = (from, to, count, fn) =>
  Array.from({ length: count + 1 }, (_, place) => {
    const x = from + ((to - from) * place) / count;
    return [x, fn(x)];
  });

/** The same with equal ratios. @param {number} from @param {number} to @param {number} count @param {(x: number) => number} fn @returns {Point[]} */
const logCurve = (from, to, count, fn) =>
  curve(Math.log(from), Math.log(to), count, (log) => fn(Math.exp(log))).map(([log, y]) => [Math.exp(log), y]);

/** @param {number} momentum @returns {Point[]} */
const runningMean = (momentum) => trace(MEANS, MEAN, momentum).map((value, place) => [place + 1, value]);

const short = (/** @type {number} */ value) => String(Number(value.toPrecision(3)));
const power = (/** @type {number} */ value) => value.toExponential(0).replace("e-", "e-").replace("e+", "e");

/** @type {Scene[]} */
export const SCENES = [
  {
    name: "momentum",
    code: ["# ported from Keras: momentum = 0.99", "bn = nn.BatchNorm1d(1, momentum={})"],
    number: { min: 0.01, max: 1, start: 0.99, format: (value) => value.toFixed(2) },
    x: [1, BATCHES],
    y: [MEAN - 0.9, MEAN + 0.9],
    measured: MEANS.map((value, place) => [place + 1, value]),
    wrong: runningMean,
    right: () => runningMean(0.01),
    values: (m) => ({ number: m.toFixed(2), share: (100 * noiseLeft(m)).toFixed(0), kept: (1 - m).toFixed(2) }),
  },
  {
    name: "epsilon",
    code: ["# trained with eps=1e-3, and eps is in no state_dict", "bn = nn.BatchNorm1d(3, eps={})"],
    number: { min: 1e-6, max: 1e-1, start: 1e-5, log: true, format: power },
    x: [1e-3, 10],
    y: [0.05, 40],
    logX: true,
    logY: true,
    wrong: (eps) => logCurve(1e-3, 10, 80, (deviation) => epsilonRatio(deviation, eps, 1e-3)),
    right: () => logCurve(1e-3, 10, 80, () => 1),
    values: (eps) => ({ ratio: short(epsilonRatio(0.02, eps, 1e-3)), eps: power(eps) }),
  },
  {
    name: "variance",
    code: ["x = torch.randn({}, 1)   # samples in the batch", "y = bn(x); print(bn.running_var)"],
    number: { min: 2, max: 64, start: 4, format: (value) => String(Math.round(value)) },
    x: [2, 64],
    y: [0.9, 2.1],
    wrong: (m) => curve(2, 64, 62, unbiasedFactor).filter(([x]) => x <= Math.round(m)),
    right: () => curve(2, 64, 62, () => 1),
    values: (m) => ({ factor: short(unbiasedFactor(Math.round(m))), m: String(Math.round(m)) }),
  },
  {
    name: "checkpoint",
    code: ["bn = nn.BatchNorm1d(4, momentum={})", "y = checkpoint(bn, x)   # runs forward twice"],
    number: { min: 0.01, max: 0.9, start: 0.1, format: (value) => value.toFixed(2) },
    x: [0, 30],
    y: [0, 1.05],
    wrong: (m) => curve(0, 30, 30, (n) => shareReached(m, 2 * n)),
    right: () => curve(0, 30, 30, (n) => shareReached(PLAIN_MOMENTUM, n)),
    values: (m) => ({
      halved: halvedMomentum(PLAIN_MOMENTUM).toFixed(4),
      twice: short(100 * shareReached(m, 2)),
    }),
  },
  {
    name: "decay",
    code: ["# on all parameters: gamma and beta too", "SGD(net.parameters(), lr=0.1, weight_decay={})"],
    number: { min: 1e-5, max: 1e-1, start: 1e-2, log: true, format: power },
    x: [0, 2000],
    y: [0, 1.1],
    wrong: (decay) => curve(0, 2000, 100, (steps) => decayed(0.1, decay, steps)),
    right: () => curve(0, 2000, 2, () => 1),
    values: (decay) => ({ gamma: short(decayed(0.1, decay, 1000)) }),
  },
];

/** What the sentence of the question is about: the number as copied, wherever the one in the code has gone. @returns {Record<string, string>} */
export function askedValues() {
  const { number, values } = SCENES[0];
  const asked = values(number.start);
  return { asked_share: asked.share, asked_kept: asked.kept };
}

/** A number within its bounds, from its place 0..1 on the handle's way. @param {NumberOptions} options @param {number} share */
export function numberAt({ min, max, log }, share) {
  return log ? min * (max / min) ** share : min + (max - min) * share;
}

/** The place 0..1 of a number. @param {NumberOptions} options @param {number} number */
export function shareOf({ min, max, log }, number) {
  return log ? Math.log(number / min) / Math.log(max / min) : (number - min) / (max - min);
}

/** The value of a curve at an x: of the nearest point. @param {Point[]} points @param {number} x */
export function nearest(points, x) {
  return points.reduce((best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best));
}
