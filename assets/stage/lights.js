/** The symbol under the pointer lights up in the picture, and the mark under the pointer in formula and text. */

/** Half of what a finger needs, in pixels (WCAG 2.2, 2.5.5). */
const REACH = 22;
const INTERACTIVE = "[data-s], [role], [tabindex], button, a, input, select, label, summary, .picture";

/**
 * The symbol in the text that a finger means which lies on none: the nearest one within its reach. A larger box around
 * each would lie on its neighbors, and on what stands in the lines above and below.
 * @param {Element} root
 * @param {{clientX: number, clientY: number}} finger
 * @returns {HTMLElement | null}
 */
export function symbolNear(root, { clientX, clientY }) {
  let best = null;
  let least = Number.POSITIVE_INFINITY;
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".symbol[tabindex]"))) {
    const { left, right, top, bottom, width } = one.getBoundingClientRect();
    const [x, y] = [Math.abs((left + right) / 2 - clientX), Math.abs((top + bottom) / 2 - clientY)];
    if (!width || x > Math.max(width / 2, REACH) || y > REACH || Math.hypot(x, y) >= least) continue;
    [best, least] = [one, Math.hypot(x, y)];
  }
  return best;
}

/** @param {Element} element */
const namesOf = (element) => (element.getAttribute("data-s") ?? "").split(" ");

/**
 * Marks and symbols of one quantity carry the same word in data-s.
 * @param {HTMLElement} root
 */
export function linkSymbols(root) {
  let now = "";
  /** @param {string} name @param {boolean} fade whether all other marks of the picture step back */
  const light = (name, fade) => {
    if (name === now) return;
    now = name;
    root.classList.toggle("lit", fade && name !== "");
    for (const one of root.querySelectorAll("[data-s]")) {
      one.classList.toggle("hot", name !== "" && namesOf(one).includes(name));
    }
  };
  const over = (/** @type {Event} */ event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-s]") : null;
    // A hand on a mark wants to see all of the picture; only the words and the formula answer it.
    light(target ? namesOf(target)[0] : "", !target?.closest(".picture"));
  };
  root.addEventListener("pointerover", over);
  root.addEventListener("focusin", over);
  root.addEventListener("pointerleave", () => light("", false));
  root.addEventListener("focusout", () => light("", false));
  let isFinger = false;
  root.addEventListener("pointerdown", (event) => {
    isFinger = event.pointerType === "touch";
  });
  root.addEventListener("click", (event) => {
    if (
      !isFinger ||
      !(event.target instanceof Element) ||
      event.target.closest(INTERACTIVE) !== root.closest(INTERACTIVE)
    )
      return;
    symbolNear(root, event)?.focus({ preventScroll: true });
  });
}
