/** Whether the visitor is on the way to another page of the app. */

/** So long after a click on a link the next page may not have begun, ms. */
const BEGINS_WITHIN_MS = 3000;

export class Leaving {
  /** @param {{location: Pick<Location, "href">, document: Pick<Document, "addEventListener" | "removeEventListener">}} [browser] for tests */
  constructor(browser = globalThis) {
    this.browser = browser;
    this.home = this.path(browser.location.href);
    this.clickedAt = -Infinity;
    this.onClick = (/** @type {Event} */ event) => {
      const links = event.composedPath().map((node) => /** @type {Partial<HTMLAnchorElement>} */ (node).href);
      const href = links.find((link) => typeof link === "string" && link);
      if (href && this.path(href) !== this.home) this.clickedAt = performance.now();
    };
    browser.document.addEventListener("click", this.onClick, true);
  }

  /** @param {string} href */
  path(href) {
    const { origin, pathname } = new URL(href, this.browser.location.href);
    return origin + pathname;
  }

  /**
   * What is told to the page now would be asked of the next one, which has no such part: Streamlit then leaves it empty.
   * @type {() => boolean}
   */
  now = () =>
    this.path(this.browser.location.href) !== this.home || performance.now() - this.clickedAt < BEGINS_WITHIN_MS;

  end() {
    this.browser.document.removeEventListener("click", this.onClick, true);
  }
}
