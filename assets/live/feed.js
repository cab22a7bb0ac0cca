/**
 * The transport for places that block our socket: a small feeder component hands messages over on reruns,
 * and ops leave as trigger values.
 *
 * @typedef {import("./socket.js").Handlers} Handlers
 * @typedef {import("./socket.js").Transport} Transport
 */

/**
 * Cut bytes into messages, each prefixed by its length as little-endian u32.
 * @param {Uint8Array} bytes @returns {ArrayBuffer[]} copies, so that each starts on a whole word
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

/**
 * Receive under globalThis.__bnviz[token]; the feeder finds us there.
 * @param {string} token @param {Handlers} handlers @param {(op: Record<string, unknown>) => void} sendOp
 * @returns {Transport}
 */
export function openFeed(token, handlers, sendOp) {
  const doors = (/** @type {any} */ (globalThis).__bnviz ??= {});
  const door = { push: (/** @type {Uint8Array} */ bytes) => split(bytes).forEach(handlers.onMessage) };
  doors[token] = door;
  handlers.onLink("open");
  return {
    send: (op) => (sendOp(op), true),
    close: () => {
      if (doors[token] === door) delete doors[token];
    },
  };
}
