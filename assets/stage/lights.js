/** The symbol under the pointer lights up in the picture, and the mark under the pointer in formula and text. */

/** @param {Element} element */
const namesOf = (element) => (element.getAttribute("data-s") ?? "").split(" ");

/**
 * Marks and symbols of one quantity carry the same word in data-s.
 * @param {HTMLElement} root
 */
export function linkSymbols(root) {
  let now = "";
  const light = (/** @type {string} */ name) => {
    if (name === now) return;
    now = name;
    root.classList.toggle("lit", name !== "");
    for (const one of root.querySelectorAll("[data-s]")) {
      one.classList.toggle("hot", name !== "" && namesOf(one).includes(name));
    }
  };
  const nameOf = (/** @type {Event} */ event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-s]") : null;
    return target ? namesOf(target)[0] : "";
  };
  const over = (/** @type {Event} */ event) => light(nameOf(event));
  root.addEventListener("pointerover", over);
  root.addEventListener("focusin", over);
  root.addEventListener("pointerleave", () => light(""));
  root.addEventListener("focusout", () => light(""));
}
