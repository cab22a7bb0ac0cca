/** What is said after a cure: of the fault, of the cure, and then what bnviz.diagnose finds. */
/** @import { PythonBridge, Say } from "../types" */
/** @import { Attempt, ClinicData, Diagnosis, PatientData } from "./types" */

import { button, el, setText } from "../../live/dom.js";
import { followLink } from "../foot.js";

/** What stands between words and what follows: a full-width colon brings its own room. @param {string} words */
const spaceAfter = (words) => (words.endsWith("：") ? "" : " ");

export class Verdict {
  /** @param {{say: Say, data: ClinicData, next: () => void, back: () => void, python: PythonBridge}} settings */
  constructor({ say, data, next, back, python }) {
    this.say = say;
    this.data = data;
    this.python = python;
    this.sentence = el("p", { class: "sentence", role: "status" });
    this.wait = el("p", { class: "wait" }, say("diagnose.waits"));
    this.looking = el("p", { class: "wait" }, say("diagnose.looks"));
    this.report = el("div", { class: "report", tabindex: -1 });
    this.more = el("p", { class: "more" });
    this.nextButton = button(say("form.next"), { class: "button primary", onclick: next });
    this.backButton = button(say("form.back"), { class: "button", onclick: back });
    this.acts = el("div", { class: "acts" }, this.nextButton, this.backButton);
    this.root = el(
      "div",
      { class: "verdict" },
      this.sentence,
      this.wait,
      this.looking,
      this.report,
      this.more,
      this.acts,
    );
    /** @type {string} */
    this.of = "";
    this.fault = "";
  }

  clear() {
    this.tell("", "");
  }

  /** @param {string} words @param {string} state */
  tell(words, state) {
    setText(this.sentence, words);
    this.sentence.dataset.state = state;
  }

  /** @param {Attempt} attempt */
  ask({ fault, cure, named, courses }) {
    if (!fault) this.tell(this.say("verdict.choose_fault"), "");
    else if (!cure) this.tell(this.say("verdict.choose_cure"), "");
    else if (courses[cure] && named.includes(fault)) this.tell(this.say("verdict.change"), "");
  }

  failed() {
    this.tell(this.say("verdict.no_answer"), "bad");
  }

  /** @param {PatientData} patient @param {Attempt} attempt @param {{fault: string, cure: string, done: boolean}} found */
  judged(patient, attempt, found) {
    if (attempt.done === "shown") this.tell(this.say("verdict.shown"), "ok");
    else
      this.tell(
        this.say(`verdict.${found.fault}.${found.cure}`),
        found.done ? "ok" : found.fault === "right" || found.cure === "healed" ? "half" : "bad",
      );
    this.draw(patient, attempt);
  }

  /** @param {PatientData} patient @param {Attempt} attempt */
  draw(patient, attempt) {
    if (this.of !== patient.name) {
      this.of = patient.name;
      this.clear();
    }
    const open = attempt.done === "";
    this.wait.hidden = !open;
    this.report.hidden = open;
    this.nextButton.hidden = open;
    this.backButton.hidden = Object.keys(attempt.courses).length === 0;
    this.fault = patient.fault;
    const said = open ? null : (this.data.diagnosis[patient.name] ?? null);
    this.looking.hidden = open || said !== null;
    this.write(said);
    this.link(open ? "" : patient.chapter);
  }

  /** The chapter that explains the fault. @param {string} page */
  link(page) {
    if (this.more.dataset.page === page) return;
    this.more.dataset.page = page;
    const chapter = this.data.links[page];
    this.more.replaceChildren();
    if (!chapter) return;
    const node = el("a", { href: this.data.base + chapter.address }, chapter.title);
    followLink(node, page, this.python);
    const words = this.say("verdict.more");
    this.more.append(words, spaceAfter(words), node);
  }

  /** @param {Diagnosis | null} said */
  write(said) {
    const of = said ? said.patient : "";
    if (this.report.dataset.of === of) return;
    this.report.dataset.of = of;
    if (!said) {
      this.report.replaceChildren();
      return;
    }
    const findings = said.findings.map(({ code, severity, also, title, why, cure }) =>
      el(
        "article",
        { "data-severity": severity },
        el("p", { class: "code" }, el("code", {}, code), el("span", {}, this.say(`diagnose.severity.${severity}`))),
        el("p", { class: "title" }, title),
        ...(also.length ? [el("p", {}, this.say("diagnose.also", { layers: also.join(", ") }))] : []),
        el("p", {}, why),
        el("p", {}, el("b", {}, this.say("diagnose.cure")), spaceAfter(this.say("diagnose.cure")), cure),
      ),
    );
    const other = said.findings.length > 0 && said.findings.every(({ code }) => code !== this.fault);
    const note = (/** @type {string} */ words) => el("p", { class: "note" }, words);
    const excuse = other ? [note(this.say("diagnose.other"))] : [];
    const more = said.more ? [note(this.say("diagnose.more", { count: said.more }))] : [];
    const head = el("h2", {}, el("code", {}, "bnviz.diagnose"), this.say("diagnose.says"));
    const key = this.fault === "nothing" ? "diagnose.nothing" : "diagnose.silent";
    const none = said.findings.length ? [] : [el("p", {}, this.say(key, { layers: said.layers }))];
    this.report.replaceChildren(head, ...excuse, ...none, ...findings, ...more);
  }
}
