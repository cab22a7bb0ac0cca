/** What the browser knows: everything the server has sent since its last HELLO, bounded, and where the cursor is. */
/** @import { Boundary, Curve, Former, Frame, Hello, Message, Numbers, Status, Surface } from "./types" */

import { joinedCurves } from "./curve_ends.js";
import { complete, frameFrom, isWithout } from "./frame.js";
import { firstAfter, nearest, thin } from "./frame_history.js";
import {
  ABOUT_BLOCK,
  ARM_STRIDE,
  BOUNDARY,
  CURVE_ENDS,
  CURVES,
  FORMER,
  FRAME,
  HELLO,
  parseJson,
  STATUS,
  SURFACE,
} from "./wire.js";

export const MAX_SURFACES = 40;
export const MAX_BOUNDARIES = 160;

export class Store {
  /** @param {{maxFrames?: number, maxBytes?: number}} [limits] */
  constructor({ maxFrames = 1500, maxBytes = 96 * 2 ** 20 } = {}) {
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
    /** Counts HELLOs, so that a view of an older source can tell. */
    this.generation = 0;
    /** Counts frames that arrived. */
    this.received = 0;
    /** @type {Hello | null} */
    this.hello = null;
    /** @type {Frame[]} by step */
    this.frames = [];
    this.bytes = 0;
    /** @type {Curve[]} */
    this.curves = [];
    /** @type {Former | null} the run before a restart */
    this.former = null;
    /** @type {Status | null} */
    this.status = null;
    /** @type {Surface[]} by step */
    this.surfaces = [];
    /** @type {Boundary[]} */
    this.boundaries = [];
    /** @type {number | null} null follows the newest frame */
    this.cursor = null;
  }

  /** Forget what belongs to the former source. */
  reset() {
    this.frames = [];
    this.bytes = 0;
    this.curves = [];
    this.former = null;
    this.status = null;
    this.surfaces = [];
    this.boundaries = [];
    this.cursor = null;
  }

  /**
   * Take in a message.
   * @param {Message} message
   * @returns {number} its kind
   */
  receive(message) {
    switch (message.kind) {
      case HELLO:
        this.reset();
        this.hello = parseJson(message);
        this.generation++;
        break;
      case FRAME:
        this.addFrame(frameFrom(message));
        break;
      case CURVES:
        this.curves = curvesFrom(message);
        break;
      case CURVE_ENDS:
        this.curves = joinedCurves(this.curves, curvesFrom(message), message);
        break;
      case FORMER:
        this.former = { arms: parseJson(message, ABOUT_BLOCK).arms, curves: curvesFrom(message) };
        break;
      case STATUS:
        this.status = parseJson(message);
        if (!this.status?.restarted) this.former = null; // it was let go, or brought back
        break;
      case SURFACE:
        insertByStep(this.surfaces, surfaceFrom(message), MAX_SURFACES);
        break;
      case BOUNDARY:
        insertByStep(this.boundaries, boundaryFrom(message), MAX_BOUNDARIES);
        break;
      default: // a kind of a newer server: nothing we can draw
    }
    return message.kind;
  }

  /** @param {Frame} frame */
  addFrame(frame) {
    this.received++;
    const position = firstAfter(this.frames, frame.step);
    const same = this.frames[position - 1];
    if (same?.step === frame.step) {
      this.bytes -= same.bytes;
      complete(same, frame);
      this.bytes += same.bytes;
    } else {
      this.frames.splice(position, 0, frame);
      this.bytes += frame.bytes;
    }
    if (this.frames.length > this.maxFrames || (this.bytes > this.maxBytes && this.frames.length > 8)) {
      // Huge frames may not fit even as the first hundred: then thin those too.
      const first = Math.min(100, Math.floor(this.maxFrames / 4), Math.floor(this.maxBytes / 4 / frame.bytes));
      this.frames = thin(this.frames, Math.max(1, first));
      this.bytes = this.frames.reduce((sum, kept) => sum + kept.bytes, 0);
    }
  }

  /**
   * Move the cursor to a step; null, the newest or a later one follows the newest frame.
   * @param {number | null} step
   */
  seek(step) {
    const newest = this.frames.at(-1)?.step ?? 0;
    this.cursor = step === null || step >= newest ? null : Math.max(0, step);
  }

  /** Index of the frame at the cursor, -1 when there is none. */
  get index() {
    return this.cursor === null ? this.frames.length - 1 : nearest(this.frames, this.cursor);
  }

  /** Last step there is anything about. */
  get lastStep() {
    return Math.max(this.frames.at(-1)?.step ?? 0, this.curves[0]?.step.at(-1) ?? 0);
  }

  /** What panels draw, without the parts that the view adds. */
  get snapshot() {
    return this.snapshotOf(this.frames);
  }

