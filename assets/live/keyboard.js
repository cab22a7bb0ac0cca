/** The keyboard of the view. Never takes a key from a field, a button's own keys, or a browser shortcut. */

/**
 * @typedef {object} Actions
 * @property {() => void} toggle
 * @property {() => void} reset
 * @property {(frames: number) => void} move
 * @property {() => void} live
 * @property {(position: number) => void} open
 * @property {() => boolean} back
 *
 * @typedef {Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey" | "target">} Key
 */

/**
 * What a key does; null leaves it to the browser.
 * @param {Key} event
 * @param {Actions} actions
 * @returns {(() => unknown) | null}
 */
export function actionFor(event, actions) {
  const target = /** @type {HTMLElement | null} */ (event.target);
  const isField = target?.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target?.tagName ?? "");
  if (event.ctrlKey || event.metaKey || event.altKey || (isField && !isFree(event, target))) return null;
  const stride = event.shiftKey ? 10 : 1;
  if (event.key === " ") return target?.tagName === "BUTTON" ? null : actions.toggle;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    // Arrows belong to the tab list while it has the focus.
    if (target?.getAttribute?.("role") === "tab") return null;
    return () => actions.move(event.key === "ArrowLeft" ? -stride : stride);
  }
  if (event.key === "r" || event.key === "R") return actions.reset;
  if (event.key === "End") return actions.live;
  if (event.key === "Escape") return actions.back;
  if (/^[1-9]$/.test(event.key)) return () => actions.open(Number(event.key) - 1);
  return null;
}

/** Whether a key means nothing to what has the focus, a slider: it takes arrows, and no digits. @param {Pick<Key, "key">} event @param {Element | null} target */
function isFree(event, target) {
  const isSlider =
    (target?.tagName === "INPUT" && /** @type {HTMLInputElement} */ (target).type === "range") ||
    target?.getAttribute?.("role") === "slider";
  return isSlider && /^[1-9]$/.test(event.key);
}

/** What has keys of its own: there the page's keys are left alone. */
const OWN_KEYS =
  "a[href], button, input, select, textarea, summary, [contenteditable], [role=slider], [role=tab], [role=combobox], " +
  "[role=listbox], [role=menu], [role=dialog], [role=textbox]";

/**
 * Whether an event of the page, outside the view, is for the view: nothing that has keys of its own has the focus.
 * @param {Pick<KeyboardEvent, "key" | "target" | "composedPath" | "defaultPrevented">} event
 * @param {HTMLElement} root
 */
export function isForView(event, root) {
  if (event.defaultPrevented) return false;
  const path = event.composedPath();
  const takesIt = (/** @type {EventTarget} */ node) =>
    node instanceof Element && node.matches(OWN_KEYS) && !isFree(event, node);
  return !path.includes(root) && !path.some(takesIt);
}

/**
 * Listen on the view, and on the rest of the page where nothing else takes the key.
 * @param {HTMLElement} root
 * @param {Actions} actions
 * @param {boolean} [alone] whether the page has no keys of its own
 * @returns {() => void} stop
 */
export function listenToKeys(root, actions, alone = true) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const act = actionFor(event, actions);
    if (!act || act() === false) return; // nothing done: the key is the page's
    event.preventDefault();
    event.stopPropagation();
  };
  const onPageKey = (/** @type {KeyboardEvent} */ event) => {
    if (alone && isForView(event, root)) onKey(event);
  };
  root.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onPageKey);
  return () => {
    root.removeEventListener("keydown", onKey);
    document.removeEventListener("keydown", onPageKey);
  };
}
