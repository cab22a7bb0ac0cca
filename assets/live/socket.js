/** The usual transport: one WebSocket beside Streamlit's own. */
/** @import { Op, Transport, TransportHandlers } from "./types" */

import { canUnpack } from "./unpack.js";

/** A socket that never opened within this time, in ms, is assumed to be blocked on its way. */
export const PATIENCE_MS = 2500;
const SHORTEST = 500;
const LONGEST = 5000;

/**
 * Address of the socket.
 * @param {string} base path or address of the app
 * @param {string} token
 * @param {string} page
 * @param {readonly string[]} [details] what frames carry from the start, until the view asks for others; else all
 * @returns {string}
 */
export function socketAddress(base, token, page, details) {
  const url = new URL(`${base.replace(/\/+$/, "")}/bnviz/ws`, page);
  url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "wss:" : "ws:";
  url.searchParams.set("token", token);
  if (canUnpack()) url.searchParams.set("packed", "1");
  url.searchParams.set("ends", "1");
  if (details) url.searchParams.set("details", details.join());
  return url.href;
}

/**
 * Open the socket and keep it open; ends for good with close() or when blocked.
 * @param {string} address
 * @param {TransportHandlers} handlers
 * @param {{Socket?: typeof WebSocket, patience?: number}} [options] for tests
 * @returns {Transport}
 */
export function openSocket(address, handlers, { Socket = WebSocket, patience = PATIENCE_MS } = {}) {
  let opened = false;
  let ended = false;
  let delay = SHORTEST;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;

  const connect = () => {
    const own = new Socket(address);
    socket = own;
    own.binaryType = "arraybuffer";
    own.onopen = () => {
      opened = true;
      delay = SHORTEST;
      clearTimeout(verdict);
      handlers.onLink("open");
    };
    own.onmessage = ({ data }) => data instanceof ArrayBuffer && handlers.onMessage(data);
    own.onclose = () => {
      if (ended || own !== socket) return;
      if (opened) handlers.onLink("lost");
      retry = setTimeout(connect, delay);
      delay = Math.min(LONGEST, delay * 1.7);
    };
  };

  const close = () => {
    ended = true;
    clearTimeout(retry);
    clearTimeout(verdict);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  };

  const verdict = setTimeout(() => {
    if (opened) return;
    close();
    handlers.onLink("blocked");
  }, patience);

  handlers.onLink("connecting");
  connect();
  const send = (/** @type {Op} */ op) => {
    if (socket?.readyState !== 1) return false;
    socket.send(JSON.stringify(op));
    return true;
  };
  return { send, close };
}
