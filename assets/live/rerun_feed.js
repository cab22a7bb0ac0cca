/**
 * The transport for places that block our socket: a small feeder component hands messages over on reruns,
 * and ops leave as trigger values.
 */
/** @import { FeedPush, Op, Transport, TransportHandlers } from "./types" */

import { HELLO } from "./wire.js";

/**
 * Cut bytes into messages, each prefixed by its length as little-endian u32.
 * @param {Uint8Array} bytes
 * @returns {ArrayBuffer[]} copies, so that each starts on a whole word
 * @throws {RangeError} when the last message is cut short
 */
export function split(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages = [];
  let offset = 0;
  while (offset < bytes.byteLength) {
    const size = view.getUint32(offset, true);
    if (offset + 4 + size > bytes.byteLength) throw new RangeError("a message of the feed is cut short");
    const start = bytes.byteOffset + offset + 4;
    messages.push(/** @type {ArrayBuffer} */ (bytes.buffer.slice(start, start + size)));
    offset += 4 + size;
  }
  return messages;
}

/** Time between two requests for the beginning, ms: an answer takes a rerun or two. */
export const ASK_AGAIN_MS = 2000;

/**
 * Receive under globalThis.__bnviz[token]. The feeder may come first: then it has left an array there, with what it
 * pushed. It may also have skipped pushes, so each names the generation of its source: what belongs to a generation
 * whose HELLO was missed is dropped, and the beginning asked for.
 * @param {string} token
 * @param {TransportHandlers} handlers
 * @param {(op: Op) => void} sendOp
 * @param {() => number} [now] ms
 * @returns {Transport}
 */
export function openFeed(token, handlers, sendOp, now = () => performance.now()) {
  globalThis.__bnviz ??= {};
  const receivers = globalThis.__bnviz;
  let known = NaN;
  let asked = -Infinity;
  const push = (/** @type {FeedPush} */ { generation, bytes }) => {
    const messages = split(bytes);
    if (messages.some((buffer) => buffer.byteLength > 5 && new DataView(buffer).getUint8(5) === HELLO))
      known = generation;
    if (generation === known) messages.forEach(handlers.onMessage);
    else if (now() - asked > ASK_AGAIN_MS) {
      asked = now();
      sendOp({ op: "backlog" });
    }
  };
  const former = receivers[token];
  const early = Array.isArray(former) ? former : [];
  const receiver = { push };
  receivers[token] = receiver;
  handlers.onLink("open");
  early.forEach(push);
  return {
    send: (op) => {
      sendOp(op);
      return true;
    },
    close: () => {
      if (receivers[token] === receiver) delete receivers[token];
    },
  };
}
