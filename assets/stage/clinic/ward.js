/** The ward: every patient as a bed, in three degrees; a press shows it. */
/** @import { Say } from "../types" */
/** @import { PatientData } from "./types" */
/** @import { Progress } from "./state.js" */

import { el, setAttr, setText } from "../../live/dom.js";

export class Ward {
  /** @param {{say: Say, patients: PatientData[], choose: (name: string) => void}} settings */
  constructor({ say, patients, choose }) {
    this.say = say;
    this.patients = patients;
    /** @type {Map<string, HTMLButtonElement>} */
    this.beds = new Map();
    this.count = el("p", { class: "count" });
    const degrees = [...new Set(patients.map(({ degree }) => degree))];
    const groups = degrees.map((degree) => {
      const beds = patients.filter((one) => one.degree === degree).map((one) => this.bed(one.name, choose));
      return el(
        "div",
        { class: "degree", role: "group", "aria-label": say(`degrees.${degree}`) },
        el("span", { class: "degree-name", "aria-hidden": "true" }, say(`degrees.${degree}`)),
        el("div", { class: "beds" }, ...beds),
      );
    });
    this.root = el("nav", { class: "ward", "aria-label": say("ward") }, ...groups, this.count);
  }

  /** @param {string} name @param {(name: string) => void} choose */
  bed(name, choose) {
    const number = this.patients.findIndex((one) => one.name === name) + 1;
    const bed = el("button", { type: "button", class: "bed", "data-patient": name, onclick: () => choose(name) });
    bed.append(el("span", {}, String(number)));
    this.beds.set(name, bed);
    return bed;
  }

  /** @param {string} shown @param {Progress} progress */
  draw(shown, progress) {
    for (const [number, { name }] of this.patients.entries()) {
      const bed = this.beds.get(name);
      if (!bed) continue;
      const state = progress[name] ?? "waiting";
      setAttr(bed, "aria-current", name === shown ? "true" : null);
      setAttr(bed, "data-state", state);
      setAttr(bed, "aria-label", this.say("bed", { number: number + 1, state: this.say(`states.${state}`) }));
    }
    const healed = Object.values(progress).filter((how) => how === "healed").length;
    setText(this.count, this.say("healed_count", { healed, all: this.patients.length }));
  }
}
