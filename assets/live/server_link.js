/** Chooses the route to the server and reports how it is doing. */
/** @import { Connect, LinkState, Message, Op, OpenedSocket, Refusal, Session, Transport, TransportHandlers } from "./types" */

import { openFeed } from "./rerun_feed.js";
import { isAnswering, openSocket, socketAddress } from "./socket.js";
import { unpack } from "./unpack.js";
import { decode, PACKED } from "./wire.js";

/**
 * @typedef {{token: string, base: string, transport: string, connect?: Connect, details?: readonly string[],
 *   opened?: OpenedSocket, returns?: boolean}} Route how to reach the server, which details its frames carry from the
 *   start, and whether a server that does not know the token opens another session for the page's address
 *
 * @typedef {object} LinkHandlers
 * @property {(message: Message) => void} onMessage
 * @property {(link: LinkState, reason?: Refusal) => void} onLink
 * @property {(session: Session) => void} [onSession] the server has opened another session in the place of a lost one
 * @property {(op: Op) => void} sendOp send a command by a rerun of the page
 */

/** After so long on the slower route, ms, the socket is tried again, and then after twice as long each time. */
export const TRY_AGAIN_MS = 15_000;
const TRY_AT_LEAST_EVERY_MS = 240_000;

/** Clicks that are kept while the route is not open. */
const MAX_UNSENT = 4;

export class ServerLink {
  /** @param {LinkHandlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    this.key = "";
    /** @type {Transport | null} */
    this.transport = null;
    /** @type {Op[]} what was clicked before the route was open */
    this.unsent = [];
    /** @type {{end: () => void} | null} tries of the socket while the slower route is open */
    this.tries = null;
    /** @type {Promise<void> | null} packs that are being taken apart; what comes later waits for them */
    this.unpacking = null;
  }

  /**
   * Open this route unless it is open.
   * @param {Route} route
   * @param {Refusal} [reason] why it is the fallback
   */
  open(route, reason) {
    const key = keyOf(route);
    if (key === this.key) return;
    this.close();
    this.key = key;
    if (route.connect) this.transport = route.connect(this.transportHandlers((link) => this.handlers.onLink(link)));
    else if (route.transport === "rerun") this.openFeed(route, reason);
    else this.openSocket(route);
  }

  /** @param {Route} route */
  openSocket(route) {
    let now = route;
    const onSession = (/** @type {Session} */ session) => {
      now = { ...route, ...session };
      this.key = keyOf(now);
      this.handlers.onSession?.(session);
    };
    const onLink = (/** @type {LinkState} */ link, /** @type {Refusal | undefined} */ reason) => {
      // The fallback is open before the page hears that it is needed, so that nothing sent on it is missed.
      if (link === "blocked") this.open({ ...now, transport: "rerun" }, reason);
      else this.handlers.onLink(link);
      if (link === "open") this.flush();
    };
    const address = socketAddress(route.base, location.href, route.details);
    const handlers = { ...this.transportHandlers(onLink), onSession };
    const { opened, returns } = route;
    const query = returns ? () => location.search : undefined;
    this.transport = openSocket(address, route.token, handlers, { opened, query, answers: () => isAnswering(address) });
  }

  /** @param {Route} route @param {Refusal} [reason] */
  openFeed(route, reason) {
    const handlers = this.transportHandlers(() => this.handlers.onLink("fallback", reason));
    this.transport = openFeed(route.token, handlers, this.handlers.sendOp);
    if (reason === "unreachable") this.tries = this.trySocket(route);
  }

  /**
   * A server that was too busy to answer in time, or a proxy that was started again, may let the socket through later.
   * @param {Route} route
   * @returns {{end: () => void}}
   */
  trySocket(route) {
    const address = socketAddress(route.base, location.href, []);
    /** @type {Transport | null} */
    let socket = null;
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    const later = (/** @type {number} */ wait) => {
      timer = setTimeout(() => {
        const onLink = (/** @type {LinkState} */ link) => {
          if (link === "open") this.open({ ...route, transport: "socket" });
          else if (link === "blocked") later(Math.min(2 * wait, TRY_AT_LEAST_EVERY_MS));
        };
        socket = openSocket(address, route.token, { onMessage: () => {}, onLink });
      }, wait);
    };
    later(TRY_AGAIN_MS);
    return {
      end: () => {
        clearTimeout(timer);
        socket?.close();
      },
    };
  }

  /** @param {TransportHandlers["onLink"]} onLink @returns {TransportHandlers} */
  transportHandlers(onLink) {
    return { onMessage: (buffer) => this.receive(buffer), onLink };
  }

  /** Hand on a message, in the order of arrival. @param {ArrayBuffer} buffer */
  receive(buffer) {
    const message = this.read(buffer);
    if (!message) return;
    if (message.kind !== PACKED && !this.unpacking) {
      this.hand(message);
      return;
    }
    const { transport } = this;
    const turn = (this.unpacking ?? Promise.resolve()).then(async () => {
      const parts = message.kind === PACKED ? (await unpack(message)).map((part) => this.read(part)) : [message];
      if (this.transport !== transport) return; // another route was opened meanwhile
      for (const part of parts) if (part) this.hand(part);
    });
    const settled = turn.catch(unreadable).then(() => {
      if (this.unpacking === settled) this.unpacking = null;
    });
    this.unpacking = settled;
  }

  /** @param {Message} message */
  hand(message) {
    try {
      this.handlers.onMessage(message);
    } catch (error) {
      unreadable(error);
    }
  }

  /** @param {ArrayBuffer} buffer @returns {Message | null} null, and a warning, when the bytes are no message */
  read(buffer) {
    try {
      return decode(buffer);
    } catch (error) {
      unreadable(error);
      return null;
    }
  }

  /**
   * @param {Op} op
   * @returns {boolean} whether it left; if not, it will once the route is open
   */
  send(op) {
    const left = this.transport?.send(op) ?? false;
    if (!left && !["visible", "hidden", "place", "details"].includes(op.op))
      this.unsent = [...this.unsent, op].slice(-MAX_UNSENT);
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
    this.tries?.end();
    this.transport = this.tries = null;
    this.unpacking = null;
    this.key = "";
  }
}

/** @param {Pick<Route, "token" | "base" | "transport">} route */
function keyOf({ token, base, transport }) {
  return JSON.stringify([token, base, transport]);
}

/** @param {unknown} error */
function unreadable(error) {
  console.warn("bnviz: a message could not be read", error);
}
