/** The DOM of the live view and what its controls do. */
import { el } from "./dom.js";
import { PanelHost } from "./host.js";
import { Overview } from "./overview.js";
import { panelsFor, Tabs } from "./tabs.js";
import { Toolbar } from "./toolbar.js";
import { TroubleLine } from "./trouble.js";

/** @typedef {import("./view.js").LiveView} LiveView */

/**
 * Make the parts, in the view's words; nothing is in the page yet.
 * @param {LiveView} view
 */
export function buildParts(view) {
  const { t } = view;
  const toolbar = new Toolbar({
    t,
    seek: (step) => view.seek(step),
    move: (frames) => view.move(frames),
    toggle: () => view.toggle(),
    step: () => view.op({ op: "step" }),
    reset: () => view.op({ op: "reset" }),
    newSeed: () => view.python.setTriggerValue("new_seed", true),
    speed: (value) => view.op({ op: "speed", steps_per_s: value }),
  });
  const tabs = new Tabs({ t, open: (id) => view.open(id), enlarge: () => view.enlarge() });
  const trouble = new TroubleLine({ t, restart: () => view.op({ op: "train" }) });
  const overview = new Overview({ t, choice: view.choice, changed: () => view.loop.mark(true) });
  const waiting = /** @type {HTMLElement} */ (el("p", { class: "empty" }, t("panel.waiting")));
  const stage = /** @type {HTMLElement} */ (
    el("div", { class: "stage", role: "tabpanel", id: `${tabs.prefix}-panel`, "aria-label": t(`tabs.${view.panel}`) })
  );
  const words = /** @type {HTMLElement} */ (
    el("div", { class: "sr-only", role: "img", "aria-label": t("summary.empty"), "data-testid": "live-summary" })
  );
  const host = new PanelHost(stage, {
    t,
    send: (op) => view.op(op),
    invalidate: () => view.loop.mark(true),
    seek: (step) => view.seek(step),
  });
  return { toolbar, tabs, trouble, overview, waiting, stage, words, host };
}

/**
 * The parts as they follow each other in the page.
 * @param {ReturnType<typeof buildParts>} parts
 * @returns {HTMLElement[]}
 */
export const inOrder = (parts) => [
  parts.toolbar.root,
  parts.trouble.root,
  parts.tabs.root,
  parts.overview.root,
  parts.waiting,
  parts.stage,
  parts.words,
];

/**
 * The element around the parts; it stays when they are made anew.
 * @param {import("./view.js").Data} data
 * @param {ReturnType<typeof buildParts>} parts
 * @returns {HTMLElement}
 */
export function makeRoot({ height }, parts) {
  const root = el("div", { class: "bnviz", "data-testid": "live-view", tabindex: "-1" }, ...inOrder(parts));
  if (height) root.style.minHeight = `${height}px`;
  return root;
}

/**
 * What the keys do.
 * @param {LiveView} view
 * @returns {import("./keys.js").Actions}
 */
export function keyActions(view) {
  return {
    toggle: () => view.toggle(),
    reset: () => view.op({ op: "reset" }),
    move: (frames) => view.move(frames),
    live: () => view.seek(null),
    open: (place) => {
      const id = panelsFor(view.store.hello)[place];
      if (id === view.panel) view.enlarge();
      else if (id) view.open(id);
    },
    back: () => view.back(),
  };
}
