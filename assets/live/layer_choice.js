/**
 * Which layers the panels draw: all of a shallow net, at most six of a deep one.
 *
 * @typedef {{layer: number, age: number}} ChosenLayer age 0 was not chosen by hand, larger is newer
 */
/** @import { Hello, View } from "./types" */

/** Most layers that the panels draw at once; a net with no more has nothing to choose. */
export const MAX_LAYERS = 6;

/**
 * Layers from one to another, evenly spaced, both ends included.
 * @param {number} from
 * @param {number} to
 * @param {number} [most]
 * @returns {number[]} ascending
 */
export function evenlySpaced(from, to, most = MAX_LAYERS) {
  const [low, high] = from < to ? [from, to] : [to, from];
  const count = Math.min(most, high - low + 1);
  return Array.from({ length: count }, (_, k) =>
    count > 1 ? Math.round(low + (k * (high - low)) / (count - 1)) : low,
  );
}

/** The layers chosen for one source. */
export class LayerChoice {
  constructor() {
    this.source = "";
    this.count = 0;
    /** Counts what was added by hand, so that a panel of one layer can follow. */
    this.picks = 0;
    this.last = 0;
    this.anchor = 0;
    /** @type {ChosenLayer[]} */
    this.chosen = [];
  }

  /**
   * Start over with another source; after a reconnect it is the same one.
   * @param {Hello | null} hello
   */
  reset(hello) {
    const source = JSON.stringify(hello);
    if (source === this.source) return;
    this.source = source;
    this.count = Math.max(0, ...(hello?.arms ?? []).map(({ layers }) => layers.length));
    this.chooseEvenly();
  }

  /** Evenly spaced, first and last included. */
  chooseEvenly() {
    this.picks = 0;
    this.last = this.anchor = 0;
    this.replace(this.count ? evenlySpaced(0, this.count - 1) : []);
  }

  /** @param {number[]} layers */
  replace(layers) {
    this.chosen = layers.map((layer) => ({ layer, age: 0 }));
  }

  /** Whether there is something to choose. */
  get isNeeded() {
    return this.count > MAX_LAYERS;
  }

  /** Layers to draw, ascending. @returns {number[]} */
  get layers() {
    return this.chosen.map(({ layer }) => layer).sort((a, b) => a - b);
  }

  /** What was added last by hand; null before. @returns {{layer: number, n: number} | null} */
  get picked() {
    return this.picks ? { layer: this.last, n: this.picks } : null;
  }

  /**
   * Add a layer or leave it out; one is always kept. When there are too many, the one chosen longest ago is dropped, and of
   * those not chosen by hand the nearest.
   * @param {number} layer
   */
  toggle(layer) {
    if (!(layer >= 0 && layer < this.count)) return;
    this.anchor = layer;
    const position = this.chosen.findIndex((one) => one.layer === layer);
    if (position >= 0) {
      if (this.chosen.length > 1) this.chosen.splice(position, 1);
      return;
    }
    if (this.chosen.length >= MAX_LAYERS) {
      const distance = (/** @type {ChosenLayer} */ one) => Math.abs(one.layer - layer);
      const oldest = this.chosen.reduce((a, b) =>
        a.age < b.age || (a.age === b.age && distance(a) <= distance(b)) ? a : b,
      );
      this.chosen.splice(this.chosen.indexOf(oldest), 1);
    }
    this.recordPick(layer);
    this.chosen.push({ layer, age: this.picks });
  }

  /** Bring a layer into the panel that shows one: it is added, or only shown when it is there. @param {number} layer */
  show(layer) {
    const there = this.chosen.find((one) => one.layer === layer);
    if (!there) return this.toggle(layer);
    this.anchor = layer;
    this.recordPick(layer);
    there.age = this.picks;
  }

  /** The layers from the one chosen before to this one, evenly spaced when they are too many. @param {number} layer */
  chooseRange(layer) {
    if (!(layer >= 0 && layer < this.count)) return;
    this.replace(evenlySpaced(this.anchor, layer));
    this.recordPick(layer);
  }

  /** @param {number} layer */
  recordPick(layer) {
    this.picks += 1;
    this.last = layer;
  }
}

/**
 * Layers of an arm that are drawn.
 * @param {View} view
 * @param {{layers: string[]}} arm
 * @returns {number[]}
 */
export const shownLayers = (view, arm) =>
  (view.layers ?? arm.layers.map((_, k) => k)).filter((k) => k < arm.layers.length);
