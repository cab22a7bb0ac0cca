/** Small pieces of DOM that panels share. */

/**
 * @typedef {Record<string, unknown>} Attributes null, undefined and false are left out; "onclick" and its like listen
 */

/**
 * An element with attributes and children: el("p", { class: "caption" }, "Loss").
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * A button.
 * @param {string} words
 * @param {Attributes} [attributes]
 */
export const button = (words, attributes) => el("button", { type: "button", class: "button", ...attributes }, words);

/**
 * Set text only when it differs: no layout for nothing.
 * @param {Node} node
 * @param {string} words
 */
export function setText(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/**
 * Set an attribute only when it differs.
 * @param {Element} node
 * @param {string} name
 * @param {string | null} value
 */
export function setAttr(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** @typedef {{value: string, label: string, title?: string}} Option */

/**
 * A row of buttons of which one is pressed.
 * @param {{label: string, options: Option[], value: string, onChange: (value: string) => void}} settings
 * @returns {{root: HTMLElement, set: (value: string) => void}}
 */
export function segmented({ label, options, value: first, onChange }) {
  const buttons = options.map(({ value, label: words, title }) =>
    button(words, { class: "seg-button", "data-value": value, title, onclick: () => choose(value) }),
  );
  const set = (/** @type {string} */ value) => {
    for (const one of buttons) setAttr(one, "aria-pressed", String(one.dataset.value === value));
  };
  const choose = (/** @type {string} */ value) => {
    set(value);
    onChange(value);
  };
  set(first);
  return { root: el("div", { class: "seg", role: "group", "aria-label": label }, ...buttons), set };
}

/**
 * A drop-down; its label is written before it or only spoken.
 * @param {{label: string, options: Option[], value: string, onChange: (value: string) => void, hideLabel?: boolean}} settings
 * @returns {{root: HTMLElement, select: HTMLSelectElement}}
 */
export function dropdown({ label, options, value: first, onChange, hideLabel = false }) {
  const items = options.map(({ value, label: words }) => el("option", { value }, words));
  const select = el("select", { class: "select", "aria-label": label, title: label }, ...items);
  select.value = first;
  select.addEventListener("change", () => onChange(select.value));
  const words = hideLabel ? [] : [el("span", { class: "field-label" }, label)];
  return { root: el("label", { class: "field" }, ...words, select), select };
}

/**
 * A card: a bordered box with a body.
 * @param {string} [extra] class names
 * @returns {{root: HTMLElement, head: HTMLElement, body: HTMLElement}}
 */
export function card(extra = "") {
  const head = el("div", { class: "card-head" });
  const body = el("div", { class: "card-body" });
  return { root: el("section", { class: `card ${extra}` }, head, body), head, body };
}
