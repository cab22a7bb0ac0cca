/** The drawing of inference: digits of a batch, one unit with its chase, and the net's answer. */
/** @import { Kit, Size } from "../../types" */
/** @import { Recorded } from "./net.js" */
/** @import { State } from "./state.js" */

import { layers } from "../../svg.js";
import { Answers } from "./answers.js";
import { BatchRow } from "./batch_row.js";
import { Chase } from "./chase.js";
import { Digits } from "./digits.js";
import { layoutOf } from "./layout.js";
import { picturesOf } from "./net.js";
import { originOf } from "./numbers.js";

export class InferencePicture {
  /** @param {Kit} kit @param {State} state @param {Recorded} data */
  constructor(kit, state, data) {
    this.kit = kit;
    this.state = state;
    const digits = new Digits(picturesOf(data.images));
    const on = layers(kit.svg, "axis", "axis2", "line", "bar", "dot", "row", "guess", "grip", "label");
    for (const name of /** @type {const} */ (["axis2", "bar", "label"])) on[name].classList.add("still");
    this.batch = new BatchRow(kit, state, (digit) => digits.image(digit, kit.theme().fg), on);
    this.chase = new Chase(kit, state, on);
    this.answers = new Answers(kit, state, originOf(data), on);
    this.layout = layoutOf({ width: 840, height: 700, narrow: false }, 0);
  }

  /** @param {Size} size */
  draw(size) {
    this.layout = layoutOf(size, this.kit.step());
    const color = this.state.training ? "var(--gradient)" : "var(--batch)";
    this.batch.draw(this.layout, color);
    this.chase.draw(this.layout, color);
    this.answers.draw(this.layout, color);
  }
}
