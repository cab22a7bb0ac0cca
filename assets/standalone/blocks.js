/** What a page of ours holds in blocks: base64 of a zlib stream. */

/** @param {string} id */
export const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * The bytes of a block of the page.
 * @param {string} id
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function bytesOf(id) {
  const text = atob((element(id).textContent ?? "").trim());
  const packed = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Say that this browser cannot show the page. @param {unknown} error */
export function fail(error) {
  console.error("bnviz", error);
  element("failed").hidden = false;
}
