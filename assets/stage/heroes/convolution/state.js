/** What the picture of the convolution shows: a batch of digits, the maps of some filters, and their statistics. */

import { forward } from "../../math/batch_norm.js";
import { correlate } from "../../math/convolution.js";
import { clamp } from "../../svg.js";

/**
 * @typedef {{filters: number[][], numbers: number[], channels: number, digits: string[], labels: number[], side: number,
 *   frame: number, step: number, seed: number, accuracy: number, curves: Curves[]}} ConvolutionData
 * @typedef {{mean: number, low: number, high: number, answer: "yes" | "no" | "open", lost: number}} Gap with BN minus
 *   without, in points; lost: pairs that are left out, because a net diverged
 * @typedef {{channels: number, date: string, device: string, images: number, steps: number[], rates: number[], seeds: number,
 *   accuracy: Record<string, Array<Array<Array<number | null>>>>, finals: Record<string, Array<Array<number | null>>>,
 *   gaps: Array<Gap | null>, best: Gap & {none: number, batch: number}}} Curves by norm, rate, seed: accuracies at the steps,
 *   and at the end on all test images; best: each network at its own best rate
 * @typedef {{filter: number, row: number, column: number}} Pixel
 * @typedef {"map" | "pixel"} Way
 * @typedef {{mean: number, variance: number, deviation: number, normalized: ArrayLike<number>}} Statistics of the map of
 *   the first digit: its normalized values, and mean and variance at the pixel that is shown
 */

/** How far the digit can be moved, in pixels. */
export const REACH = 12;
/** The pixel that the question is about. */
export const ASKED = { filter: 1, row: 15, column: 16 };
/** The step that talks about one mean per pixel; the next shows what was measured. */
export const PIXEL = 3;
const EPS = 1e-5;
/** Statistics that are kept: a pointer that wanders asks for many. */
const MOST_KNOWN = 64;

/** Pixels as bytes in base64, in a frame of zeros. @param {string} text @param {number} side @param {number} frame */
export function imageOf(text, side, frame) {
  const size = side + 2 * frame;
  const values = new Float64Array(size * size);
  const bytes = atob(text);
  for (let place = 0; place < side * side; place++) {
    const [row, column] = [Math.floor(place / side) + frame, (place % side) + frame];
    values[row * size + column] = bytes.charCodeAt(place) / 255;
  }
  return values;
}

/** Values moved right and down, with zeros where they come from outside. @param {ArrayLike<number>} values @param {number} size @param {number} dx @param {number} dy */
export function moved(values, size, dx, dy) {
  return Float64Array.from({ length: size * size }, (_, place) => {
    const [row, column] = [Math.floor(place / size) - dy, (place % size) - dx];
    return row >= 0 && row < size && column >= 0 && column < size ? values[row * size + column] : 0;
  });
}

/** The learning rate that a recording opens on, by its place. @param {Curves} curves */
const startRate = ({ rates }) => Math.max(0, rates.indexOf(0.05));
/** The step that a recording opens on, by its place. @param {Curves} curves */
const startStep = ({ steps }) => Math.floor(steps.length / 3);

const sumOf = (/** @type {Float64Array} */ values) => values.reduce((sum, value) => sum + value, 0);

export class State {
  /** @param {ConvolutionData} data */
  constructor(data) {
    this.data = data;
    this.size = data.side + 2 * data.frame;
    this.images = data.digits.map((text) => imageOf(text, data.side, data.frame));
    /** Images in the batch. */
    this.m = data.digits.length;
    this.dx = 0;
    this.dy = 0;
    /** What shares a mean: a map, or one pixel of it. @type {Way} */
    this.way = "map";
    /** The pixel that was chosen, where it is on the digit that has not moved. @type {Pixel} */
    this.home = { ...ASKED };
    /** @type {Pixel | null} */
    this.hover = null;
    /** Maps that the visitor believes to share the mean, filter * digits + image. @type {Set<number>} */
    this.painted = new Set();
    this.wayByHand = false;
    /** How far the light has spread, 0..1. */
    this.spread = 1;
    /** The recordings of the measured part; of each the learning rate and the step on show, by their places. */
    this.recordings = data.curves.map((curves) => ({ curves, rate: startRate(curves), cursor: startStep(curves) }));
    /** The recording on show, by its place. */
    this.recording = 0;
    /** Maps of all digits but the first, which moves. */
    this.still = this.images.map((image) => this.mapsOf(image));
    this.first = this.still[0];
    /** Statistics by filter, for the first digit where it stands and where it began. @type {Map<string, Statistics>} */
    this.known = new Map();
    /** @type {Map<string, Statistics>} */
    this.origins = new Map();
  }

