/**
 * What a panel is. Each panels/<id>.js has one as its default export; main.js imports it when it is first shown,
 * and does without it when that fails.
 *
 * @typedef {object} Panel
 * @property {string} id also the key of its words: strings.tabs[id], strings[id]
 * @property {(root: HTMLElement, context: Context) => Mounted} mount build DOM under root (empty, a block of the full
 *   width)
 *
 * @typedef {object} Mounted
 * @property {(view: View) => void} draw called at most once per animation frame, and only when something changed:
 *     a new frame, the cursor, size, theme, or invalidate(). Must cope with view.frame === null (nothing yet).
 * @property {() => boolean} [back] Escape was pressed: leave an enlargement of your own and say true, or say false
 * @property {() => boolean} [one] whether it shows one layer in detail now: then a click above the panels brings that
 *   layer
 * @property {() => void} destroy remove listeners; main.js empties the root
 *
 * @typedef {object} Context What a panel may use of its surroundings; the same object for its whole life.
 * @property {(key: string, values?: Record<string, string | number>) => string} t words by dotted key, e.g.
 *   t("gradients.norm_title")
 * @property {(op: Record<string, unknown>) => void} send an op to the server: {op: "contours", plane, bn_stats} ...
 * @property {() => void} invalidate ask for a draw (after a click inside the panel)
 * @property {Record<string, unknown>} memory per-panel choices (switches); survives a tab change
 * @property {(step: number) => void} seek move the cursor to a step
 *
 * @typedef {object} View What to draw. Read-only.
 * @property {Hello} hello
 * @property {import("./frame.js").Frame | null} frame at the cursor
 * @property {import("./frame.js").Frame[]} frames all kept, by step, oldest first
 * @property {number} index of `frame` in `frames`; -1 when none. Older ones: frames.slice(0, index)
 * @property {Curve[]} curves per arm, whole run (not cut at the cursor)
 * @property {Status | null} status
 * @property {Surface[]} surfaces kept loss surfaces, oldest first
 * @property {Surface | null} surface newest at or before the cursor
 * @property {Boundary | null} boundary newest at or before the cursor
 * @property {number} step at the cursor
 * @property {boolean} following the cursor sticks to the newest frame
 * @property {Arm[]} arms label, color and dash per arm: use these, never an index into the theme
 * @property {import("./theme.js").Theme} theme
 * @property {number} width of the panel root, CSS pixels
 * @property {number[]} [layers] those that panels draw, ascending; absent means all. Lines over depth draw all of them
 * @property {{layer: number, n: number} | null} [picked] the layer that was added last by hand; n tells one pick from
 *   the next
 * @property {boolean} narrow arms stack below each other (width < 640)
 * @property {boolean} enlarged the panel has the view to itself
 * @property {number} [taken] height of what stands above the panel then, besides the usual; CSS pixels
 *
 * @typedef
 *   {{index: number, label: string, color: string, dash: number[], layers: string[], units: number[], width: number, widths?: number[],
 *     normalized: boolean, position: string, config: Record<string, any>, changes: Record<string, any>,
 *     saturation: {activation: string, low: number | null, high: number | null, region: [number | null, number | null]} | null}} Arm
 *
 * @typedef
 *   {{source: "live" | "recorded", experiment: any, arms: any[], bins: number, chance: number, max_steps: number,
 *     edges: {linear: [number, number], norm: [number, number], activation: [number, number]},
 *     dataset: {name: string, n_train: number, n_test: number, classes: string[] | number, source: string, is_plane: boolean, points: number[][] | null},
 *     provenance: any}} Hello
 *
 * @typedef {{step: Uint32Array, low: Float32Array, high: Float32Array, mean: Float32Array, testStep: Uint32Array,
 *     testAccuracy: Float32Array, testLoss: Float32Array}} Curve training loss (min, max, mean of what was thinned) and test values
 *
 * @typedef
 *   {{status: string, step: number, max_steps: number, steps_per_s: number, capture_share: number, queue: number | null,
 *     message: string | null, detail: string | null, diverged: Array<{arm: number, layer: string, step: number}>,
 *     marks: Array<{step: number, kind: string, text: string, arm: number}>,
 *     hashes: {weights: string[], batches: string[], same_weights: boolean, same_batches: boolean},
 *     rates: Record<string, number>, speed: number, notes: string[]}} Status
 *
 * @typedef
 *   {{step: number, xs: Float32Array, ys: Float32Array, loss: Float32Array, path: Float32Array, captured: Float32Array,
 *     arms: number, points: number, plane: "random" | "pca", bnStats: "batch" | "running"}} Surface
 *     loss[(a * ys.length + j) * xs.length + i]; path[(a * points + t) * 2 + axis], NaN where an arm has fewer points
 *
 * @typedef
 *   {{step: number, xs: Float32Array, ys: Float32Array, probability: Float32Array, arms: number, classes: number}}
 *   Boundary
 *     probability[((a * classes + c) * ys.length + j) * xs.length + i]
 */

export {};
