/** The sentence above the picture that follows the run: the step, and what the frame shows, with the arms in color. */
/** @import { Translate, View } from "./types" */

import { captionOf } from "./caption_rules.js";
import { el, setAttr, setText } from "./dom.js";
import { integer } from "./format.js";
import { layerLabel } from "./notices.js";
import { sampleMark } from "./sampling.js";

/** Stand in for the arms' names until they are put in color. */
const PLACES = { arm: "⟦arm⟧", other: "⟦other⟧" };

export class CaptionLine {
  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.step = el("b", { class: "story-step" });
    this.words = el("span", { class: "story-words", "data-testid": "live-caption" });
    this.root = el("p", { class: "story" }, this.step, this.words);
    this.shown = "";
  }

  /**
   * @param {View} view
   * @param {boolean} quiet whether it changes by itself: then a screen reader does not speak every change
   */
  draw(view, quiet) {
    setAttr(this.words, "aria-live", quiet ? "off" : "polite");
    const found = captionOf(view);
    // What is below does not jump: the row stays, and while a panel's details are on their way, its last sentence.
    this.root.hidden = !found && !this.shown;
    this.root.style.visibility = found || !view.frame ? "" : "hidden";
    if (!found) return;
    setText(this.step, this.t("caption.step", { step: integer(view.step) }));
    const sample = sampleMark(view.arms, this.t);
    const values = { ...found.values, ...PLACES, sample };
    if (found.values.layer) Object.assign(values, { layer: layerLabel(found.values.layer, this.t) });
    const text = this.t(`caption.${found.key}`, values);
    const arms = found.arms.map((index) => view.arms[index]);
    const key = JSON.stringify([text, arms.map((arm) => [arm?.label, arm?.ink])]);
    if (key === this.shown) return;
    this.shown = key;
    setAttr(this.words, "data-rule", found.key);
    const parts = text.split(/(⟦\w+⟧)/).map((part) => {
      const arm = part === PLACES.arm ? arms[0] : part === PLACES.other ? arms[1] : null;
      if (!arm) return part;
      const name = el("b", {}, arm.label);
      name.style.color = `color-mix(in srgb, ${arm.ink}, var(--bn-fg) 30%)`;
      return name;
    });
    this.words.replaceChildren(...parts);
  }
}
