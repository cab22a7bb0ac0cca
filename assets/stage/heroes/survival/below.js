/** Below the maps: what the brush holds, what the colors mean, and the numbers of the chosen cell. */
/** @import { Kit } from "../../types" */
/** @import { ArmName, State } from "./state.js" */

import { set, svg } from "../../svg.js";
import { colorOf, SYMBOLS } from "./map_panel.js";

/** @typedef {import("./map_panel.js").Place} Place */

const ARMS = /** @type {ArmName[]} */ (["none", "batch"]);

export class Below {
  /** @param {Kit} kit @param {State} state @param {Element} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    this.bars = ARMS.map((arm) => ({
      arm,
      name: svg("text", { style: `fill:var(--${arm === "none" ? "plain" : "batch"});font-weight:650` }, parent),
      parts: state.data.outcomes.map((outcome) => svg("rect", { style: `fill:${colorOf(outcome)}` }, parent)),
      count: svg("text", { class: "end" }, parent),
    }));
    this.legend = state.data.outcomes.map((outcome, place) => ({
      box: svg("rect", { rx: 3, width: 16, height: 16, style: `fill:${colorOf(outcome)}` }, parent),
      mark: svg(
        "text",
        { class: "middle survival-mark", text: SYMBOLS[place], style: `fill:var(--survival-on-${outcome})` },
        parent,
      ),
      text: svg("text", { class: "muted", text: kit.say(`picture.outcome.${outcome}`) }, parent),
    }));
    this.info = [0, 1, 2].map(() => svg("text", { class: "muted" }, parent));
    this.origin = svg("text", { class: "muted" }, parent);
  }

  /** @param {Place} place @param {{asking: boolean, low: boolean, tight: boolean}} mode low: there is no room for bars; tight: for no long line */
  draw({ x, y, width, narrow }, { asking, low, tight }) {
    const { state, kit } = this;
    const name = 96;
    const room = width - name - 250;
    // Without bars the counts stand beside the titles of the maps.
    const bare = narrow || low;
    const visibility = bare ? "hidden" : "visible";
    this.bars.forEach(({ arm, name: label, parts, count }, place) => {
      const found = state.share(arm);
      const hidden = asking && arm === "none";
      const at = y + place * 30 + 4;
      set(label, { x, y: at + 16, visibility, text: kit.say(`picture.${arm}`) });
      let from = x + name;
      parts.forEach((part, outcome) => {
        const wide = hidden || bare ? 0 : (room * found.outcomes[outcome]) / state.brushCells;
        set(part, { x: from, y: at, width: Math.max(0, wide), height: 22 });
        from += wide;
      });
      const values = { learn: found.learn, cells: found.cells, nets: found.nets, all: found.allNets };
      const words = state.isFilling(arm) ? "share_so_far" : "share";
      set(count, { x: x + width, y: at + 16, visibility, text: hidden ? "?" : kit.say(`picture.${words}`, values) });
    });
    this.drawLegend(x, y + (bare ? 6 : 72), width, narrow);
    const lines = this.infoLines(asking, narrow, tight);
    this.drawInfo(narrow ? 8 : x, y + (narrow ? 23 : low ? 28 : 104), lines, tight);
    set(this.origin, { visibility });
  }

  /** @param {number} x @param {number} y @param {number} width @param {boolean} narrow */
  drawLegend(x, y, width, narrow) {
    const shares = narrow ? [0, 0.225, 0.375, 0.56, 0.785] : [0, 0.2, 0.4, 0.6, 0.8];
    this.legend.forEach(({ box, mark, text }, place) => {
      const at = (narrow ? 8 : x) + shares[place] * (narrow ? width + x : width);
      set(box, { x: at, y, width: narrow ? 12 : 16, height: narrow ? 12 : 16 });
      set(mark, { x: at + 8, y: y + 13, visibility: narrow ? "hidden" : "visible" });
      set(text, { x: at + (narrow ? 15 : 23), y: y + (narrow ? 11 : 13) });
    });
  }

  /** The cell under the pointer, in words. @param {boolean} asking @param {boolean} narrow @param {boolean} tight */
  infoLines(asking, narrow, tight) {
    const words = this.cellWords(asking);
    const join = (/** @type {string[]} */ ...parts) => parts.join(this.kit.say("picture.between"));
    if (narrow) return words;
    return tight ? [words[0], join(...words.slice(1))] : [join(...words)];
  }

  /** @param {number} x @param {number} y @param {string[]} lines @param {boolean} tight */
  drawInfo(x, y, lines, tight) {
    const { state, kit } = this;
    this.info.forEach((line, place) => {
      set(line, { x, y: y + 14 + 18 * place, text: lines[place] ?? "" });
    });
    set(this.origin, {
      x,
      y: y + 16 + 18 * lines.length,
      text: kit.say(`picture.origin${tight ? "_short" : ""}`, { steps: state.map.steps, seeds: state.map.seeds }),
    });
  }

  /** What the chosen cell holds: where it is, without BN, with BN. @param {boolean} asking */
  cellWords(asking) {
    const { state, kit } = this;
    const { column, row } = state.cell;
    const [plain, bn] = ARMS.map((arm) => this.cellText(arm, row, column, asking && arm === "none"));
    return [
      kit.say("picture.cell", { x: state.map.x[column], y: state.map.y[row] }),
      kit.say("picture.cell_plain", { plain }),
      kit.say("picture.cell_bn", { bn }),
    ];
  }

  /** @param {ArmName} arm @param {number} row @param {number} column @param {boolean} hidden */
  cellText(arm, row, column, hidden) {
    const { state, kit } = this;
    if (hidden) return "?";
    if (!state.isFilled(arm, row, column)) return "…";
    const accuracy = state.map[arm].accuracy[row][column];
    const names = accuracy.map((one) => (one === null ? "–" : `${(100 * one).toFixed(0)}`)).join(", ");
    const outcome = kit.say(`picture.outcome.${state.data.outcomes[state.map[arm].outcome[row][column]]}`);
    return kit.say("picture.cell_arm", { names, outcome });
  }
}
