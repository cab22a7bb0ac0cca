/** What the picture of the relatives shows: a block of values, who shares a mean, and what the visitor has changed. */
/** @import { Normalizer } from "../../math/normalizers.js" */

import { meanOf } from "../../math/moments.js";
import { groupOf, normalize } from "../../math/normalizers.js";
import { clamp } from "../../svg.js";

/**
 * @typedef {{samples: number, channels: number, side: number, seed: number, block: number[], digits: number[][],
 *   filters: number[][], relatives: Compared | null, sizes: BySize | null,
 *   published: {sizes: number[], errors: Record<string, number[]>}}} BlockData
 * @typedef {{steps: number, batch: number, seeds: number, accuracy: Record<string, number[]>,
 *   said: Record<string, Said | null>}} Compared said: batch minus each of the others
 * @typedef {{sizes: number[], steps: number[], seeds: number, accuracy: Record<string, number[][]>,
 *   said: Array<Said | null>, largest: Said | null}} BySize said: batch minus group, by size; largest: batch at the largest size
 *   minus batch at the smallest
 * @typedef {{mean: number, low: number, high: number, answer: "higher" | "lower" | "open"}} Said by the rule, in points
 * @typedef {{image: number, channel: number, position: number}} Entry
 * @typedef {ReturnType<State["result"]>} Result
 */

/** @type {Normalizer[]} */
export const WAYS = ["batch", "layer", "instance", "group"];
/** Bounds of a value that is dragged. */
export const LOW = -4;
export const HIGH = 4;
/** Changes of an output below this are rounding. */
const SAME = 5e-4;
/** Steps by what they show. */
export const [CUTS, PULL, ALONE, MEASURED] = [1, 2, 3, 4];
/** The value that the question is about: second image, third channel, middle of the map. */
export const ASKED = { image: 1, channel: 2, position: 4 };
/** The normalizer that the question is about. */
export const ASKED_WAY = "layer";
/** At most so many changed values go into an address. */
const MAX_EDITS = 16;

export class State {
  /** @param {BlockData} data */
  constructor(data) {
    this.data = data;
    this.locations = data.side ** 2;
    this.block = Float64Array.from(data.block);
    /** @type {Normalizer} */
    this.way = ASKED_WAY;
    this.groups = 2;
    /** Images in the batch. */
    this.images = data.samples;
    /** @type {Entry} */
    this.pinned = { ...ASKED };
    /** What the pointer rests on. @type {Entry | null} */
    this.hover = null;
    /** Maps that the visitor believes to share the mean, n C + c. @type {Set<number>} */
    this.painted = new Set();
    /** Whether the outputs are shown, not the inputs. */
    this.out = false;
    /** Outputs before the last move. @type {Float64Array | null} */
    this.before = null;
    /** How far the light has spread over the set, 0..1. */
    this.spread = 1;
    /** 0 shows the inputs, 1 the outputs. */
    this.morph = 0;
    /** The batch size of the measured part, by its place. */
    this.size = 0;
    /** Whether a normalizer was pressed while the question was open. */
    this.refused = false;
    this.wayByHand = false;
    /** The normalizer that was chosen in each step. @type {Record<number, Normalizer>} */
    this.chosen = {};
    this.outByHand = false;
    this.sizeByHand = false;
  }

  /** Divisors of the number of channels. */
  get divisors() {
    const { channels } = this.data;
    return Array.from({ length: channels }, (_, place) => place + 1).filter((each) => channels % each === 0);
  }

  /** The entry whose relatives light up. @returns {Entry} */
  get shown() {
    return this.hover && this.hover.image < this.images ? this.hover : this.pinned;
  }

  /** @param {Entry} entry */
  placeOf({ image, channel, position }) {
    return (image * this.data.channels + channel) * this.locations + position;
  }

  /** The entry in a column and row of the table, where each map is a square of side x side. @param {number} column @param {number} row */
  entryAt(column, row) {
    const { side, channels } = this.data;
    const [x, y] = [
      clamp(Math.floor(column), 0, this.images * side - 1),
      clamp(Math.floor(row), 0, channels * side - 1),
    ];
    return {
      image: Math.floor(x / side),
      channel: Math.floor(y / side),
      position: (y % side) * side + (x % side),
    };
  }

