/** What the survival map shows: the net, the brush, the painted guess, how much of the recording is filled in; and its counts. */

import { clamp } from "../../svg.js";

/** @typedef {{outcome: number[][], seeds: number[][][], accuracy: (number | null)[][][], order: number[][]}} Arm by row and column */
/** @typedef {{x: number[], y: number[], chance: number, steps: number, seeds: number, date: string, none: Arm, batch: Arm}} Net */
/** @typedef {{outcomes: string[], nets: Record<string, Net>}} Maps */
/** @typedef {"none" | "batch"} ArmName */
/** @typedef {{left: number, right: number, low: number, high: number}} Brush columns and rows, both ends included */
/** @typedef {{learn: number, cells: number, nets: number, allNets: number, outcomes: number[]}} Share */

/** The nets by their name in the address; the first is shown first. */
export const NETS = ["relu", "digits", "points"];
/** A cell learns if most of its seeds end in one of the first so many outcomes: converged, slow. */
export const ALIVE = 2;
/** Low rates and large starts: where only the net without BN learns. Column, row, column, row. */
export const LOST = [0, 4, 0, 5];
/** The three highest rates. */
export const FAST = [5, 0, 7, 5];

/** What a net has learned of what there is to learn. @param {number} accuracy @param {number} chance */
export const learned = (accuracy, chance) => (accuracy - chance) / (1 - chance);

