/** The usual transport: one WebSocket beside Streamlit's own. */
/** @import { Op, OpenedSocket, Refusal, Session, Transport, TransportHandlers } from "./types" */

import { canUnpack } from "./unpack.js";

/** A socket that is not welcomed within this time, in ms, is assumed to be blocked on its way. */
export const PATIENCE_MS = 2500;
/** So long after it was lost, in ms, while the page itself is connected, a socket is assumed to be blocked. */
export const LOST_PATIENCE_MS = 4000;
const SHORTEST = 500;
const LONGEST = 2000;
/** Time between two looks whether a server that is gone answers again, ms. */
export const LOOK_EVERY_MS = 250;
/** So long a look may take, ms. */
const LOOK_MS = 2000;
/** So long nothing but looks is tried, ms: they may be kept away from a server that a socket reaches. */
export const LOOKS_FOR_MS = 10_000;
/** What a proxy answers in the place of a server that is gone. */
const GONE = [502, 503, 504];

/** What the server offers to speak, before the token (bnviz/live/handshake.py). */
const SUBPROTOCOL = "bnviz";

/** The server's close codes that no other try would change, with the reason that the visitor is told. */
const REFUSALS = /** @type {Record<number, Refusal>} */ ({ 4403: "origin", 4429: "viewers" });
/** The server does not know the token: it was started again, or has forgotten this view. */
const UNKNOWN_TOKEN = 4404;

/**
 * Address of the socket; the token is not part of it, because proxies write addresses into their logs.
 * @param {string} base path or address of the app
 * @param {string} page
 * @param {readonly string[]} [details] what frames carry from the start, until the view asks for others; else all
 * @returns {string}
 */
export function socketAddress(base, page, details) {
  const url = new URL(`${base.replace(/\/+$/, "")}/bnviz/ws`, page);
  url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "wss:" : "ws:";
  if (canUnpack()) url.searchParams.set("packed", "1");
  url.searchParams.set("ends", "1");
  if (details) url.searchParams.set("details", details.join());
  return url.href;
}

/**
 * Whether the server of a socket answers. To look costs less than to open a socket: a browser lets sockets to a server
 * that refused a dozen of them wait for seconds.
 * @param {string} address of the socket
 * @returns {Promise<boolean>}
 */
export async function isAnswering(address) {
  const url = new URL("../_stcore/health", address.replace(/^ws/, "http"));
  try {
    const { status } = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(LOOK_MS) });
    return !GONE.includes(status);
  } catch {
    return false;
  }
}

/** Whether Streamlit's own socket is connected; false where there is none. @returns {boolean} */
export function isPageConnected() {
  const page = globalThis.document?.querySelector("[data-test-connection-state]");
  return page?.getAttribute("data-test-connection-state") === "CONNECTED";
}

/**
 * Open the socket and keep it open; ends for good with close() or when blocked.
 *
 * It is open with the server's first message: a server that refuses accepts first, since only an open socket can be
 * closed with a code. 4403 and 4429 block it, with a reason; 4404 is the link "unknown", and it tries on; any other
 * code, of the server or of a proxy (1001, 1006, 1012 ...), is a lost connection, and it tries on. A server that was
 * started again does not know the token. It is told the page's query, opens another session for it, and welcomes the
 * viewer with its names.
 * @param {string} address
 * @param {string} token
 * @param {TransportHandlers} handlers
 * @param {{Socket?: typeof WebSocket, patience?: number, pageIsConnected?: () => boolean, now?: () => number,
 *   opened?: OpenedSocket, query?: () => string, answers?: () => Promise<boolean>}} [options]
 *   for tests; opened: a socket that is open already, with what it has received; query: of the page, where the server
 *   can open a session for it; answers: whether a server that was lost is there again
 * @returns {Transport}
 */
export function openSocket(
  address,
  token,
  handlers,
  {
    Socket = WebSocket,
    patience = PATIENCE_MS,
    pageIsConnected = isPageConnected,
    now = () => performance.now(),
    opened,
    query,
    answers,
  } = {},
) {
  let welcomed = false;
  let ended = false;
  let delay = SHORTEST;
  /** @type {number | null} since when no try was answered though the page itself is connected, ms */
  let unansweredSince = null;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  let isGone = false;
  let lookedSince = 0;

  const connect = () => {
    const first = opened;
    opened = undefined;
    const asked = welcomed && query ? `${address}&back=${encodeURIComponent(query().slice(1))}` : address;
    const own = first?.socket ?? new Socket(asked, [SUBPROTOCOL, token]);
    let isOpen = false;
    socket = own;
    own.binaryType = "arraybuffer";
    own.onmessage = ({ data }) => {
      if (!isOpen) {
        isOpen = welcomed = true;
        if (typeof data === "string") meet(JSON.parse(data));
        delay = SHORTEST;
        unansweredSince = null;
        clearTimeout(verdict);
        handlers.onLink("open");
      }
      if (data instanceof ArrayBuffer) handlers.onMessage(data);
    };
    own.onclose = ({ code }) => {
      if (ended || own !== socket) return;
      const refusal = REFUSALS[code];
      if (refusal) block(refusal);
      else again(code);
    };
    queueMicrotask(() => {
      for (const message of first?.kept ?? []) own.onmessage?.(message);
    });
  };

  /** @param {number} code */
  const again = (code) => {
    if (code === UNKNOWN_TOKEN) clearTimeout(verdict);
    unansweredSince = code === UNKNOWN_TOKEN || !pageIsConnected() ? null : (unansweredSince ?? now());
    if (welcomed && unansweredSince !== null && now() - unansweredSince > LOST_PATIENCE_MS) {
      block("unreachable");
      return;
    }
    if (code === UNKNOWN_TOKEN) handlers.onLink("unknown");
    else if (welcomed) handlers.onLink("lost");
    isGone = welcomed && code !== UNKNOWN_TOKEN;
    lookedSince = now();
    retry = setTimeout(attempt, delay);
    delay = Math.min(LONGEST, delay * 1.7);
  };

  /** Connect, once the server answers if it is gone. */
  const attempt = () => {
    if (!isGone || !answers || now() - lookedSince > LOOKS_FOR_MS) {
      connect();
      return;
    }
    answers().then((isThere) => {
      if (ended) return;
      if (isThere) connect();
      else retry = setTimeout(attempt, LOOK_EVERY_MS);
    });
  };

  /** @param {Partial<Session>} welcome names a session if it is not known yet */
  const meet = ({ token: told, handle }) => {
    if (!told || !handle || told === token) return;
    token = told;
    handlers.onSession?.({ token, handle });
  };

  /** @param {Refusal} reason */
  const block = (reason) => {
    close();
    handlers.onLink("blocked", reason);
  };

  const close = () => {
    ended = true;
    clearTimeout(retry);
    clearTimeout(verdict);
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
  };

  const verdict = setTimeout(() => block("unreachable"), patience);

  handlers.onLink("connecting");
  connect();
  const send = (/** @type {Op} */ op) => {
    if (socket?.readyState !== 1) return false;
    socket.send(JSON.stringify(op));
    return true;
  };
  return { send, close };
}