  /** @returns {Curves | undefined} */
  get curves() {
    return this.recordings[this.recording]?.curves;
  }

  get rate() {
    return this.recordings[this.recording]?.rate ?? 0;
  }

  set rate(place) {
    const shown = this.recordings[this.recording];
    if (shown) shown.rate = clamp(Math.round(place), 0, shown.curves.rates.length - 1);
  }

  get cursor() {
    return this.recordings[this.recording]?.cursor ?? 0;
  }

  set cursor(place) {
    const shown = this.recordings[this.recording];
    if (shown) shown.cursor = clamp(Math.round(place), 0, shown.curves.steps.length - 1);
  }

  /** The maps of an image, one per filter. @param {Float64Array} values @returns {Float64Array[]} */
  mapsOf(values) {
    const image = { values, height: this.size, width: this.size };
    return this.data.filters.map((filter) => correlate(image, { values: filter, height: 3, width: 3 }, 1).values);
  }

  /** The first digit as it stands. */
  get digit() {
    return moved(this.images[0], this.size, this.dx, this.dy);
  }

  /** @param {number} dx @param {number} dy */
  move(dx, dy) {
    const [x, y] = [dx, dy].map((value) => clamp(Math.round(value), -REACH, REACH));
    if (x === this.dx && y === this.dy) return;
    Object.assign(this, { dx: x, dy: y });
    this.first = this.mapsOf(this.digit);
    this.known.clear();
  }

  /** The pixel that was chosen; it moves along with the digit, so its nine pixels stay the same. @returns {Pixel} */
  get pinned() {
    const { filter, row, column } = this.home;
    const end = this.size - 1;
    return { filter, row: clamp(row + this.dy, 0, end), column: clamp(column + this.dx, 0, end) };
  }

  set pinned({ filter, row, column }) {
    this.home = { filter, row: row - this.dy, column: column - this.dx };
  }

  /**
   * A step comes into view: it shows the way that it talks about.
   * @param {number} step @param {boolean} first whether an address opens on it: then that may name the way
   */
  arrive(step, first) {
    this.hover = null;
    if (step > PIXEL || (first && this.wayByHand)) return;
    this.way = step === PIXEL ? "pixel" : "map";
  }

  /**
   * Show what the question asked about. An address that names the other way, or another step, has come to show that.
   * @param {number} step @returns {boolean} whether there is something to play
   */
  reveal(step) {
    if (this.wayByHand || step !== 0) return false;
    Object.assign(this, { way: "map", spread: 0 });
    return true;
  }

  /** @param {number} m */
  keep(m) {
    this.m = clamp(Math.round(m), 1, this.images.length);
  }

  /** How many values share the mean that the question is about: of this batch when it was asked, else of all images. @param {boolean} asked */
  sharing(asked) {
    const m = asked ? this.m : this.images.length;
    const count = (m * this.size ** 2).toLocaleString("en-US");
    return { asked_product: `${m} · ${this.size} · ${this.size} =`, asked_count: count };
  }

  /** @returns {Pixel} the pixel whose relatives light up */
  get shown() {
    return this.hover ?? this.pinned;
  }

  /** @param {Pixel} pixel */
  placeOf({ row, column }) {
    return row * this.size + column;
  }

  /** The map of a filter for an image of the batch. @param {number} filter @param {number} image */
  map(filter, image) {
    return image === 0 ? this.first[filter] : this.still[image][filter];
  }

  /** Number of values that share a mean: m p q per map, m per pixel. */
  get count() {
    return this.m * (this.way === "map" ? this.size ** 2 : 1);
  }

  /** Statistics of a filter's map, with the first digit where it stands now. @param {number} filter */
  statistics(filter) {
    return this.recall(this.known, filter, this.first[filter]);
  }

  /** The same with the first digit where it began. @param {number} filter */
  origin(filter) {
    return this.recall(this.origins, filter, this.still[0][filter]);
  }

