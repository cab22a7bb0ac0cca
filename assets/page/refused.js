/**
 * Says why a page stays empty: where a proxy changes Host, Streamlit's own socket is refused, and with it everything
 * that it would bring. Ours is refused too, but with a code. bnviz/web/pages.py puts this into every page.
 */

/** So long the page may take to find its server, ms. */
const PATIENCE_MS = 4000;
/** The page's Origin is not the Host that the server was asked by (bnviz/live/handshake.py). */
const FOREIGN_ORIGIN = 4403;

const isConnected = () => document.querySelector('[data-test-connection-state="CONNECTED"]') !== null;

const tell = () => {
  const box = document.createElement("div");
  box.id = "bnviz-refused";
  box.setAttribute("role", "alert");
  box.textContent = document.querySelector('meta[name="bnviz-refused"]')?.getAttribute("content") ?? "";
  document.body.append(box);
};

const ask = () => {
  if (isConnected()) return;
  const address = new URL("../../../ws", import.meta.url);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, ["bnviz", "-"]);
  socket.onclose = ({ code }) => {
    if (code === FOREIGN_ORIGIN && !isConnected()) tell();
  };
};

setTimeout(ask, PATIENCE_MS);
