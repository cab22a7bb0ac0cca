/**
 * The view before the page's script has run: it is drawn in the poster's place from the socket that page/arrival.js has opened,
 * and handed over, with socket and picture, to the component that the script mounts.
 */
/** @import { MountData, OpenedSocket } from "./types" */

import { addStyleSheet } from "./style_sheet.js";
import { LiveView } from "./view.js";

/** @type {LiveView | null} */
let waiting = null;

const NO_PYTHON = { setStateValue() {}, setTriggerValue() {} };

/**
 * Draw what a socket sends.
 * @param {OpenedSocket & {place: HTMLElement | null}} opened `kept` begins with the server's welcome
 */
export function begin({ socket, kept, place }) {
  const words = document.getElementById("bnviz-words")?.textContent;
  if (!words || !place?.isConnected || socket.readyState !== 1) {
    socket.close();
    return;
  }
  const { token, handle, panel, place: where, loop } = JSON.parse(kept[0].data);
  /** @type {MountData} */
  const data = {
    ...JSON.parse(words),
    ...{ token, handle, panel, place: where, loop, undo: true, returns: true, early: true },
    base: new URL("./", document.baseURI).href,
    transport: "socket",
    opened: { socket, kept },
  };
  const shadow = place.attachShadow({ mode: "open" });
  const styled = addStyleSheet(shadow);
  const view = new LiveView(shadow, data, NO_PYTHON);
  waiting = view;
  addEventListener("bnviz:early-frame", () => styled.then(() => place.classList.add("bnviz-shown")), { once: true });
}

/**
 * The view that waits for the component of this session, once; one of another session ends.
 * @param {string} token
 * @returns {LiveView | null}
 */
export function takeEarly(token) {
  const view = waiting;
  waiting = null;
  if (!view || view.ended) return null;
  if (view.page.data.token === token) return view;
  view.end();
  return null;
}

/** Resolves when the page is arranged, and so to be seen (assets/page/page.js). @returns {Promise<void>} */
export function arranged() {
  const { documentElement: page } = document;
  const isSeen = () => !page.classList.contains("bnviz-arriving");
  return new Promise((resolve) => {
    if (isSeen()) {
      resolve();
      return;
    }
    const observer = new MutationObserver(() => {
      if (!isSeen()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(page, { attributeFilter: ["class"] });
  });
}
