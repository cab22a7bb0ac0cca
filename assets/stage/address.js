/**
 * The part of the address that belongs to the stage: `#step=3&x=...`.
 *
 * It comes after the `#`, because Streamlit writes the query from its server's side and would not know about ours.
 * Replaced, never pushed: scrolling must not fill the browser's history.
 */

export const readAddress = () => new URLSearchParams(location.hash.slice(1));

/** @param {Record<string, string>} values empty ones are left out */
export function writeAddress(values) {
  const kept = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  const hash = kept.toString() ? `#${kept}` : "";
  if (hash !== location.hash) history.replaceState(history.state, "", location.pathname + location.search + hash);
}
