/** The drawing of initialization: plane and bars on the left, the batch on the right; or the recorded sweep. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */

import { layers, set, svg } from "../../svg.js";
import { Bars } from "./bars.js";
import { Columns } from "./columns.js";
import { Measured } from "./measured.js";
import { Plane } from "./plane.js";

export class InitializationPicture {
  /** @param {Kit} kit @param {State} state */
  constructor(kit, state) {
    this.state = state;
    const on = layers(kit.svg, "unit", "measured");
    this.on = on;
    const [bars, columns, plane] = ["bars", "columns", "plane"].map(() => svg("g", {}, on.unit));
    this.bars = new Bars(kit, state, bars);
    this.columns = new Columns(kit, state, columns);
    this.plane = new Plane(kit, state, plane);
    this.title = svg("text", { class: "title haloed", x: 20, text: kit.say("picture.plane") }, on.unit);
    this.subtitle = svg("text", { class: "muted haloed", x: 20, text: kit.say("picture.plane_means") }, on.unit);
    this.measured = new Measured(kit, state, on.measured);
  }

  /** The length of w for a point of the screen: how far it reaches along w. @param {number} x @param {number} y */
  lengthAt(x, y) {
    const [px, py] = this.plane.at(x, y);
    const angle = (this.state.weight.angle * Math.PI) / 180;
    return px * Math.cos(angle) + py * Math.sin(angle);
  }

  /** The direction of a point of the screen, degrees. @param {number} x @param {number} y */
  angleAt(x, y) {
    const [px, py] = this.plane.at(x, y);
    return (Math.atan2(py, px) * 180) / Math.PI;
  }

  /** @param {Size} size @param {{asking: boolean, gradient: boolean, history: boolean, measured: boolean}} mode */
  draw(size, mode) {
    set(this.on.unit, { display: mode.measured ? "none" : null });
    set(this.on.measured, { display: mode.measured ? null : "none" });
    if (mode.measured) this.measured.draw(size);
    else this.drawUnit(size, mode);
  }

  /** @param {Size} size @param {{asking: boolean, gradient: boolean, history: boolean}} mode */
  drawUnit({ width, height, narrow }, { asking, gradient, history }) {
    const now = this.state.unit();
    const low = height < 540;
    const [head, foot] = narrow ? [30, 66] : [low ? 62 : 74, low ? 108 : 132];
    const radius = Math.max(40, Math.min(width * 0.265, (height - head - foot) / 2 - (narrow ? 4 : 16)));
    const x = narrow ? radius + 26 : width * 0.315;
    const y = head + (height - head - foot) / 2;
    this.plane.draw(now, { x, y, radius, narrow }, { gradient, asking });
    set(this.title, { y: narrow ? 18 : 34 });
    set(this.subtitle, { y: 54, visibility: narrow ? "hidden" : "visible" });
    const columns = narrow ? [width * 0.64, width * 0.84] : [width * 0.71, width * 0.87];
    const [top, bottom] = narrow ? [32, height - 22] : [70, height - 66];
    this.columns.draw(now, { x: columns, top, bottom, narrow }, { asking });
    const below = narrow
      ? { left: 4, right: width * 0.58, top: height - foot + 8, bottom: height - 4 }
      : { left: 20, right: width * 0.6, top: height - foot + 22, bottom: height - 16 };
    this.bars.draw({ ...below, narrow }, history);
  }
}