/** The mean of the numbers that are there. @param {(number | null)[]} values */
export function mean(values) {
  const numbers = values.filter((value) => value !== null);
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

export class State {
  /** @param {Maps} data */
  constructor(data) {
    this.data = data;
    this.net = NETS[0];
    this.columns = data.nets[NETS[0]].x.length;
    this.rows = data.nets[NETS[0]].y.length;
    this.brush = this.whole();
    /** The cell whose numbers are shown: column and row. */
    this.cell = { column: 4, row: 3 };
    /** Cells that the visitor believes learn without BN. @type {Set<string>} */
    this.painted = new Set();
    /** How many cells of the recording are filled in, in its own order. */
    this.filled = 2 * this.rows * this.columns;
    /** Whether only the map without BN is being filled in: the other one is known from the question. */
    this.onlyPlain = false;
    /** The brush or the net was chosen by hand, which a step of the text must not undo. */
    this.byHand = false;
  }

  /** @returns {Net} */
  get map() {
    return this.data.nets[this.net];
  }

  /** @returns {Brush} */
  whole() {
    return { left: 0, right: this.columns - 1, low: 0, high: this.rows - 1 };
  }

  get isWhole() {
    const { left, right, low, high } = this.brush;
    return left === 0 && low === 0 && right === this.columns - 1 && high === this.rows - 1;
  }

  /**
   * Where a hand on this cell holds the brush; null outside of it, and where it covers the map and could not be moved.
   * @param {number} column
   * @param {number} row
   */
  holdOf(column, row) {
    const { left, right, low, high } = this.brush;
    const isInside = column >= left && column <= right && row >= low && row <= high;
    return isInside && !this.isWhole ? { column: column - left, row: row - low } : null;
  }

  /** End the filling in: the whole recording is there. */
  complete() {
    this.filled = 2 * this.rows * this.columns;
    this.onlyPlain = false;
  }

  /** Whether cells of an arm are still being filled in, so that its counts are not the last word. @param {ArmName} arm */
  isFilling(arm) {
    return this.map[arm].order.some((row, at) => row.some((_, column) => !this.isFilled(arm, at, column)));
  }

  /** @param {ArmName} arm @param {number} row @param {number} column */
  learns(arm, row, column) {
    return this.map[arm].outcome[row][column] < ALIVE;
  }

  /** Whether a cell is filled in. @param {ArmName} arm @param {number} row @param {number} column */
  isFilled(arm, row, column) {
    return (this.onlyPlain && arm === "batch") || this.map[arm].order[row][column] < this.filled;
  }

  /** Set the brush from two opposite cells. @param {number} column @param {number} row @param {number} column2 @param {number} row2 */
  setBrush(column, row, column2, row2) {
    const at = (/** @type {number} */ value, /** @type {number} */ count) => clamp(Math.round(value), 0, count - 1);
    const [x, x2] = [at(column, this.columns), at(column2, this.columns)];
    const [y, y2] = [at(row, this.rows), at(row2, this.rows)];
    this.brush = { left: Math.min(x, x2), right: Math.max(x, x2), low: Math.min(y, y2), high: Math.max(y, y2) };
  }

  /** Move the whole brush so that its lower left cell is here, as far as the map goes. @param {number} column @param {number} row */
  moveBrush(column, row) {
    const { left, right, low, high } = this.brush;
    const x = clamp(Math.round(column), 0, this.columns - 1 - (right - left));
    const y = clamp(Math.round(row), 0, this.rows - 1 - (high - low));
    this.brush = { left: x, right: x + right - left, low: y, high: y + high - low };
  }

  /** How many cells the brush holds. */
  get brushCells() {
    const { left, right, low, high } = this.brush;
    return (right - left + 1) * (high - low + 1);
  }

  /** @param {(row: number, column: number) => void} visit every cell in the brush */
  inBrush(visit) {
    for (let row = this.brush.low; row <= this.brush.high; row += 1) {
      for (let column = this.brush.left; column <= this.brush.right; column += 1) visit(row, column);
    }
  }

  /** What an arm does in the brush: cells by the outcome of most seeds, and networks. @param {ArmName} arm @returns {Share} */
  share(arm) {
    const found = { learn: 0, cells: 0, nets: 0, allNets: 0, outcomes: this.data.outcomes.map(() => 0) };
    this.inBrush((row, column) => {
      if (!this.isFilled(arm, row, column)) return;
      found.cells += 1;
      found.learn += Number(this.learns(arm, row, column));
      found.outcomes[this.map[arm].outcome[row][column]] += 1;
      for (const outcome of this.map[arm].seeds[row][column]) {
        found.allNets += 1;
        found.nets += Number(outcome < ALIVE);
      }
    });
    return found;
  }

  /** Cells in the brush by which arm learns. */
  compared() {
    const found = { both: 0, neither: 0, saved: 0, lost: 0 };
    this.inBrush((row, column) => {
      const [plain, bn] = [this.learns("none", row, column), this.learns("batch", row, column)];
      found[plain ? (bn ? "both" : "lost") : bn ? "saved" : "neither"] += 1;
    });
    return found;
  }

  /** How the painted cells agree with the map of the question. */
  score() {
    const truth = this.data.nets[NETS[0]].none.outcome;
    const cells = [...this.painted].map((key) => key.split("."));
    const hits = cells.filter(([column, row]) => truth[Number(row)][Number(column)] < ALIVE).length;
    const all = truth.flat().filter((outcome) => outcome < ALIVE).length;
    return { painted: cells.length, hits, wrong: cells.length - hits, all, missed: all - hits };
  }

  /** @param {number} column @param {number} row @param {boolean} on */
  paint(column, row, on) {
    const key = `${column}.${row}`;
    if (on) this.painted.add(key);
    else this.painted.delete(key);
  }

  /** Paint what a finger covers: the block of side x side cells that holds this one. @param {number} column @param {number} row @param {boolean} on @param {number} side */
  paintBlock(column, row, on, side) {
    const [left, low] = [column, row].map((value) => value - (value % side));
    for (let x = left; x < Math.min(left + side, this.columns); x += 1) {
      for (let y = low; y < Math.min(low + side, this.rows); y += 1) this.paint(x, y, on);
    }
  }

  /** @param {number} column @param {number} row */
  isPainted(column, row) {
    return this.painted.has(`${column}.${row}`);
  }

  /** @returns {Record<string, string>} */
  save() {
    const { left, right, low, high } = this.brush;
    return { net: this.net === NETS[0] ? "" : this.net, brush: this.isWhole ? "" : [left, low, right, high].join(".") };
  }

  /** Take over what an address says, as far as it can be. @param {URLSearchParams} saved */
  load(saved) {
    const net = saved.get("net") ?? "";
    if (NETS.includes(net)) this.net = net;
    const ends = saved.get("brush") ?? "";
    if (/^\d{1,2}(\.\d{1,2}){3}$/.test(ends)) {
      const [column, row, column2, row2] = ends.split(".").map(Number);
      this.setBrush(column, row, column2, row2);
      this.byHand = true;
    }
    if (net) this.byHand = true;
  }
}
