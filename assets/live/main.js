/**
 * Mounts the live view, for the Streamlit component's few inline lines.
 *
 *     import(base + "/bnviz/assets/live/whole.js").then(({ mount }) => mount(component))
 */
/** @import { MountData, PythonBridge } from "./types" */

import { arranged, takeEarly } from "./early.js";
import { addStyleSheet } from "./style_sheet.js";
import { LiveView } from "./view.js";

/**
 * @typedef {{parentElement: Element | ShadowRoot, data: MountData} & PythonBridge}
 *   Component
 */

/** @type {WeakMap<object, LiveView>} the page calls us again on every rerun: one view per place */
const views = new WeakMap();

/** Time for the page to take the element away after our clean-up, ms. */
const GRACE = 50;

/** How long the view waits for its first frame before it shows what there is, ms: arranged twice, it would jump. */
const UNARRANGED = 1200;

/** @returns {Promise<void>} */
const firstFrame = () =>
  new Promise((resolve) => {
    const arranged = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    addEventListener("bnviz:first-frame", arranged, { once: true });
    setTimeout(resolve, UNARRANGED);
  });

/**
 * Mount the view, or bring the one that is there up to date.
 * @param {Component} component
 * @returns {() => void} clean-up; does nothing while the element stays in the page, because a superseded
 *     call's clean-up must not take down the view of the call that followed
 */
export function mount({ parentElement, data, setStateValue, setTriggerValue }) {
  const python = { setStateValue, setTriggerValue };
  const view = views.get(parentElement);
  const early = view ? null : takeEarly(data.token);
  if (view && !view.ended) {
    view.update(data, python);
  } else if (early) {
    views.set(parentElement, early);
    early.update(data, python);
    Promise.all([addStyleSheet(parentElement), arranged()]).then(() => early.moveTo(parentElement));
  } else {
    const created = new LiveView(parentElement, data, python);
    views.set(parentElement, created);
    created.root.style.visibility = "hidden";
    Promise.all([addStyleSheet(parentElement), firstFrame()]).then(() => {
      created.root.style.visibility = "";
    });
  }
  const current = views.get(parentElement);
  return () => {
    setTimeout(() => {
      if (current && !current.root.isConnected) current.end();
    }, GRACE);
  };
}
