/** Small pieces of DOM that panels share. */

/**
 * An element with attributes and children: el("button", {class: "x", type: "button", onclick: f}, "Train").
 * @param {string} tag
 * @param {Record<string, any>} [attributes] null, undefined and false are left out
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Set text only when it differs: no layout for nothing.
 * @param {Node} node
 * @param {string} words
 */
export function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/**
 * Set an attribute only when it differs.
 * @param {Element} node
 * @param {string} name
 * @param {string | null} value
 */
export function put(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/**
 * A row of buttons of which one is pressed.
 * @param
 *   {{label: string, options: Array<{value: string, label: string, title?: string}>, value: string, onChange: (value: string) => void}}
 *   options
 * @returns {{root: HTMLElement, set: (value: string) => void}}
 */
export function segmented({ label, options, value, onChange }) {
  const buttons = options.map((option) =>
    el(
      "button",
      {
        type: "button",
        class: "seg-button",
        "data-value": option.value,
        title: option.title,
        onclick: () => choose(option.value),
      },
      option.label,
    ),
  );
  const root = el("div", { class: "seg", role: "group", "aria-label": label }, ...buttons);
  const set = (/** @type {string} */ chosen) => {
    for (const button of buttons) put(button, "aria-pressed", String(button.dataset.value === chosen));
  };
  const choose = (/** @type {string} */ chosen) => {
    set(chosen);
    onChange(chosen);
  };
  set(value);
  return { root, set };
}

/**
 * A labeled drop-down.
 * @param
 *   {{label: string, options: Array<{value: string, label: string}>, value: string, onChange: (value: string) => void, hideLabel?: boolean}}
 *   options
 * @returns {{root: HTMLElement, select: HTMLSelectElement}}
 */
export function dropdown({ label, options, value, onChange, hideLabel = false }) {
  const select = el(
    "select",
    { class: "select", "aria-label": label, title: label },
    ...options.map((o) => el("option", { value: o.value }, o.label)),
  );
  select.value = value;
  select.addEventListener("change", () => onChange(select.value));
  return {
    root: el("label", { class: "field" }, ...(hideLabel ? [] : [el("span", { class: "field-label" }, label)]), select),
    select,
  };
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