  /**
   * The same for a panel that draws these details too: only of frames that came with them.
   * @param {readonly string[]} details "histogram", or of one layer "histogram@2"
   */
  snapshotWith(details) {
    const isLacking = (/** @type {Frame} */ frame) => isWithout(frame, details);
    return this.snapshotOf(this.frames.some(isLacking) ? this.frames.filter((f) => !isLacking(f)) : this.frames);
  }

  /** @param {Frame[]} frames */
  snapshotOf(frames) {
    const index = this.cursor === null ? frames.length - 1 : nearest(frames, this.cursor);
    const frame = frames[index] ?? null;
    const step = frame?.step ?? this.status?.step ?? 0;
    return {
      hello: /** @type {Hello} */ (this.hello),
      frame,
      frames,
      index,
      curves: this.curves,
      status: this.status,
      surfaces: this.surfaces,
      surface: this.surfaces[Math.max(0, firstAfter(this.surfaces, step) - 1)] ?? null,
      boundaries: this.boundaries,
      boundary: newestAt(this.boundaries, this.cursor === null ? Infinity : step),
      step,
      following: this.cursor === null,
    };
  }
}

/**
 * The newest item at or before a step; before the first one, null.
 * @template {{step: number}} T
 * @param {T[]} list by step
 * @param {number} step
 * @returns {T | null}
 */
const newestAt = (list, step) => list[firstAfter(list, step) - 1] ?? null;

/**
 * Keep the newest few of what is made per step; one of the same step and kind is replaced.
 * @template {{step: number, plane?: string, bnStats?: string}} T
 * @param {T[]} list
 * @param {T} item
 * @param {number} most
 */
function insertByStep(list, item, most) {
  const same = list.findIndex(
    (old) => old.step === item.step && old.plane === item.plane && old.bnStats === item.bnStats,
  );
  if (same >= 0) list.splice(same, 1);
  list.splice(firstAfter(list, item.step), 0, item);
  while (list.length > most) list.shift();
}

/**
 * Numbers of a block; none where the message has no such block.
 * @template {Numbers} T
 * @param {Message} message
 * @param {number} id
 * @param {new () => T} Type what the server sends there
 * @returns {T}
 */
const numbers = (message, id, Type) => /** @type {T} */ (message.blocks.get(id)?.data ?? new Type());

/**
 * @param {Message} message
 * @returns {Curve[]}
 */
function curvesFrom(message) {
  const curves = [];
  for (let base = 0; message.blocks.has(base); base += ARM_STRIDE) {
    const [step, testStep] = [0, 4].map((k) => numbers(message, base + k, Uint32Array));
    const [low, high, mean, testAccuracy, testLoss] = [1, 2, 3, 5, 6].map((k) =>
      numbers(message, base + k, Float32Array),
    );
    curves.push({ step, low, high, mean, testStep, testAccuracy, testLoss });
  }
  return curves;
}

/**
 * @param {Message} message
 * @returns {Surface}
 */
function surfaceFrom(message) {
  const [xs, ys, loss, path, captured] = [0, 1, 2, 3, 4].map((id) => numbers(message, id, Float32Array));
  const { plane, bn_stats: bnStats } = parseJson(message, 5);
  const arms = shapeOf(message, 2)[0];
  const points = shapeOf(message, 3)[1];
  return { step: message.step, xs, ys, loss, path, captured, arms, points, plane, bnStats };
}

/**
 * @param {Message} message
 * @returns {Boundary}
 */
function boundaryFrom(message) {
  const [xs, ys, sent] = [0, 1, 2].map((id) => numbers(message, id, Float32Array));
  const [arms, others] = shapeOf(message, 2);
  const probability = withLastClass(sent, arms, others, xs.length * ys.length);
  return { step: message.step, xs, ys, probability, arms, classes: others + 1 };
}

/**
 * Probabilities of all classes, (arms, classes, cells): the last one is what the others leave of 1.
 * @param {Float32Array} sent those of all classes but the last
 * @param {number} arms
 * @param {number} others
 * @param {number} cells
 */
function withLastClass(sent, arms, others, cells) {
  const whole = new Float32Array(arms * (others + 1) * cells);
  for (let arm = 0; arm < arms; arm++) {
    const start = arm * (others + 1) * cells;
    whole.set(sent.subarray(arm * others * cells, (arm + 1) * others * cells), start);
    for (let cell = 0; cell < cells; cell++) {
      let rest = 1;
      for (let k = 0; k < others; k++) rest -= whole[start + k * cells + cell];
      whole[start + others * cells + cell] = Math.max(0, rest);
    }
  }
  return whole;
}

/**
 * @param {Message} message
 * @param {number} id
 */
function shapeOf(message, id) {
  const block = message.blocks.get(id);
  if (!block) throw new RangeError(`message of kind ${message.kind} has no block ${id}`);
  return block.shape;
}
