/** PACKED messages, taken apart. Twin of bnviz/live/packing.py. */
/** @import { Message } from "./types" */

const DATA_BLOCK = 0;
const LENGTHS_BLOCK = 1;

/** Whether this browser can take a pack apart; the server packs only for one that says so. */
export const canUnpack = () => "DecompressionStream" in globalThis;

/**
 * @param {Message} message of kind PACKED
 * @returns {Promise<ArrayBuffer[]>} the messages in it, in their order
 * @throws {TypeError | RangeError} when it is damaged
 */
export async function unpack(message) {
  const [data, lengths] = [DATA_BLOCK, LENGTHS_BLOCK].map((id) => message.blocks.get(id)?.raw);
  if (!data || !lengths) throw new RangeError("a pack without its messages");
  const stream = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (data)]).stream();
  const whole = await new Response(stream.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  /** @type {ArrayBuffer[]} */
  const found = [];
  let start = 0;
  for (const length of lengths) {
    found.push(whole.slice(start, start + length));
    start += length;
  }
  if (start !== whole.byteLength) throw new RangeError("a pack whose lengths do not fit");
  return found;
}
