/** The DOM of the live view and what its controls do. */
/** @import { MountData } from "./types" */
/** @import { Actions } from "./keyboard.js" */
/** @import { LiveView } from "./view.js" */

import { CaptionLine } from "./caption_line.js";
import { el } from "./dom.js";
import { NoticeList } from "./notices.js";
import { Overview } from "./overview.js";
import { PanelCrosshair } from "./panel_crosshair.js";
import { PanelHost } from "./panel_host.js";
import { RestartToast } from "./restart_toast.js";
import { PANELS, Tabs } from "./tabs.js";
import { TermRow } from "./terms.js";
import { Toolbar } from "./toolbar.js";

/**
 * Make the parts, in the view's language; nothing is in the page yet.
 * @param {LiveView} view
 */
export function buildParts(view) {
  const { t } = view;
  const toolbar = new Toolbar({
    t,
    seek: (step) => view.seek(step),
    move: (frames) => view.move(frames),
    toggle: () => view.toggle(),
    step: () => view.send({ op: "step" }),
    reset: () => view.send({ op: "reset" }),
    replay: () => view.toggleReplay(),
    newSeed: () => view.page.python.setTriggerValue("new_seed", true),
    speed: (value) => view.send({ op: "speed", steps_per_s: value }),
  });
  const tabs = new Tabs({ t, open: (id) => view.open(id), enlarge: () => view.enlarge() });
  const undo = view.page.data.undo ? () => view.page.python.setTriggerValue("undo", true) : null;
  const toast = new RestartToast({ t, undo, pulse: () => toolbar.pulse() });
  const notices = new NoticeList();
  const overview = new Overview({ t, choice: view.layerChoice, onChange: () => view.loop.request(true) });
  const waiting = el("p", { class: "empty" }, t("panel.waiting"));
  const captionLine = new CaptionLine(t);
  const label = t(`tabs.${view.panel}`);
  const panelRoot = el("div", {
    class: "stage",
    role: "tabpanel",
    id: `${tabs.prefix}-panel`,
    "aria-label": label,
    tabindex: "0",
  });
  panelRoot.addEventListener("keydown", (event) => view.probeKey(event));
  const crosshair = new PanelCrosshair(panelRoot, () => view.loop.request(true));
  const terms = new TermRow(t);
  const empty = t("summary.empty");
  const altText = el("div", { class: "sr-only", role: "img", "aria-label": empty, "data-testid": "live-summary" });
  const host = new PanelHost(panelRoot, {
    t,
    send: (op) => view.send(op),
    invalidate: () => view.loop.request(true),
    seek: (step) => view.seek(step),
    undo,
  });
  return { toast, captionLine, toolbar, tabs, notices, overview, waiting, panelRoot, crosshair, terms, altText, host };
}

/**
 * The parts as they follow each other in the page.
 * @param {ReturnType<typeof buildParts>} parts
 * @returns {HTMLElement[]}
 */
export const childrenInOrder = (parts) => [
  parts.captionLine.root,
  parts.toolbar.root,
  parts.notices.root,
  parts.tabs.root,
  parts.overview.root,
  parts.waiting,
  parts.panelRoot,
  parts.terms.root,
  parts.crosshair.spoken,
  parts.altText,
  parts.toast.root,
];

/**
 * The element around the parts; it is kept when they are made again.
 * @param {MountData} data
 * @param {ReturnType<typeof buildParts>} parts
 * @returns {HTMLElement}
 */
export function makeRoot({ height }, parts) {
  const root = el("div", { class: "bnviz", "data-testid": "live-view", tabindex: "-1" }, ...childrenInOrder(parts));
  if (height) root.style.minHeight = `${height}px`;
  return root;
}

/**
 * What the keys do.
 * @param {LiveView} view
 * @returns {Actions}
 */
export function keyActions(view) {
  return {
    toggle: () => view.toggle(),
    reset: () => view.send({ op: "reset" }),
    move: (frames) => view.move(frames),
    live: () => view.seek(null),
    open: (position) => {
      const id = PANELS[position];
      if (id === view.panel) view.enlarge();
      else if (view.panels().includes(id)) view.open(id);
    },
    back: () => view.back(),
  };
}
