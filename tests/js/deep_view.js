/** A deep net as the server tells of it: 19 convolutions of different width, in HELLO and FRAMEs. */
import { describeArms } from "../../assets/live/arms.js";
import { LayerChoice } from "../../assets/live/layer_choice.js";
import { Store } from "../../assets/live/store.js";
import { themeFrom } from "../../assets/live/theme.js";
import { frameMessage, jsonMessage } from "./messages.js";

/** Units of which percentiles are recorded, as many as the widest layer has. */
export const UNITS = 32;
const NO_HALF = 0x7e00;

/** Width of a layer: 8, then 16, then 32, as a residual net's stages. */
export const widthsOf = (layers) => Array.from({ length: layers }, (_, k) => 8 << Math.floor((3 * k) / layers));

const CHANGES = [{ norm: "none" }, { norm: "batch" }, { lr: 0.5 }];

/** @param {{layers?: number, arms?: number, activation?: string, seed?: number, name?: string}} [options] */
export function hello({ layers = 19, arms = 2, activation = "relu", seed = 0, name = "conv" } = {}) {
  const saturation = activation === "tanh" ? { activation, low: -0.97, high: 0.97, region: [-2.09, 2.09] } : null;
  return {
    source: "live",
    experiment: {},
    bins: 60,
    chance: 0.1,
    max_steps: 100,
    edges: { linear: [-6, 6], norm: [-6, 6], activation: [0, 1] },
    dataset: { name: "cifar10", is_plane: false, classes: 10, points: null },
    provenance: { seed },
    arms: CHANGES.slice(0, arms).map((changes) => ({
      changes,
      config: { activation },
      layers: Array.from({ length: layers }, (_, k) => `${name}${k + 1}`),
      units: Array.from({ length: UNITS }, (_, k) => k),
      width: 8,
      widths: widthsOf(layers),
      normalized: changes.norm !== "none",
      position: "before",
      saturation,
    })),
  };
}

/** One number per place; what lies beyond a layer's own units is NaN. */
const numbers = (widths) => (i, arm, name) => {
  if (name !== "unit_percentiles")
    return name === "grad_norm" ? 10 ** (-i / (2 + 6 * arm)) : 0.05 + ((i * 7) % 90) / 100;
  const [layer, unit] = [Math.floor(i / (3 * UNITS)), Math.floor(i / 3) % UNITS];
  return unit < widths[layer] ? 0x3800 + ((i * 37) % 900) : NO_HALF;
};

/** A store that has heard it all, and what a panel is given. */
export function deepView({
  width = 1040,
  frames = 6,
  dark = false,
  t = (key) => key,
  fill,
  choice = new LayerChoice(),
  ...options
} = {}) {
  const store = new Store();
  const said = hello(options);
  store.receive(jsonMessage(1, said));
  const { length: layers } = said.arms[0].layers;
  for (let k = 0; k < frames; k++)
    store.receive(
      frameMessage(4 * k, { arms: said.arms.length, layers, units: UNITS, fill: fill ?? numbers(said.arms[0].widths) }),
    );
  choice.reset(store.hello);
  const theme = themeFrom((name) => (dark && name === "--st-background-color" ? "#0e1117" : ""));
  const view = () => ({
    ...store.snapshot,
    arms: describeArms(store.hello, t, theme),
    layers: choice.layers,
    picked: choice.picked,
    theme,
    width,
    narrow: width < 640,
    enlarged: false,
  });
  return { store, choice, view };
}

/** Pairs of words that cover each other. */
export function overlaps(places) {
  const found = [];
  places.forEach((a, i) => {
    for (const b of places.slice(i + 1)) {
      if (a.words && b.words && a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1)
        found.push(`${a.words} | ${b.words}`);
    }
  });
  return found;
}
