/** Streamlit's and Plotly's own words in the reader's language: they have them in English alone. */

const ATTRIBUTES = ["aria-label", "title", "placeholder", "data-title"];
const TEXTS = "code, pre, script, style, textarea";

/** @typedef {[pattern: RegExp, ours: string]} Rule */
/** @typedef {{theirs: string, ours: string}} Said */

/**
 * A sentence with places, such as "{n} more", as a rule that finds it and writes ours.
 * @param {[string, string]} pair theirs, ours
 * @returns {Rule}
 */
export function ruleOf([theirs, ours]) {
  const parts = theirs.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const names = [...theirs.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const numbered = names.reduce((text, name, at) => text.replace(`{${name}}`, `$${at + 1}`), ours);
  return [new RegExp(`^${parts.join("(.+)")}$`), numbered];
}

/**
 * Our words for theirs; null if there are none.
 * @param {string} words
 * @param {readonly Rule[]} rules
 */
export function translated(words, rules) {
  const trimmed = words.trim();
  const rule = trimmed && rules.find(([pattern]) => pattern.test(trimmed));
  return rule ? words.replace(trimmed, () => trimmed.replace(rule[0], rule[1])) : null;
}

export class Borrowed {
  /** @param {Element} root what is read, and watched */
  constructor(root) {
    this.root = root;
    /** @type {Rule[]} */
    this.rules = [];
    /** What was written where: a text node has one entry, an element one for each attribute. @type {Map<Node, Map<string, Said>>} */
    this.said = new Map();
    this.watch = new MutationObserver(() => this.read());
  }

  /**
   * Write in these words from now on; without any, as it was.
   * @param {Array<[string, string]>} pairs
   */
  speak(pairs) {
    this.watch.disconnect();
    this.restore();
    this.rules = pairs.map(ruleOf);
    this.read();
    if (pairs.length)
      this.watch.observe(this.root, {
        childList: true,
        subtree: true,
        characterData: true,
        attributeFilter: ATTRIBUTES,
      });
  }

  read() {
    for (const node of this.said.keys()) if (!node.isConnected) this.said.delete(node);
    for (const name of ATTRIBUTES)
      for (const element of this.root.querySelectorAll(`[${name}]`))
        this.write(element, name, element.getAttribute(name) ?? "", (ours) => element.setAttribute(name, ours));
    const texts = document.createTreeWalker(this.root, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const node = text;
      if (node.parentElement?.closest(TEXTS)) continue;
      this.write(node, "", node.nodeValue ?? "", (ours) => {
        node.nodeValue = ours;
      });
    }
  }

  /**
   * @param {Node} node
   * @param {string} name of the attribute; empty for a text
   * @param {string} now
   * @param {(words: string) => void} set
   */
  write(node, name, now, set) {
    const ours = translated(now, this.rules);
    if (ours === null || ours === now) return;
    set(ours);
    const said = this.said.get(node) ?? new Map();
    this.said.set(node, said.set(name, { theirs: now, ours }));
  }

  restore() {
    for (const [node, all] of this.said)
      for (const [name, { theirs, ours }] of all) {
        if (!name && node.nodeValue === ours) node.nodeValue = theirs;
        if (name && node instanceof Element && node.getAttribute(name) === ours) node.setAttribute(name, theirs);
      }
    this.said.clear();
  }
}

/** @type {Borrowed | undefined} */
let borrowed;

/** @param {Array<[string, string]>} pairs theirs, ours */
export function speak(pairs) {
  borrowed ??= new Borrowed(document.documentElement);
  borrowed.speak(pairs);
}
