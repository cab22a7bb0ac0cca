/**
 * Says in the visitor's language that the server does not answer, instead of Streamlit's dialog, which is English and
 * covers the page. Streamlit itself connects again and reruns the page. bnviz/web/pages.py puts this into every page.
 */

/** A shorter loss is no matter of words, ms. */
const PATIENCE_MS = 1000;

/** The lab's view tells of the loss itself. */
const VIEW = '[data-testid="live-view"]';
const DIALOG = "[role=dialog], [data-testid=stDialog]";

const root = document.documentElement;
let wasConnected = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const state = () => document.querySelector(".stApp")?.getAttribute("data-test-connection-state");

const tell = () => {
  if (document.getElementById("bnviz-connection") || document.querySelector(VIEW)) return;
  const box = document.createElement("div");
  box.id = "bnviz-connection";
  box.setAttribute("role", "status");
  box.textContent = document.querySelector(".bnviz-language")?.getAttribute("title") ?? "";
  document.body.append(box);
};

/** Streamlit keeps the focus and the wheel in its dialog; one that was closed does not come back before the server does. */
const closeDialog = () => {
  for (const dialog of document.querySelectorAll(DIALOG)) {
    /** @type {HTMLElement | null} */ (dialog.querySelector("button[aria-label=Close]"))?.click();
  }
};

const look = () => {
  if (state() === "CONNECTED") {
    wasConnected = true;
    clearTimeout(timer);
    timer = undefined;
    root.classList.remove("bnviz-unconnected");
    document.getElementById("bnviz-connection")?.remove();
  } else if (wasConnected) {
    root.classList.add("bnviz-unconnected");
    timer ??= setTimeout(tell, PATIENCE_MS);
    closeDialog();
  }
};

new MutationObserver(look).observe(root, {
  childList: true,
  subtree: true,
  attributeFilter: ["data-test-connection-state"],
});
