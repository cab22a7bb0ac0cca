/** Messages for tests, written by hand: the encoder's twin of the decoder under test stays in Python. */
import { ARM_FIELDS, BINS } from "../../assets/live/frame.js";

const CODES = new Map([
  [Uint8Array, 0],
  [Uint16Array, 4],
  [Uint32Array, 2],
  [Float32Array, 5],
]);

/** A decoded message as wire.decode would give it. */
export function message(kind, step, entries) {
  const blocks = new Map();
  for (const [id, shape, raw] of entries) blocks.set(id, { shape, dtype: CODES.get(raw.constructor), raw, data: raw });
  return { kind, seq: 0, step, blocks };
}

export const jsonMessage = (kind, content) =>
  message(kind, 0, [[0, [1], new TextEncoder().encode(JSON.stringify(content))]]);

/** A FRAME of arms with L layers and U units; every number is a function of its place. */
export function frameMessage(step, { arms = 2, layers = 2, units = 3, fill = (i) => i } = {}) {
  const shapes = {
    histogram: [layers, 3, BINS + 2],
    quantiles: [layers, 3, 5],
    moments: [layers, 3, 2],
    saturated_fraction: [layers],
    derivative: [layers],
    dead_fraction: [layers],
    grad_norm: [layers + 1],
    update_to_data_ratio: [layers + 1],
    unit_percentiles: [layers, units, 3],
    parameters: [layers, 6, 5],
    scalars: [4],
  };
  const kinds = { histogram: Uint32Array, unit_percentiles: Uint16Array };
  const entries = [];
  for (let arm = 0; arm < arms; arm++) {
    ARM_FIELDS.forEach((name, index) => {
      const Type = kinds[name] ?? Float32Array;
      const size = shapes[name].reduce((a, b) => a * b, 1);
      entries.push([16 * arm + index, shapes[name], Type.from({ length: size }, (_, i) => fill(i, arm, name))]);
    });
  }
  return message(2, step, entries);
}
