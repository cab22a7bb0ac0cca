// Stands at the head of the lab's HTML (bnviz/web/pages.py), before everything that a script would wait for: it opens
// the lab's own socket and asks for the view, which draws the first frames in the poster's place (assets/live/early.js).
// The page's script finds the session by its name in the address and takes it over; if not, it ends with the socket.
(() => {
  const MOST_KEPT = 2000; // messages that wait for the view
  const PATIENCE = 10_000; // where the view does not come, nothing takes the socket over
  const assets = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=bnviz-assets]"))?.content;

  // The first picture follows the system's theme; a visitor who chose one in the menu may have another.
  const hasChosen = () => {
    try {
      return Object.keys(localStorage).some((key) => key.startsWith("stActiveTheme"));
    } catch {
      return false; // no storage here, so no theme was chosen
    }
  };
  if (!assets || document.hidden || !("WebSocket" in window)) return;
  // It is on its way while the browser reads its storage from the disk.
  const view = import(new URL(`${assets}live/whole.js`, document.baseURI).href);
  view.catch(() => {}); // what waits for it hears of it
  if (hasChosen()) return;

  const url = new URL("bnviz/ws", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if ("DecompressionStream" in window) url.searchParams.set("packed", "1");
  url.searchParams.set("ends", "1");
  // The panel with which the lab opens draws no details of frames.
  if (!new URLSearchParams(location.search).has("panel")) url.searchParams.set("details", "");
  url.searchParams.set("for", location.search.slice(1));
  const socket = new WebSocket(url, ["bnviz", "new"]);
  socket.binaryType = "arraybuffer";

  /** @type {MessageEvent[]} */
  const kept = [];
  /** @type {(value?: unknown) => void} */
  let welcome = () => {};
  const welcomed = new Promise((resolve) => {
    welcome = resolve;
  });
  const refused = new Promise((resolve) => {
    socket.onclose = resolve;
  });
  const keep = (/** @type {MessageEvent} */ message) => {
    if (kept.push(message) > MOST_KEPT) socket.close();
    if (typeof message.data === "string") welcome();
  };
  socket.onmessage = keep;
  setTimeout(() => socket.onmessage === keep && socket.close(), PATIENCE);

  // The place of the first frames stands in the body, which may still be on its way.
  const isRead = new Promise((resolve) => {
    if (document.readyState !== "loading") resolve(undefined);
    else document.addEventListener("DOMContentLoaded", resolve, { once: true });
  });
  const place = async () => {
    const found = () => document.getElementById("bnviz-early");
    if (!found()) await isRead;
    return found();
  };
  welcomed
    .then(async () => {
      const named = new URL(location.href);
      named.searchParams.set("run", JSON.parse(kept[0].data).handle);
      history.replaceState(history.state, "", named);
      const { begin } = await view;
      begin({ socket, kept, place: await place() });
    })
    .catch(() => socket.close());
  view.catch(() => socket.close());
  const drawn = new Promise((resolve) => {
    addEventListener("bnviz:early-frame", resolve, { once: true });
  });
  Object.assign(globalThis, { __bnvizArrival: { welcomed, drawn, refused } });
})();
