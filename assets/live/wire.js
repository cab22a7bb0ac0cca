/**
 * The binary codec of the live path, browser side. Twin of bnviz/live/wire.py; golden bytes hold the two together.
 *
 *     header  u32 magic "BNV1" | u8 version | u8 kind | u16 number of blocks | u32 seq | u32 step
 *     block   u16 id | u8 dtype | u8 ndim | u32 shape[ndim] | padding to a multiple of 8 | data | padding to 8
 */
/** @import { Block, Message, Numbers } from "./types" */

export const MAGIC = 0x31564e42;
export const VERSION = 1;
export const HELLO = 1;
export const FRAME = 2;
export const CURVES = 3;
export const STATUS = 4;
export const SURFACE = 5;
export const BOUNDARY = 6;
export const FORMER = 7;
export const PACKED = 8;
export const CURVE_ENDS = 9;
/** Id of the JSON block of a FORMER message. */
export const ABOUT_BLOCK = 4095;
export const ARM_STRIDE = 16;
export const FLOAT16 = 4;

const HEADER = 16;
const TYPES = [Uint8Array, Uint16Array, Uint32Array, Int32Array, Uint16Array, Float32Array, Float64Array];

/**
 * Value of one IEEE 754 half-precision number given as its 16 bits.
 * @param {number} bits
 * @returns {number}
 */
export function halfToFloat(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @type {Float32Array | null} every half there is; 256 kB, made when the first one is read */
let halves = null;

/** Table of all 65,536 halves. @returns {Float32Array} */
export function halfTable() {
  if (!halves) {
    halves = new Float32Array(65536);
    for (let bits = 0; bits < 65536; bits++) halves[bits] = halfToFloat(bits);
  }
  return halves;
}

/**
 * @param {Uint16Array} raw
 * @returns {Float32Array}
 */
function decodeHalves(raw) {
  const table = halfTable();
  const out = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = table[raw[i]];
  return out;
}

/**
 * @param {number[]} shape
 * @param {number} dtype
 * @param {Numbers} raw
 * @returns {Block}
 */
function block(shape, dtype, raw) {
  if (dtype !== FLOAT16) return { shape, dtype, raw, data: raw };
  /** @type {Float32Array | null} */
  let decoded = null;
  return {
    shape,
    dtype,
    raw,
    get data() {
      decoded ??= decodeHalves(/** @type {Uint16Array} */ (raw));
      return decoded;
    },
  };
}

/**
 * Size in bytes of a whole number of 8-byte words.
 * @param {number} size
 * @returns {number}
 */
const padded = (size) => (size + 7) & ~7;

/**
 * Read a message. The blocks are views on the buffer: no copy.
 * @param {ArrayBuffer} buffer starts at the message
 * @returns {Message}
 * @throws {RangeError} when the bytes are no whole message of ours
 */
export function decode(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER || view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== VERSION) {
    throw new RangeError(`not a bnviz message of version ${VERSION}`);
  }
  const count = view.getUint16(6, true);
  const blocks = new Map();
  let offset = HEADER;
  for (let n = 0; n < count; n++) {
    const id = view.getUint16(offset, true);
    const dtype = view.getUint8(offset + 2);
    const ndim = view.getUint8(offset + 3);
    const Type = TYPES[dtype];
    if (!Type) throw new RangeError(`unknown number type ${dtype}`);
    const shape = [];
    for (let d = 0; d < ndim; d++) shape.push(view.getUint32(offset + 4 + 4 * d, true));
    const size = shape.reduce((product, length) => product * length, 1);
    offset = padded(offset + 4 + 4 * ndim);
    blocks.set(id, block(shape, dtype, new Type(buffer, offset, size)));
    offset = padded(offset + size * Type.BYTES_PER_ELEMENT);
  }
  return { kind: view.getUint8(5), seq: view.getUint32(8, true), step: view.getUint32(12, true), blocks };
}

/**
 * The JSON of a HELLO, a STATUS, or of one block of another message.
 * @param {Message} message
 * @param {number} [id]
 */
export function parseJson(message, id = 0) {
  const found = message.blocks.get(id);
  if (!found) throw new RangeError(`message of kind ${message.kind} has no block ${id}`);
  return JSON.parse(new TextDecoder().decode(/** @type {Uint8Array} */ (found.raw)));
}
