/** All that the clinic shows: made once per language, drawn from the state. */
/** @import { PythonBridge, Say } from "../types" */
/** @import { Attempt, ClinicData, Course, Found, Measure, PatientData } from "./types" */
/** @import { Progress } from "./state.js" */

import { button, el, segmented, setAttr, setText } from "../../live/dom.js";
import { Bars } from "./bars.js";
import { Channels } from "./channels.js";
import { CurvePlot } from "./curve.js";
import { Form, factsOf } from "./form.js";
import { foundNow } from "./state.js";
import { channelsNote, Strip } from "./strip.js";
import { Verdict } from "./verdict.js";
import { Ward } from "./ward.js";

/**
 * What the visitor's hand can do.
 * @typedef {{
 *   choose: (patient: string) => void, look: (layer: number) => void, measure: (measure: Measure) => void, sort: () => void,
 *   moveTo: (moment: number) => void, pick: (what: "fault" | "cure", name: string) => void, press: () => void,
 *   reveal: () => void, next: () => void, back: () => void,
 * }} Hands
 */

/** @typedef {{patient: PatientData, attempt: Attempt, progress: Progress, layer: number, measure: Measure, sorted: boolean, busy: boolean, playing: string}} State */

export class View {
  /** @param {{say: Say, data: ClinicData, measure: Measure, hands: Hands, python: PythonBridge}} settings */
  constructor({ say, data, measure, hands, python }) {
    this.say = say;
    this.data = data;
    this.ward = new Ward({ say, patients: data.patients, choose: hands.choose });
    this.bars = new Bars(say);
    this.curve = new CurvePlot(say);
    this.strip = new Strip({ say, choose: hands.look });
    this.channels = new Channels(say);
    const { pick, press, reveal: show } = hands;
    this.form = new Form({ say, pick, press, show, below: this.bars.again.root });
    this.verdict = new Verdict({ say, data, next: hands.next, back: hands.back, python });
    this.complaint = el("h2", { class: "complaint" });
    this.facts = el("ul", { class: "facts" });
    this.story = el("p", { class: "tale" });
    this.layerTitle = el("h2", {});
    this.layerNote = el("p", { class: "note" });
    this.measures = segmented({
      label: say("measure.label"),
      options: /** @type {const} */ (["mean", "variance"]).map((value) => ({ value, label: say(`measure.${value}`) })),
      value: measure,
      onChange: (value) => hands.measure(/** @type {Measure} */ (value)),
    });
    this.sort = button(say("channels.sort"), { class: "button sort", "aria-pressed": "false", onclick: hands.sort });
    this.scrub = el("input", { type: "range", min: 0, step: 1, oninput: () => hands.moveTo(Number(this.scrub.value)) });
    this.scrubWords = el("output", {});
    this.scrubRow = el(
      "label",
      { class: "clinic-scrub" },
      el("span", {}, say("scrub.label")),
      this.scrub,
      this.scrubWords,
    );
    /** What stands in the root. */
    this.parts = [this.head(), this.board()];
  }

  head() {
    const { badge, crumb } = this.data;
    const { say } = this;
    const origin = el("span", { class: "origin", "data-kind": badge.kind, title: badge.help }, badge.label);
    const words = el(
      "div",
      {},
      el("p", { class: "crumb" }, el("span", {}, crumb), origin),
      el("h1", {}, say("title")),
      el("p", { class: "lede" }, say("lede")),
    );
    return el("header", { class: "head" }, words, this.ward.root);
  }

