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

  /** Open this way unless it is open. @param {Way} way @returns {boolean} whether it is a new one */
  open({ token, base, transport }) {
    const key = JSON.stringify([token, base, transport]);
    if (key === this.key) return false;
    this.close();
    this.key = key;
    const handlers = {
      onMessage: (/** @type {ArrayBuffer} */ buffer) => this.receive(buffer),
      onLink: (/** @type {string} */ link) => this.ends.onLink(link === "open" && transport === "rerun" ? "fallback" : link),
    };
    this.transport =
      transport === "rerun" ? openFeed(token, handlers, this.ends.sendOp) : openSocket(socketAddress(base, token, location.href), handlers);
    return true;
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
