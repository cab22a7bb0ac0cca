/** Enough of a browser to mount a panel in Node: elements, and canvases that refuse numbers that are not finite. */

const METHODS = [
  "moveTo",
  "lineTo",
  "rect",
  "arc",
  "fillRect",
  "strokeRect",
  "clearRect",
  "fillText",
  "drawImage",
  "translate",
  "rotate",
  "setTransform",
  "beginPath",
  "closePath",
  "stroke",
  "fill",
  "clip",
  "save",
  "restore",
  "setLineDash",
  "putImageData",
];

class FakeContext {
  constructor(canvas) {
    this.canvas = canvas;
    this.calls = 0;
    this.texts = [];
    /** Where words stand, but for those in a turned or moved frame. */
    this.places = [];
    this.rects = [];
    for (const name of METHODS) {
      this[name] = (...values) => {
        this.calls += 1;
        for (const value of values)
          if (typeof value === "number" && !Number.isFinite(value))
            throw new RangeError(`${name}(${values.join(", ")})`);
        if (name === "fillText") this.write(...values);
        if (name === "fillRect")
          this.rects.push({ color: this.fillStyle, x: values[0], y: values[1], width: values[2], height: values[3] });
        if (name === "clearRect") [this.texts, this.places, this.rects] = [[], [], []];
      };
    }
  }
  write(words, x, y) {
    this.texts.push(String(words));
    const { width } = this.measureText(String(words));
    const left = x - { left: 0, center: width / 2, right: width }[this.textAlign ?? "left"];
    const top = y - { top: 0, middle: 5, alphabetic: 9 }[this.textBaseline ?? "alphabetic"];
    this.places.push({ words: String(words), x0: left, x1: left + width, y0: top, y1: top + 10 });
  }
  measureText(words) {
    return { width: 6 * words.length };
  }
  getTransform() {
    return { a: 1 };
  }
  createImageData(width, height) {
    return { data: new Uint8ClampedArray(width * height * 4), width, height };
  }
}

class FakeElement {
  constructor(tag) {
    Object.assign(this, {
      tagName: tag,
      style: { setProperty() {} },
      dataset: {},
      children: [],
      attributes: {},
      listeners: {},
      value: "",
      hidden: false,
      words: "",
    });
  }
  get childNodes() {
    return this.children;
  }
  get firstChild() {
    return this.children[0] ?? null;
  }
  get textContent() {
    return this.words + this.children.map((child) => child.textContent ?? String(child)).join("");
  }
  set textContent(words) {
    this.children = [];
    this.words = words;
  }
  append(...nodes) {
    for (const node of nodes) {
      node.parent?.children.splice(node.parent.children.indexOf(node), 1);
      if (node instanceof FakeElement) node.parent = this;
    }
    this.children.push(...nodes);
  }
  prepend(...nodes) {
    this.children.unshift(...nodes);
  }
  replaceChildren(...nodes) {
    this.children = [];
    this.append(...nodes);
  }
  remove() {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
    if (name.startsWith("data-")) this.dataset[name.slice(5)] = value;
    if (name === "value") this.value = value;
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  addEventListener(name, listener) {
    (this.listeners[name] ??= []).push(listener);
  }
  /** Call what listens. */
  emit(name, event = {}) {
    const full = { target: this, preventDefault() {}, stopPropagation() {}, ...event };
    for (const listener of this.listeners[name] ?? []) listener(full);
  }
  focus() {
    this.emit("focus");
  }
  getRootNode() {
    return globalThis.document;
  }
  getContext() {
    this.context ??= new FakeContext(this);
    return this.context;
  }
  /** All elements below, and this one; without what is hidden when asked. */
  *all(shown = false) {
    if (shown && this.hidden) return;
    yield this;
    for (const child of this.children) if (child instanceof FakeElement) yield* child.all(shown);
  }
}

/** Put the fake in place of the browser. */
export function installFakeDom() {
  globalThis.document = {
    createElement: (tag) => new FakeElement(tag),
    createElementNS: (_, tag) => new FakeElement(tag),
    activeElement: null,
  };
  return (tag = "div") => new FakeElement(tag);
}
