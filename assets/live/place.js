/** What the viewer looks at: told to the server, so that a link, a reload or a return finds the same place. */
/** @import { Op, PanelMemory, PlaceData } from "./types" */

/** Quiet time before a change is told, ms. */
export const QUIET_MS = 300;

/**
 * What a panel remembers of a place; the unit is looked up once the units of its layer are known.
 * @param {PlaceData | null | undefined} place
 * @returns {PanelMemory}
 */
export function memoryOf(place) {
  /** @type {PanelMemory} */
  const memory = {};
  if (place?.layer) memory.layer = place.layer - 1;
  if (typeof place?.unit === "number") Object.assign(memory, { choice: null, wantedUnit: place.unit });
  return memory;
}

/**
 * The layer, from 1, and the unit that a panel shows alone.
 * @param {PanelMemory} memory
 * @returns {{layer: number | null, unit: number | null}}
 */
export function placeIn({ layer, shown }) {
  if (shown) return { layer: shown.layer + 1, unit: shown.unit };
  return { layer: typeof layer === "number" && layer >= 0 ? layer + 1 : null, unit: null };
}

export class PlaceReport {
  /** @param {(op: Op) => void} send */
  constructor(send) {
    this.send = send;
    this.wanted = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * @param {PlaceData & {panel: string, shown: number | null}} place step null follows the newest; shown: number of the
   *   last request of the page that was carried out
   */
  update(place) {
    const wanted = JSON.stringify(place);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send({ op: "place", ...place }), QUIET_MS);
  }

  /** Tell it again: the server may have forgotten it. */
  repeat() {
    this.wanted = "";
  }

  /** Tell nothing more. */
  end() {
    clearTimeout(this.timer);
  }
}

/**
 * Keep the name of the session in the address, without a step back in the browser's history: the page that is loaded
 * again finds its run by it.
 * @param {string | null | undefined} handle
 * @param {{location: Pick<Location, "href">, history: Pick<History, "state" | "replaceState">}} [browser] for tests
 */
export function keepInAddress(handle, browser = globalThis) {
  const url = new URL(browser.location.href);
  if (!handle || url.searchParams.get("run") === handle) return;
  url.searchParams.set("run", handle);
  browser.history.replaceState(browser.history.state, "", url);
}
