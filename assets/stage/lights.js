/** The symbol under the pointer lights up in the picture, and the mark under the pointer in formula and text. */

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
}
