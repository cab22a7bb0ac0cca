/** The keyboard of the view. Never takes a key from a field, a button's own keys, or a browser shortcut. */

/**
 * @typedef
 *   {{toggle: () => void, reset: () => void, move: (frames: number) => void, live: () => void, open: (place: number) => void, back: () => boolean}}
 *   Actions
 */

/**
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function isField(target) {
  const element = /** @type {any} */ (target);
  return Boolean(element?.isContentEditable) || ["INPUT", "SELECT", "TEXTAREA"].includes(element?.tagName);
}

/**
 * What a key means; null leaves it to the browser.
 * @param
 *   {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean, target: EventTarget | null}}
 *   event
 * @param {Actions} actions
 * @returns {(() => unknown) | null}
 */
export function meaning(event, actions) {
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return null;
  const on = /** @type {any} */ (event.target);
  const stride = event.shiftKey ? 10 : 1;
  if (event.key === " ") return on?.tagName === "BUTTON" ? null : actions.toggle;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    // Arrows belong to the tab list while it has the focus.
    if (on?.getAttribute?.("role") === "tab") return null;
    return () => actions.move(event.key === "ArrowLeft" ? -stride : stride);
  }
  if (event.key === "r" || event.key === "R") return actions.reset;
  if (event.key === "End") return actions.live;
  if (event.key === "Escape") return actions.back;
  if (/^[1-9]$/.test(event.key)) return () => actions.open(Number(event.key) - 1);
  return null;
}

/**
 * Listen on the view.
 * @param {HTMLElement} root
 * @param {Actions} actions
 * @returns {() => void} stop
 */
export function listen(root, actions) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const act = meaning(event, actions);
    if (!act || act() === false) return; // nothing done: the key is the page's
    event.preventDefault();
    event.stopPropagation();
  };
  root.addEventListener("keydown", onKey);
  return () => root.removeEventListener("keydown", onKey);
}