  /** @param {Map<string, Statistics>} known @param {number} filter @param {Float64Array} first */
  recall(known, filter, first) {
    const place = this.placeOf(this.shown);
    const key = `${filter} ${this.m} ${this.way} ${this.way === "map" ? "" : place}`;
    const found = known.get(key) ?? this.normalize(filter, first, place, this.way);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, found);
    return found;
  }

  /** @param {number} filter @param {Float64Array} first the map of the first digit @param {number} place @param {Way} way @returns {Statistics} */
  normalize(filter, first, place, way) {
    const maps = [first, ...this.still.slice(1, this.m).map((each) => each[filter])];
    if (way === "map") {
      const all = new Float64Array(maps.length * first.length);
      maps.forEach((map, image) => {
        all.set(map, image * first.length);
      });
      const { mean, variance, deviation, normalized } = forward(all, 1, 0, EPS);
      return { mean, variance, deviation, normalized: normalized.slice(0, first.length) };
    }
    const each = Array.from(first, (_, at) =>
      forward(
        maps.map((map) => map[at]),
        1,
        0,
        EPS,
      ),
    );
    const { mean, variance, deviation } = each[place];
    return { mean, variance, deviation, normalized: each.map(({ normalized }) => normalized[0]) };
  }

  /**
   * How much "move, then normalize" differs from "normalize, then move": root mean square of the difference over that of
   * the normalized map, where both exist.
   */
  mismatch() {
    const { filter } = this.shown;
    const before = this.origin(filter).normalized;
    const after = this.statistics(filter).normalized;
    let [difference, size] = [0, 0];
    for (let place = 0; place < after.length; place++) {
      const [row, column] = [Math.floor(place / this.size) - this.dy, (place % this.size) - this.dx];
      if (row < 0 || row >= this.size || column < 0 || column >= this.size) continue;
      difference += (after[place] - before[row * this.size + column]) ** 2;
      size += after[place] ** 2;
    }
    return size ? Math.sqrt(difference / size) : 0;
  }

  /** By how much the move has changed the mean of a whole map. @param {number} filter */
  change(filter) {
    const [before, after] = [this.still[0][filter], this.first[filter]].map((map) =>
      this.normalize(filter, map, 0, "map"),
    );
    return after.mean - before.mean;
  }

  /** Whether nothing of the first digit's maps is cut off: its ink is nowhere at the outermost pixels, or beyond. */
  get whole() {
    const { digit, size } = this;
    const inner = digit.filter((_, place) => {
      const [row, column] = [Math.floor(place / size), place % size];
      return row > 0 && row < size - 1 && column > 0 && column < size - 1;
    });
    return Math.abs(sumOf(this.images[0]) - sumOf(inner)) < 1e-9;
  }

  /** What the painted maps are. */
  verdict() {
    const { filters, digits } = this.data;
    const key = (/** @type {number} */ filter, /** @type {number} */ image) => filter * digits.length + image;
    const painted = new Set([...this.painted, key(ASKED.filter, 0)]);
    const is = (/** @type {number[]} */ maps) => maps.length === painted.size && maps.every((map) => painted.has(map));
    const batch = digits.slice(0, this.m).map((_, image) => key(ASKED.filter, image));
    const image = filters.map((_, filter) => key(filter, 0));
    if (is(batch)) return "right";
    if (painted.size === 1) return "map";
    if (is(image)) return "image";
    return is([...new Set([...batch, ...image])]) ? "all" : "other";
  }

  /** @returns {Record<string, string>} */
  save() {
    const { filter, row, column } = this.home;
    const same = filter === ASKED.filter && row === ASKED.row && column === ASKED.column;
    const { curves } = this;
    return {
      dx: this.dx ? String(this.dx) : "",
      dy: this.dy ? String(this.dy) : "",
      m: this.m === this.images.length ? "" : String(this.m),
      way: this.way === "map" && !this.wayByHand ? "" : this.way,
      at: same ? "" : [filter, this.pinned.row, this.pinned.column].join("_"),
      channels: curves && this.recording ? String(curves.channels) : "",
      rate: curves && this.rate !== startRate(curves) ? String(this.rate) : "",
      cursor: curves && this.cursor !== startStep(curves) ? String(this.cursor) : "",
    };
  }

  /** @param {URLSearchParams} saved anything in it may be wrong */
  load(saved) {
    const whole = (/** @type {string | null} */ text) => (/^-?\d{1,3}$/.test(text ?? "") ? Number(text) : null);
    this.move(whole(saved.get("dx")) ?? 0, whole(saved.get("dy")) ?? 0);
    this.keep(whole(saved.get("m")) ?? this.m);
    const way = saved.get("way");
    if (way === "pixel" || way === "map") Object.assign(this, { way, wayByHand: true });
    const [filter, row, column] = (saved.get("at") ?? "").split("_").map(whole);
    const inside = (/** @type {number | null | undefined} */ value, /** @type {number} */ end) =>
      typeof value === "number" && value >= 0 && value < end;
    if (inside(filter, this.data.filters.length) && inside(row, this.size) && inside(column, this.size)) {
      this.pinned = { filter: Number(filter), row: Number(row), column: Number(column) };
    }
    const place = this.recordings.findIndex(({ curves }) => String(curves.channels) === saved.get("channels"));
    this.recording = Math.max(0, place);
    this.rate = whole(saved.get("rate")) ?? this.rate;
    this.cursor = whole(saved.get("cursor")) ?? this.cursor;
  }
}
