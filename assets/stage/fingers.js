/** A finger that holds something in the picture does not scroll the page. */

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

/**
 * Browsers heed `touch-action: none` of a box, but not of shapes within an SVG: after some pixels they scroll, and the
 * shape gets a pointercancel. So the scrolling is stopped here, for those shapes only.
 * @param {Element} root the picture
 */
export function keepFingers(root) {
  let isKept = false;
  root.addEventListener(
    "touchstart",
    (event) => {
      isKept = wantsMoves(/** @type {Element | null} */ (event.composedPath()[0] ?? null), root);
    },
    { passive: true },
  );
  root.addEventListener(
    "touchmove",
    (event) => {
      if (isKept && event.cancelable) event.preventDefault();
    },
    { passive: false },
  );
}
