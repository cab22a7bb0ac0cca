/** Chooses the way to the server and reports how it is doing. */
import { openFeed } from "./feed.js";
import { openSocket, socketAddress } from "./socket.js";
import { decode } from "./wire.js";

/**
 * @typedef {{token: string, base: string, transport: string}} Way
 * @typedef
 *   {{onMessage: (message: import("./wire.js").Message) => void, onLink: (link: string) => void, sendOp: (op: Record<string, unknown>) => void}}
 *   Ends
 */

/** Clicks that are kept while the way is not open. */
const MOST_UNSENT = 4;

export class ServerLink {
  /** @param {Ends} ends */
  constructor(ends) {
    this.ends = ends;
    this.key = "";
    /** @type {import("./socket.js").Transport | null} */
    this.transport = null;
    /** @type {Record<string, unknown>[]} what was clicked before the way was open */
    this.unsent = [];
  }

  /** Open this way unless it is open. @param {Way} way */
  open(way) {
    const key = JSON.stringify([way.token, way.base, way.transport]);
    if (key === this.key) return;
    this.close();
    this.key = key;
    if (way.transport === "rerun") this.openFeed(way);
    else this.openSocket(way);
  }

  /** @param {Way} way */
  openSocket(way) {
    const onLink = (/** @type {string} */ link) => {
      // The slow road is open before the page hears that it is needed, so that nothing sent on it is missed.
      if (link === "blocked") this.open({ ...way, transport: "rerun" });
      else this.ends.onLink(link);
      if (link === "open") this.flush();
    };
    this.transport = openSocket(socketAddress(way.base, way.token, location.href), {
      onMessage: (buffer) => this.receive(buffer),
      onLink,
    });
  }

  /** @param {Way} way */
  openFeed(way) {
    const handlers = {
      onMessage: (/** @type {ArrayBuffer} */ buffer) => this.receive(buffer),
      onLink: () => this.ends.onLink("fallback"),
    };
    this.transport = openFeed(way.token, handlers, this.ends.sendOp);
  }

  /** @param {ArrayBuffer} buffer */
  receive(buffer) {
    try {
      this.ends.onMessage(decode(buffer));
    } catch (error) {
      console.warn("bnviz: a message could not be read", error);
    }
  }

  /**
   * @param {Record<string, unknown>} op
   * @returns {boolean} whether it left; if not, it will once the way is open
   */
  send(op) {
    const left = this.transport?.send(op) ?? false;
    if (!left && op.op !== "visible" && op.op !== "hidden") this.unsent = [...this.unsent, op].slice(-MOST_UNSENT);
    return left;
  }

  flush() {
    const ops = this.unsent;
    this.unsent = [];
    for (const op of ops) this.send(op);
  }

  /** Close for good. */
  close() {
    this.transport?.close();
    this.transport = null;
    this.key = "";
  }
}
