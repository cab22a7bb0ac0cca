/** A finger takes what it is near enough to, and while it holds something in the picture it does not scroll the page. */

import { handleNear, take } from "./handles.js";

/**
 * Whether what lies under a finger, or something around it, wants all moves for itself.
 * @param {Element | null} element
 * @param {Element} root
 */
function wantsMoves(element, root) {
  for (let one = element; one && one !== root; one = one.parentElement) {
    if (getComputedStyle(one).touchAction === "none") return true;
  }
  return false;
}

/** @param {Event} event */
const under = (event) => /** @type {Element | null} */ (event.composedPath()[0] ?? null);

/**
 * Whether a press means something else: a button, or a control with text.
 * @param {Event} event
 * @param {Element} root
 */
function isTaken(event, root) {
  const found = under(event)?.closest("[role=button], [role=option], [tabindex], button, a, input, select");
  return !!found && found !== root && root.contains(found);
}

/**
 * Browsers heed `touch-action: none` of a box, but not of shapes within an SVG: after some pixels they scroll, and the
 * shape gets a pointercancel. So the scrolling is stopped here, for those shapes only.
 * @param {HTMLElement} root the picture
 */
export function keepFingers(root) {
  let isKept = false;
  root.addEventListener(
    "touchstart",
    (event) => {
      const [finger] = event.touches;
      isKept = wantsMoves(under(event), root) || (!isTaken(event, root) && !!finger && !!handleNear(root, finger));
    },
    { passive: true },
  );
  // A press on a handle does not come here (handles.js); what wants the press itself keeps it.
  root.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || isTaken(event, root) || wantsMoves(under(event), root)) return;
    const handle = handleNear(root, event);
    if (handle) take(handle, event);
  });
  root.addEventListener(
    "touchmove",
    (event) => {
      if (isKept && event.cancelable) event.preventDefault();
    },
    { passive: false },
  );
}
