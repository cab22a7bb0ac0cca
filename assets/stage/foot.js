/** The end of a chapter: the one before and the next, each with its picture and its question. */
/** @import { ChapterLink, FootData, PythonBridge } from "./types" */

import { el } from "../live/dom.js";
import { applyTheme } from "../live/style_sheet.js";
import { readTheme } from "../live/theme.js";
import { thumbnail } from "./thumbnails.js";
import { choosePath, chosenPath, neighborsOf } from "./way.js";
import { sayer } from "./words.js";

/** @typedef {{parentElement: Element | ShadowRoot, data: FootData} & PythonBridge} FootComponent */

/**
 * Let a link stay within the app: Python switches the page. A new tab is opened by the link's own address.
 * @param {HTMLAnchorElement} node
 * @param {string} page
 * @param {PythonBridge} python
 */
export function followLink(node, page, python) {
  node.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    python.setTriggerValue("go", page);
  });
}

/**
 * A neighbor of the chapter, as a card.
 * @param {ChapterLink} link
 * @param {{word: string, side: string, base: string, python: PythonBridge}} settings
 */
function chapterLink(link, { word, side, base, python }) {
  const node = el(
    "a",
    { class: `neighbor ${side}`, href: base + link.address, "data-page": link.page },
    thumbnail(link.page),
    el("span", { class: "words" }, el("small", {}, word), el("b", {}, link.title), el("span", {}, link.question)),
  );
  followLink(node, link.page, python);
  return node;
}

export class Foot {
  /** @param {FootComponent} component */
  constructor(component) {
    this.parent = component.parentElement;
    this.root = el("nav", { class: "bnviz foot" });
    this.ended = false;
    this.parent.append(this.root);
    this.update(component);
  }

  /** @param {FootComponent} component */
  update({ data, setStateValue, setTriggerValue }) {
    this.retheme();
    const python = { setStateValue, setTriggerValue };
    const say = sayer(data.kit);
    this.root.setAttribute("aria-label", say("chapters"));
    const { base } = data;
    const { previous, next, path } = neighborsOf(data, chosenPath());
    const contents = el("a", { class: "all", href: base + data.contents.address }, say("all_chapters"));
    followLink(contents, data.contents.page, python);
    const leave = () => {
      choosePath("");
      this.update({ parentElement: this.parent, data, setStateValue, setTriggerValue });
      window.dispatchEvent(new CustomEvent("bnviz:path"));
    };
    const way = path
      ? [
          el("span", {}, say("on_path", path)),
          el("button", { type: "button", class: "leave", onclick: leave }, say("leave_path")),
        ]
      : [];
    this.root.replaceChildren(
      el("p", { class: "way" }, ...way, contents),
      ...(previous ? [chapterLink(previous, { word: say("previous"), side: "left", base, python })] : []),
      // After the last one the way goes on from the contents.
      chapterLink(next ?? data.contents, { word: say("next"), side: "right", base, python }),
    );
  }

  retheme() {
    applyTheme(this.root, readTheme(this.parent));
  }

  end() {
    this.root.remove();
    this.ended = true;
  }
}
