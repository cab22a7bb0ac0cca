/** The gap of evaluation mode: two bars, what the net can do and what it does as it is served. */
/** @import { Say } from "../types" */
/** @import { Found } from "./types" */

import { el, setAttr, setText } from "../../live/dom.js";
import { percent } from "../../live/format.js";

const CHANCE = 0.1;

class Bar {
  /** @param {string} kind @param {string} [more] class names */
  constructor(kind, more = "") {
    this.name = el("b", { class: "name" });
    this.about = el("small", {});
    this.fill = el("i", {});
    this.goal = el("u", { class: "goal" });
    this.number = el("strong", {});
    const chance = el("u", { class: "chance", style: `left:${100 * CHANCE}%` });
    const track = el("div", { class: "track", "aria-hidden": "true" }, this.fill, chance, this.goal);
    this.root = el("div", { class: `mode ${kind} ${more}` }, el("span", {}, this.name, this.about), track, this.number);
  }

  /** @param {string} name @param {string} about @param {number} value @param {number} goal */
  draw(name, about, value, goal) {
    setText(this.name, name);
    setText(this.about, about);
    setText(this.number, percent(value));
    this.fill.style.width = `${100 * value}%`;
    this.goal.style.left = `${100 * goal}%`;
  }
}

export class Bars {
  /** @param {Say} say */
  constructor(say) {
    this.say = say;
    this.batch = new Bar("batch");
    this.served = new Bar("running");
    /** The same below the button, for windows where the upper one is out of sight. */
    this.again = new Bar("running", "again");
    setAttr(this.again.root, "aria-hidden", "true");
    this.legend = el("p", { class: "legend" });
    this.root = el("div", { class: "bars" }, this.batch.root, this.served.root, this.legend);
  }

  /** @param {Found} found @param {number} goal */
  draw(found, goal) {
    const { say } = this;
    this.batch.draw(say("bars.batch"), say("bars.batch_about"), found.batch, goal);
    const few = found.by_class ? say("bars.few", { size: found.size }) : "";
    const name = found.uses_batch ? say("bars.served") : say("bars.evaluation");
    const about = found.uses_batch ? say("bars.served_about") : say("bars.evaluation_about");
    const all = few ? `${about}; ${few}` : about;
    this.served.draw(name, all, found.served, goal);
    this.again.draw(name, "", found.served, goal);
    setText(this.legend, say("bars.legend", { goal: percent(goal), chance: percent(CHANCE, 0) }));
  }
}