  /** Column and row of an entry. @param {Entry} entry @returns {[number, number]} */
  cellOf({ image, channel, position }) {
    const { side } = this.data;
    return [image * side + (position % side), channel * side + Math.floor(position / side)];
  }

  /** The number of the set that an entry belongs to. @param {Entry} entry */
  setOf({ image, channel }) {
    return groupOf(this.way, image, channel, this.data.channels, this.groups);
  }

  /** The block, normalized, with the numbers of the entry that is shown. */
  result() {
    const { channels } = this.data;
    const { images, locations } = this;
    const values = this.block.subarray(0, images * channels * locations);
    const shape = { samples: images, channels, locations };
    const { normalized, means, variances } = normalize(values, shape, this.way, this.groups);
    const set = this.setOf(this.shown);
    const place = this.placeOf(this.shown);
    return {
      values,
      normalized,
      count: this.countOf(this.way),
      mean: means[set],
      deviation: Math.sqrt(variances[set] + 1e-5),
      x: values[place],
      hat: normalized[place],
    };
  }

  /** How many values share one mean. @param {Normalizer} way */
  countOf(way) {
    const { images, locations } = this;
    const { channels } = this.data;
    const maps = { batch: images, layer: channels, instance: 1, group: channels / this.groups };
    return maps[way] * locations;
  }

  /** @param {number} image @param {number} channel whether a map is in the set of the entry that is shown */
  shares(image, channel) {
    return this.setOf({ image, channel, position: 0 }) === this.setOf(this.shown);
  }

  /** Mean of each image and of each channel. @param {Float64Array} values */
  margins(values) {
    const { channels } = this.data;
    const size = channels * this.locations;
    const images = Array.from({ length: this.images }, (_, n) => meanOf(values.subarray(n * size, (n + 1) * size)));
    const rows = Array.from({ length: channels }, (_, c) =>
      meanOf(values.filter((_value, place) => Math.floor(place / this.locations) % channels === c)),
    );
    return { images, channels: rows };
  }

  remember() {
    this.before = this.result().normalized.slice();
  }

  /** The same for a batch of all images: what the others would be without. */
  rememberWhole() {
    const { images } = this;
    this.images = this.data.samples;
    this.remember();
    this.images = images;
  }

  /** The same without the pull of the chosen value. */
  rememberUnpulled() {
    const place = this.placeOf(this.pinned);
    const value = this.block[place];
    this.block[place] = this.data.block[place];
    this.remember();
    this.block[place] = value;
  }

  /** Compare with what a step talks about: the pull of a value, or the images that have left. @param {number} step */
  compare(step) {
    this.before = null;
    if (step === PULL && this.block[this.placeOf(this.pinned)] !== this.data.block[this.placeOf(this.pinned)])
      this.rememberUnpulled();
    if (step === ALONE || (step !== PULL && this.images < this.data.samples)) this.rememberWhole();
  }

  /** @param {Normalizer} way @param {number} step in which it was chosen */
  choose(way, step) {
    this.chosen[step] = way;
    Object.assign(this, { way, wayByHand: true, hover: null });
    this.compare(step);
  }

  /**
   * A step comes into view: it shows the normalizer, the view and the change that it talks about.
   * @param {number} step @param {boolean} first whether an address opens on it: then that may name the normalizer and the view
   */
  arrive(step, first) {
    this.hover = null;
    if (step === MEASURED) return;
    // These two speak of batch norm, so another one is shown only where it was chosen in that very step.
    if (step === PULL || step === ALONE) this.way = this.chosen[step] ?? "batch";
    else if (step !== 0 && !this.wayByHand) this.way = "batch";
    if (step === CUTS && !this.outByHand) this.out = true;
    if (first) this.settle();
    this.compare(step);
  }

  /**
   * Show what the question asked about. An address that names another normalizer, or another step, has come to show that.
   * @param {number} step @returns {boolean} whether there is something to play
   */
  reveal(step) {
    if (this.wayByHand || step !== 0) return false;
    Object.assign(this, { way: ASKED_WAY, pinned: { ...ASKED }, hover: null, spread: 0 });
    this.keep(this.images);
    return true;
  }

  /** The view that was chosen, without its way there. */
  settle() {
    this.morph = Number(this.out);
  }

  /** Whether the outputs are in sight: halfway, a picture and its words change together. */
  get outputs() {
    return this.morph >= 0.5;
  }

