/** What is asked: what is wrong, and what to do; what has been tried keeps its answer beside it. */
/** @import { Say } from "../types" */
/** @import { Attempt, Course, PatientData } from "./types" */

import { button, el, setAttr, setText } from "../../live/dom.js";
import { percent } from "../../live/format.js";
import { nextDeed } from "./state.js";

/** @typedef {{root: HTMLElement, input: HTMLInputElement, answer: HTMLElement}} Option */

export class Form {
  /**
   * @param {{say: Say, pick: (what: "fault" | "cure", name: string) => void, press: () => void, show: () => void, below: HTMLElement}} settings below: what the button changes, in sight with it
   */
  constructor({ say, pick, press, show, below }) {
    this.say = say;
    this.pick = pick;
    /** @type {Map<string, Option>} */
    this.options = new Map();
    this.faults = this.set(2, "fault");
    this.cures = this.set(3, "cure");
    this.go = button(say("form.apply"), { class: "button primary", onclick: press });
    this.reveal = button(say("form.show_me"), { class: "button quiet", onclick: show });
    this.acts = el("div", { class: "acts" }, this.go, this.reveal);
    const deed = el("div", { class: "deed" }, this.acts, below);
    this.root = el("div", { class: "form" }, this.faults, this.cures, deed);
  }

  /** @param {number} number @param {string} what */
  set(number, what) {
    const legend = el(
      "legend",
      {},
      el("h2", {}, el("span", { class: "n", "aria-hidden": "true" }, String(number)), this.say(`form.${what}`)),
    );
    return el("fieldset", { "data-what": what }, legend, el("div", { class: "options" }));
  }

  /** The options of another patient. @param {PatientData} patient */
  make(patient) {
    this.options.clear();
    this.fill(this.faults, "fault", patient.faults);
    this.fill(this.cures, "cure", patient.cures);
  }

  /** @param {HTMLElement} fieldset @param {"fault" | "cure"} what @param {string[]} names */
  fill(fieldset, what, names) {
    const made = names.map((name) => {
      const input = el("input", {
        type: "radio",
        name: `clinic-${what}`,
        value: name,
        onchange: () => this.pick(what, name),
      });
      const answer = el("span", { class: "why" });
      const words = el("span", { class: "words" }, el("b", {}, this.say(`${what}s.${name}`)));
      if (what === "fault" && name !== "nothing") words.append(el("code", {}, name));
      const root = el("label", { class: "option" }, input, el("span", { class: "body" }, words, answer));
      this.options.set(`${what} ${name}`, { root, input, answer });
      return root;
    });
    fieldset.querySelector(".options")?.replaceChildren(...made);
  }

  /**
   * @param {PatientData} patient
   * @param {Attempt} attempt
   * @param {{busy: boolean, playing: string}} now playing: the cure whose course is being shown
   */
  draw(patient, attempt, { busy, playing }) {
    const { say } = this;
    for (const name of patient.faults) {
      const told = attempt.done !== "" || attempt.named.includes(name);
      const words = told ? say(`patients.${patient.name}.why.${name}`, factsOf(patient)) : "";
      this.option("fault", name, attempt.fault === name, words, told ? (name === patient.fault ? "yes" : "no") : "");
    }
    for (const name of patient.cures) {
      const course = name === playing ? undefined : attempt.courses[name];
      this.option(
        "cure",
        name,
        attempt.cure === name,
        course ? this.cured(patient, course) : "",
        course ? (course.healed ? "yes" : "no") : "",
      );
    }
    const deed = nextDeed(attempt);
    const key = busy ? "applying" : deed === "check" ? "check" : "apply";
    setText(this.go, say(`form.${key}`));
    setAttr(this.go, "aria-disabled", String(busy || deed === "choose"));
    setAttr(this.go, "aria-busy", String(busy));
    this.reveal.hidden = attempt.done !== "" || busy;
    for (const one of [this.faults, this.cures]) one.toggleAttribute("disabled", busy);
    this.go.hidden = attempt.done !== "" && deed !== "apply";
  }

  /** @param {"fault" | "cure"} what @param {string} name @param {boolean} checked @param {string} words @param {string} state */
  option(what, name, checked, words, state) {
    const option = this.options.get(`${what} ${name}`);
    if (!option) return;
    option.input.checked = checked;
    setText(option.answer, words);
    setAttr(option.root, "data-state", state);
  }

  /** What a cure did, in its measured numbers and a sentence. @param {PatientData} patient @param {Course} course */
  cured(patient, course) {
    const own = `patients.${patient.name}.cured.${course.cure}`;
    const told = this.say(own) === own ? this.say(`cured.${course.cure}`) : this.say(own);
    const [from, to] = [course.moments[0], course.moments.at(-1)].map((moment) => percent(moment?.served ?? 0));
    return this.say("form.from_to", { from, to, told });
  }
}

/** Numbers that a patient's sentences quote. @param {PatientData} patient @returns {Record<string, string | number>} */
export const factsOf = ({ facts, found, goal }) => ({
  ...facts,
  batch: percent(found.batch),
  served: percent(found.served),
  train: percent(found.train),
  goal: percent(goal),
});
