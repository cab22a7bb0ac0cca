/**
 * The part of the address that belongs to the stage: `#step=3&x=...`.
 *
 * It comes after the `#`, because Streamlit writes the query from its server's side and would not know about ours.
 * Replaced, never pushed: scrolling must not fill the browser's history.
 */

const NUMBER = /^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,3})?$/i;

/** Whether a text is a number to JavaScript, and not as bnviz writes one: `0x10`, `Infinity`, `1e999`, spaces. @param {string} text */
const isOtherNumber = (text) => !Number.isNaN(Number(text)) && !(NUMBER.test(text) && Number.isFinite(Number(text)));

/**
 * A moment as an address has it: values that are empty are not there, nor are numbers of another grammar
 * (bnviz/config/numbers.py).
 * @param {Iterable<[string, string]>} values
 */
export const momentOf = (values) =>
  new URLSearchParams([...values].filter(([, value]) => value !== "" && !isOtherNumber(value)));

export const readAddress = () => momentOf(new URLSearchParams(location.hash.slice(1)));

/** @param {Record<string, string>} values empty ones are left out */
export function writeAddress(values) {
  const kept = momentOf(Object.entries(values));
  const hash = kept.toString() ? `#${kept}` : "";
  if (hash !== location.hash) history.replaceState(history.state, "", location.pathname + location.search + hash);
}
