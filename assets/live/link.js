/** Chooses the way to the server and reports how it is doing. */
import { openFeed } from "./feed.js";
import { openSocket, socketAddress } from "./socket.js";
import { decode } from "./wire.js";

/**
 * @typedef {{token: string, base: string, transport: string}} Way
 * @typedef {{onMessage: (message: import("./wire.js").Message) => void, onLink: (link: string) => void, sendOp: (op: Record<string, unknown>) => void}} Ends
 */

export class ServerLink {
  /** @param {Ends} ends */
  constructor(ends) {
    this.ends = ends;
    this.key = "";
    /** @type {import("./socket.js").Transport | null} */
    this.transport = null;
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
    };
    this.transport = openSocket(socketAddress(way.base, way.token, location.href), { onMessage: (buffer) => this.receive(buffer), onLink });
  }

  /** @param {Way} way */
  openFeed(way) {
    const handlers = { onMessage: (/** @type {ArrayBuffer} */ buffer) => this.receive(buffer), onLink: () => this.ends.onLink("fallback") };
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

  /** @param {Record<string, unknown>} op @returns {boolean} whether it left */
  send(op) {
    return this.transport?.send(op) ?? false;
  }

  /** Close for good. */
  close() {
    this.transport?.close();
    this.transport = null;
    this.key = "";
  }
}