  board() {
    const { say, bars, curve, strip, channels, form, verdict } = this;
    const curveKey = el(
      "p",
      { class: "key" },
      ...["train", "batch", "served"].map((line) => el("span", { class: line }, el("i", {}), say(`curve.${line}`))),
    );
    const look = el("h2", {}, el("span", { class: "n", "aria-hidden": "true" }, "1"), say("look"));
    const layersHead = el("div", { class: "box-head" }, look, this.measures.root);
    const key = el(
      "p",
      { class: "key" },
      el("span", { class: "batch" }, el("i", {}), say("channels.batch")),
      el("span", { class: "running" }, el("i", {}), say("channels.running")),
    );
    const layerHead = el("div", { class: "box-head" }, this.layerTitle, this.sort);
    const left = el(
      "div",
      { class: "left" },
      el("section", { class: "box layers" }, layersHead, strip.root),
      el(
        "section",
        { class: "box layer" },
        layerHead,
        key,
        el("div", { class: "plot" }, channels.root),
        this.layerNote,
      ),
    );
    const patient = el(
      "section",
      { class: "box patient", "aria-label": say("patient") },
      el("div", { class: "who" }, this.complaint, this.story, this.facts),
      el("div", { class: "past" }, curveKey, el("div", { class: "plot" }, curve.root)),
      el("div", { class: "now" }, bars.root, this.scrubRow),
    );
    const right = el("section", { class: "box desk", "aria-label": say("desk") }, form.root, verdict.root);
    return el("div", { class: "board" }, patient, left, right);
  }

  /** Another patient. @param {PatientData} patient */
  open(patient) {
    const { say } = this;
    const facts = factsOf(patient);
    const own = (/** @type {string} */ part) => say(`patients.${patient.name}.${part}`, facts);
    this.form.make(patient);
    setText(this.complaint, own("complaint"));
    setText(this.story, own("story"));
    const layers = say("facts.layers", { count: patient.found.layers.length });
    this.facts.replaceChildren(...[layers, ...own("facts").split("|")].map((one) => el("li", {}, one.trim())));
  }

  /** @param {State} state */
  draw(state) {
    const { patient, attempt, measure, layer } = state;
    const found = foundNow(patient, attempt);
    const course = attempt.courses[attempt.shownCure] ?? null;
    this.ward.draw(patient.name, state.progress);
    this.bars.draw(found, patient.goal);
    const was = course && attempt.at ? patient.found.layers : null;
    this.strip.draw({ layers: found.layers, was, chosen: layer, measure });
    this.form.draw(patient, attempt, state);
    this.verdict.draw(patient, attempt);
    this.drawScrub(course, attempt);
    const width = widthOf(this.curve.root);
    if (width) this.curve.draw({ curve: patient.curve, trained: trainedFor(patient), course, at: attempt.at }, width);
    this.drawLayer(found, state);
  }

  /** @param {Found} found @param {State} state */
  drawLayer({ layers }, { layer: chosen, measure, sorted }) {
    const { say } = this;
    const layer = layers[Math.min(chosen, layers.length - 1)];
    setText(this.layerTitle, say(`channels.title.${measure}`, { layer: layer.name }));
    setAttr(this.sort, "aria-pressed", String(sorted));
    setText(this.layerNote, channelsNote(layer, measure, say));
    const width = widthOf(this.channels.root);
    if (width) this.channels.draw({ layer, measure, sorted }, width);
  }

  /** @param {Course | null} course @param {Attempt} attempt */
  drawScrub(course, { at }) {
    const { scrub, say } = this;
    this.scrubRow.hidden = !course;
    if (!course) return;
    scrub.max = String(course.moments.length - 1);
    scrub.value = String(at);
    const words = at ? say(`scrub.${course.unit}`, { count: course.moments[at].at }) : say("scrub.before");
    setText(this.scrubWords, words);
    setAttr(scrub, "aria-valuetext", words);
  }
}

/** Room for a plot. @param {Element} plot */
const widthOf = (plot) => Math.floor(plot.parentElement?.getBoundingClientRect().width ?? 0);

/** Updates of a patient's training: what comes after a late mark on its curve were forwards without an update. @param {PatientData} patient */
export function trainedFor({ curve }) {
  const last = curve.step.at(-1) ?? 0;
  const mark = curve.marks.at(-1)?.[0] ?? 0;
  return 2 * mark > last ? mark : last;
}
