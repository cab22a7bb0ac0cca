/** The clinic: a sick net, what is seen of it, a guess at its fault, and a cure that is really applied to it. */
/** @import { Attempt, ClinicComponent, Course, Measure, PatientData } from "./types" */

import { el, setAttr } from "../../live/dom.js";
import { applyTheme } from "../../live/style_sheet.js";
import { readTheme } from "../../live/theme.js";
import { sayer } from "../words.js";
import { foundNow, keepProgress, keptProgress, newAttempt, nextDeed, verdict, worstLayer } from "./state.js";
import { View } from "./view.js";

/** Time between two moments of a cure, ms. */
const BEAT = 550;
/** Patience for the server's answer, ms. */
const PATIENCE = 60_000;

export class Clinic {
  /** @param {ClinicComponent} component */
  constructor(component) {
    this.parent = component.parentElement;
    this.ended = false;
    this.root = el("div", { class: "bnviz clinic", "data-testid": "stage", "data-chapter": "clinic" });
    this.parent.append(this.root);
    this.data = component.data;
    this.python = component;
    const names = this.data.patients.map(({ name }) => name);
    this.progress = keptProgress(names);
    /** @type {Map<string, Attempt>} */
    this.attempts = new Map(names.map((name) => [name, newAttempt()]));
    this.shown = this.data.patient;
    /** @type {Measure} */
    this.measure = "mean";
    this.sorted = false;
    this.layer = 0;
    this.waiting = 0;
    this.revealing = false;
    /** Patients that were left before the server answered: the answer's number, and whether it was to be shown. @type {Map<string, {n: number, revealing: boolean}>} */
    this.left = new Map();
    /** The cure whose course is being played, or "". */
    this.playing = "";
    /** The patient that Python was told of and has not yet answered to. */
    this.told = "";
    this.timer = 0;
    this.drawn = 0;
    this.view = this.newView();
    this.place();
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.root);
    window.dispatchEvent(new CustomEvent("bnviz:first-frame", { detail: { chapter: "clinic" } }));
  }

  get patient() {
    return /** @type {PatientData} */ (
      this.data.patients.find(({ name }) => name === this.shown) ?? this.data.patients[0]
    );
  }

  /** Whether an answer is awaited or being shown. */
  get busy() {
    return this.waiting > 0 || this.playing !== "";
  }

  get attempt() {
    return /** @type {Attempt} */ (this.attempts.get(this.patient.name));
  }

  /** @param {ClinicComponent} component */
  update(component) {
    const before = this.data;
    this.data = component.data;
    this.python = component;
    if (before.language !== this.data.language) {
      this.view = this.newView();
      this.place();
    }
    this.view.verdict.data = this.data;
    const { course, patient } = this.data;
    // While Python has not heard of the last patient that was opened, it still names a former one.
    if (patient === this.told) this.told = "";
    else if (!this.told && patient !== this.shown) this.show(patient, false);
    if (course && course.n === this.waiting) this.arrived(course);
    else if (course) this.keep(course);
    this.draw();
  }

  place() {
    this.root.replaceChildren(...this.view.parts);
    this.opened();
  }

  newView() {
    return new View({
      say: sayer(this.data.words),
      data: this.data,
      measure: this.measure,
      python: {
        setStateValue: (name, value) => this.python.setStateValue(name, value),
        setTriggerValue: (name, value) => this.python.setTriggerValue(name, value),
      },
      hands: {
        choose: (name) => this.show(name),
        look: (layer) => this.change({ layer }),
        measure: (measure) => this.change({ measure }),
        sort: () => this.change({ sorted: !this.sorted }),
        moveTo: (moment) => this.moveTo(moment),
        pick: (what, name) => this.pick(what, name),
        press: () => this.press(),
        reveal: () => this.reveal(),
        next: () => this.next(),
        back: () => this.back(),
      },
    });
  }

  /** Another patient. @param {string} name @param {boolean} [tell] whether Python is told, for the address */
  show(name, tell = true) {
    if (!this.attempts.has(name)) return;
    this.leave();
    this.shown = name;
    const awaited = this.left.get(name);
    this.left.delete(name);
    if (awaited) this.awaits(awaited.n, awaited.revealing);
    this.opened();
    if (!tell) return;
    this.told = name;
    // A second message would take the place of the cure that the server has not yet been asked for.
    if (!this.left.size && !awaited) this.python.setStateValue("patient", name);
  }

  /** Before another patient: a course on show is judged, an answer that is awaited is kept when it comes. */
  leave() {
    clearTimeout(this.timer);
    const { attempt, patient, revealing } = this;
    if (this.waiting) this.left.set(patient.name, { n: this.waiting, revealing });
    else if (this.playing) this.settle(patient, attempt, this.playing, revealing);
    this.waiting = 0;
    this.revealing = false;
    this.playing = "";
  }

  /** The course of a cure whose patient was left. @param {Course} course */
  keep(course) {
    const [name, awaited] = [...this.left].find(([, { n }]) => n === course.n) ?? ["", null];
    const patient = this.data.patients.find((one) => one.name === name);
    const attempt = this.attempts.get(name);
    if (!awaited || !patient || !attempt) return;
    this.left.delete(name);
    attempt.courses[course.cure] = course;
    this.settle(patient, attempt, course.cure, awaited.revealing);
    this.python.setStateValue("patient", this.shown);
  }

  /** Judge a course at its end, out of sight. @param {PatientData} patient @param {Attempt} attempt @param {string} cure @param {boolean} shown */
  settle(patient, attempt, cure, shown) {
    attempt.shownCure = cure;
    attempt.at = attempt.courses[cure].moments.length - 1;
    this.conclude(patient, attempt, shown);
  }

  opened() {
    this.sorted = false;
    this.layer = worstLayer(foundNow(this.patient, this.attempt).layers);
    this.view.open(this.patient);
    this.draw();
  }

  next() {
    const { patients } = this.data;
    const at = patients.findIndex(({ name }) => name === this.shown);
    const order = [...patients.slice(at + 1), ...patients.slice(0, at)];
    const open = order.find(({ name }) => !this.progress[name]) ?? order[0];
    this.show(open.name);
    this.root.scrollIntoView({ block: "start" });
    this.view.ward.beds.get(open.name)?.focus({ preventScroll: true });
  }

  back() {
    clearTimeout(this.timer);
    this.waiting = 0;
    this.revealing = false;
    this.playing = "";
    this.attempts.set(this.patient.name, newAttempt());
    this.opened();
  }

  /** @param {{layer?: number, measure?: Measure, sorted?: boolean}} what */
  change(what) {
    Object.assign(this, what);
    this.draw();
  }

  /** @param {"fault" | "cure"} what @param {string} name */
  pick(what, name) {
    this.attempt[what] = name;
    this.draw();
  }

  press() {
    const deed = nextDeed(this.attempt);
    if (this.busy || deed === "choose") {
      if (!this.busy) this.view.verdict.ask(this.attempt);
      return;
    }
    if (deed === "apply") this.treat();
    else this.judge();
  }

  reveal() {
    if (this.busy) return;
    const { attempt, patient } = this;
    attempt.fault = patient.fault;
    attempt.cure = patient.cure;
    this.revealing = true;
    if (attempt.courses[patient.cure]) this.play(attempt.courses[patient.cure]);
    else this.treat();
  }

  /** Ask the server to apply the cure. */
  treat() {
    const asked = Math.floor(Math.random() * 2 ** 31) + 1;
    this.python.setTriggerValue("treat", { patient: this.patient.name, cure: this.attempt.cure, n: asked });
    this.awaits(asked, this.revealing);
    this.draw();
  }

  /** Wait for the server's answer, not forever. @param {number} asked @param {boolean} revealing */
  awaits(asked, revealing) {
    this.waiting = asked;
    this.revealing = revealing;
    this.timer = window.setTimeout(() => {
      if (this.waiting !== asked) return;
      this.waiting = 0;
      this.revealing = false;
      this.draw();
      this.view.verdict.failed();
    }, PATIENCE);
  }

  /** @param {Course} course */
  arrived(course) {
    clearTimeout(this.timer);
    this.waiting = 0;
    this.attempt.courses[course.cure] = course;
    this.play(course);
  }

  /** Show one moment of the cure after the other, as they were measured; then judge. @param {Course} course */
  play(course) {
    const { attempt } = this;
    attempt.shownCure = course.cure;
    this.playing = course.cure;
    const last = course.moments.length - 1;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    attempt.at = still ? last : 0;
    this.view.verdict.clear();
    const beat = () => {
      this.draw();
      if (attempt.at >= last) this.judge();
      else {
        this.timer = window.setTimeout(() => {
          attempt.at += 1;
          beat();
        }, BEAT);
      }
    };
    beat();
  }

  judge() {
    const { attempt, patient } = this;
    const shown = this.revealing;
    this.playing = "";
    this.revealing = false;
    const found = this.conclude(patient, attempt, shown);
    const { go } = this.view.form;
    const held = /** @type {Document | ShadowRoot} */ (this.root.getRootNode()).activeElement === go;
    this.draw();
    this.view.verdict.judged(patient, attempt, found);
    // The keyboard continues where the button was.
    if (held && go.hidden) this.view.verdict.nextButton.focus({ preventScroll: true });
  }

  /** Write a verdict into the attempt. @param {PatientData} patient @param {Attempt} attempt @param {boolean} shown whether the answer was asked for */
  conclude(patient, attempt, shown) {
    if (!attempt.named.includes(attempt.fault)) attempt.named.push(attempt.fault);
    const found = verdict(patient, attempt);
    if (found.done) {
      attempt.done = shown ? "shown" : "healed";
      if (this.progress[patient.name] !== "healed") this.progress[patient.name] = attempt.done;
      keepProgress(this.progress);
      if (!this.data.diagnosis[patient.name]) this.python.setTriggerValue("ask", patient.name);
    }
    return found;
  }

  /** @param {number} at */
  moveTo(at) {
    this.attempt.at = at;
    if (!this.playing) {
      this.draw();
      return;
    }
    clearTimeout(this.timer);
    this.judge();
  }

  draw() {
    if (this.ended) return;
    const { patient, attempt, progress, layer, measure, sorted } = this;
    this.retheme();
    this.view.draw({ patient, attempt, progress, layer, measure, sorted, busy: this.busy, playing: this.playing });
    this.drawn += 1;
    setAttr(this.root, "data-drawn", String(this.drawn));
    setAttr(this.root, "data-patient", patient.name);
    setAttr(this.root, "data-state", this.busy ? "waiting" : attempt.done || "open");
  }

  retheme() {
    applyTheme(this.root, readTheme(this.parent));
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.sized.disconnect();
    this.root.remove();
  }
}
