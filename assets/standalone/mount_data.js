/** What the live view is given where no server stands behind it. */
/** @import { Connect, MountData, PythonBridge, Words } from "../live/types" */

/** @typedef {{strings: Words, labels: Words}} ViewWords the words of one language */

/** The view reports nothing: nobody can answer. @type {PythonBridge} */
export const NO_PYTHON = { setStateValue() {}, setTriggerValue() {} };

/** The reader's language among those there are. @param {Record<string, ViewWords>} words */
export function firstLanguage(words) {
  const spoken = navigator.languages.map((tag) => tag.split("-")[0].toLowerCase());
  return spoken.find((code) => code in words) ?? Object.keys(words)[0];
}

/**
 * @param {ViewWords} words
 * @param {Connect} connect
 * @param {string} panel the panel that opens first
 * @returns {MountData}
 */
export const mountData = ({ strings, labels }, connect, panel) => ({
  token: "",
  base: "",
  transport: "given",
  readOnly: true,
  connect,
  panel,
  strings,
  labels,
});
