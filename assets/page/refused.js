/**
 * Says why a page stays empty: where a proxy changes Host, or as many pages are open as may be, Streamlit's own socket is
 * refused, and with it everything that it would bring. Ours is refused too, but with a code. bnviz/web/pages.py puts this
 * into every page.
 */

/** So long the page may take to find its server, ms. */
const PATIENCE_MS = 4000;
/** What the page's head holds for each code of a refusal (bnviz/live/handshake.py, bnviz/web/open_pages.py). */
const WORDS = /** @type {Record<number, string>} */ ({ 4403: "bnviz-refused", 4429: "bnviz-crowded" });

const isConnected = () => document.querySelector('[data-test-connection-state="CONNECTED"]') !== null;

/** @param {string} words - name of the words in the head. */
const tell = (words) => {
  const box = document.createElement("div");
  box.id = "bnviz-refused";
  box.setAttribute("role", "alert");
  box.textContent = document.querySelector(`meta[name="${words}"]`)?.getAttribute("content") ?? "";
  document.body.append(box);
};

const ask = () => {
  if (isConnected()) return;
  const address = new URL("../../../ws", import.meta.url);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, ["bnviz", "-"]);
  socket.onclose = ({ code }) => {
    if (code in WORDS && !isConnected()) tell(WORDS[code]);
  };
};

setTimeout(ask, PATIENCE_MS);
