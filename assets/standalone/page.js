/**
 * Entry of a recording's page: one file that holds the view, the words of every language and all messages. Nothing is
 * asked for, from anywhere; the page's policy forbids it too.
 */
/** @import { Connect, Op, PlaceData } from "../live/types" */
/** @import { ViewWords } from "./mount_data.js" */

import { provideAll } from "../live/all_panels.js";
import { split } from "../live/rerun_feed.js";
import { PANELS } from "../live/tabs.js";
import { LiveView } from "../live/view.js";
import { bytesOf, element, fail } from "./blocks.js";
import { firstLanguage, mountData, NO_PYTHON } from "./mount_data.js";

/**
 * What the page says around the view, in one language.
 * @typedef {ViewWords & {name: string, title: string, about: string, made: string}} PageWords
 */

/** What a link of this page names: run.html#panel=gradients&step=300. @returns {PlaceData & {panel: string | null}} */
function placeInAddress() {
  const named = new URLSearchParams(location.hash.slice(1));
  const number = (/** @type {string} */ name) =>
    /^\d{1,9}$/.test(named.get(name) ?? "") ? Number(named.get(name)) : null;
  return { panel: named.get("panel"), layer: number("layer"), unit: number("unit"), step: number("step") };
}

/** Keep in the address what is seen, so that a reload or a copied link finds it again. @param {Op} op */
function keepPlace({ op, ...place }) {
  if (op !== "place") return;
  const named = Object.entries(place).filter(([, value]) => value !== null && value !== "");
  const hash = new URLSearchParams(named.map(([name, value]) => [name, String(value)]));
  try {
    history.replaceState(null, "", `#${hash}`);
  } catch {
    // A browser that keeps the addresses of files as they are: the page does without.
  }
}

/**
 * All messages, each at once.
 * @param {ArrayBuffer[]} messages
 * @returns {Connect}
 */
const fromPage = (messages) => (handlers) => {
  let isOpen = true;
  queueMicrotask(() => {
    handlers.onLink("open");
    for (const message of messages) if (isOpen) handlers.onMessage(message);
  });
  const close = () => {
    isOpen = false;
  };
  const send = (/** @type {Op} */ op) => {
    keepPlace(op);
    return true;
  };
  return { send, close };
};

async function start() {
  provideAll();
  const [words, messages] = await Promise.all([bytesOf("bnviz-words"), bytesOf("bnviz-messages")]);
  /** @type {Record<string, PageWords>} */
  const languages = JSON.parse(new TextDecoder().decode(words));
  const connect = fromPage(split(messages));
  const place = placeInAddress();
  const panel = PANELS.find((id) => id === place.panel) ?? document.body.dataset.panel ?? "";
  let spoken = firstLanguage(languages);
  const data = () => ({ ...mountData(languages[spoken], connect, panel), place });
  const view = new LiveView(element("view"), data(), NO_PYTHON);
  const update = () => {
    const { title, about, made } = languages[spoken];
    document.documentElement.lang = spoken;
    document.title = title;
    for (const [id, text] of Object.entries({ title, about, made })) element(id).textContent = text;
    for (const [code, button] of buttons) button.setAttribute("aria-pressed", String(code === spoken));
    view.update(data(), NO_PYTHON);
  };
  const buttons = Object.entries(languages).map(([code, { name }]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: name, lang: code });
    button.addEventListener("click", () => {
      spoken = code;
      update();
    });
    return /** @type {const} */ ([code, button]);
  });
  element("languages").append(...buttons.map(([, button]) => button));
  update();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update);
}

start().catch(fail);