  /** How far each output has moved since `remember`. @param {Float64Array} normalized @returns {number[]} */
  moves(normalized) {
    const { before } = this;
    return Array.from(normalized, (value, place) => {
      const change = before && place < before.length ? value - before[place] : 0;
      return Math.abs(change) > SAME ? change : 0;
    });
  }

  /** How many outputs differ from what they would be with all images. @param {Float64Array} normalized */
  noticed(normalized) {
    const { before } = this;
    this.rememberWhole();
    const moved = this.moves(normalized).filter((change) => change !== 0).length;
    this.before = before;
    return moved;
  }

  /** @param {number} value */
  put(value) {
    this.block[this.placeOf(this.pinned)] = clamp(Math.round(value * 1000) / 1000, LOW, HIGH);
  }

  /** @param {number} images */
  keep(images) {
    this.images = clamp(Math.round(images), 1, this.data.samples);
    this.pinned.image = Math.min(this.pinned.image, this.images - 1);
  }

  /** The divisor of C that is nearest. @param {number} groups */
  divide(groups) {
    this.groups = this.divisors.reduce((best, each) =>
      Math.abs(each - groups) < Math.abs(best - groups) ? each : best,
    );
  }

  reset() {
    this.block = Float64Array.from(this.data.block);
    this.before = null;
  }

  /** What the painted maps are: "right", or the set of another normalizer, or something else. */
  verdict() {
    const { channels, samples } = this.data;
    const own = ASKED.image * channels + ASKED.channel;
    const painted = new Set([...this.painted, own]);
    const is = (/** @type {number[]} */ maps) => maps.length === painted.size && maps.every((map) => painted.has(map));
    const all = Array.from({ length: samples * channels }, (_, map) => map);
    if (is(all.filter((map) => Math.floor(map / channels) === ASKED.image))) return "right";
    if (is(all.filter((map) => map % channels === ASKED.channel))) return "row";
    if (painted.size === 1) return "map";
    return painted.size === all.length ? "all" : "other";
  }

  /** @returns {Record<string, string>} */
  save() {
    const changed = this.data.block.flatMap((value, place) =>
      this.block[place] === value ? [] : [`${place}~${this.block[place]}`],
    );
    const at = this.placeOf(this.pinned);
    return {
      way: this.way === ASKED_WAY ? "" : this.way,
      groups: this.groups === 2 ? "" : String(this.groups),
      images: this.images === this.data.samples ? "" : String(this.images),
      at: at === this.placeOf(ASKED) ? "" : String(at),
      out: this.outByHand ? String(Number(this.out)) : "",
      x: changed.slice(0, MAX_EDITS).join("_"),
      size: this.size ? String(this.size) : "",
    };
  }

  /** @param {URLSearchParams} saved anything in it may be wrong */
  load(saved) {
    const way = WAYS.find((each) => each === saved.get("way"));
    if (way) {
      this.way = way;
      this.wayByHand = true;
      this.chosen[Number(saved.get("step") ?? 1) - 1] = way;
    }
    const number = (/** @type {string} */ name) => {
      const text = saved.get(name) ?? "";
      return /^\d{1,4}$/.test(text) ? Number(text) : null;
    };
    this.divide(number("groups") ?? this.groups);
    for (const edit of (saved.get("x") ?? "").split("_").slice(0, MAX_EDITS)) {
      const [, place, value] = /^(\d{1,4})~(-?\d(?:\.\d{1,3})?)$/.exec(edit) ?? [];
      if (place && Number(place) < this.block.length) this.block[Number(place)] = clamp(Number(value), LOW, HIGH);
    }
    this.keep(number("images") ?? this.images);
    if (this.images < this.data.samples) this.rememberWhole();
    const at = number("at");
    if (at !== null && at < this.images * this.data.channels * this.locations) {
      const map = Math.floor(at / this.locations);
      const { channels } = this.data;
      this.pinned = { image: Math.floor(map / channels), channel: map % channels, position: at % this.locations };
    }
    const out = saved.get("out");
    this.outByHand = out === "0" || out === "1";
    this.out = out === "1";
    this.settle();
    this.size = clamp(number("size") ?? 0, 0, Math.max(0, (this.data.sizes?.sizes.length ?? 1) - 1));
  }
}
