// Stands in the HTML of every page (bnviz/web/pages.py), before Streamlit's own scripts run.
(() => {
  const root = document.documentElement;

  // Streamlit pushes its query into the history. That is no way to go back, but for a stop of the tour, and what comes
  // after the # is ours to keep.
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const next = new URL(url ?? "", location.href);
    const stopOf = (/** @type {string} */ query) => new URLSearchParams(query).get("tour");
    if (stopOf(next.search) !== stopOf(location.search)) push(state, title, url);
    else if (next.pathname !== location.pathname) push(state, title, url);
    else history.replaceState(state, title, next.pathname + next.search + (next.hash || location.hash));
  };

  // The server asks whether the controls beside the page would leave it too little room (bnviz/ui/shell.py).
  // biome-ignore lint/suspicious/noDocumentCookie: the other way to write one is missing where the page is not encrypted
  document.cookie = `bnviz_narrow=1; path=/; samesite=lax${innerWidth < 1000 ? "" : "; max-age=0"}`;

  // A page is shown when it is arranged, and what is below its picture when the picture is there: nothing jumps.
  const ARRIVED = ".stMainBlockContainer :is(h1, h2, h3, .stBidiComponent)";
  const LATEST_START = 2500;
  const PATIENCE = 10_000; // then something went wrong, and what the page says must be seen
  root.classList.add("bnviz-arriving", "bnviz-waiting");
  const show = () => {
    const skeletons = document.querySelector("[data-testid=stSkeleton], [data-testid=stAppSkeleton]");
    if (!document.querySelector(ARRIVED) || skeletons) return;
    root.classList.remove("bnviz-arriving");
  };

  // The poster goes when the page's own picture is there, or when the visitor acts.
  const SIGNS = ["bnviz:first-frame", "pointerdown", "keydown", "popstate"];
  const end = () => {
    for (const sign of SIGNS) removeEventListener(sign, end);
    words.disconnect();
    root.classList.remove("bnviz-arriving", "bnviz-waiting");
    document.getElementById("bnviz-poster")?.remove();
    document.getElementById("bnviz-early")?.remove();
  };
  for (const sign of SIGNS) addEventListener(sign, end);

  // A page without a picture, where torch cannot be imported or a run of its script failed, has words to be read at once.
  const TROUBLE = ".stMainBlockContainer :is([data-testid=stAlert], [data-testid=stException])";
  const isOver = () => document.querySelector(".stApp[data-test-script-state=notRunning]");
  const words = new MutationObserver(() => {
    if (document.querySelector(TROUBLE) && isOver() && !document.querySelector(".st-key-live, .st-key-stage")) end();
  });
  words.observe(root, { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });

  // Posters follow the system's theme; a visitor who chose one in the menu may have another.
  try {
    const chosen = Object.keys(localStorage).some((key) => key.startsWith("stActiveTheme"));
    if (chosen) for (const id of ["bnviz-poster", "bnviz-early"]) document.getElementById(id)?.remove();
  } catch {
    // no storage here, so no theme was chosen
  }

  // Streamlit's scripts keep the browser and the server busy for a second: the first picture is painted before they
  // are asked for.
  const entry = document.querySelector("script[data-bnviz-entry]");
  const start = () => {
    if (!entry?.isConnected) return;
    for (const later of document.querySelectorAll("link[rel=bnviz-later]")) {
      const link = document.createElement("link");
      Object.assign(link, { rel: "modulepreload", crossOrigin: "", href: later.getAttribute("href") });
      later.replaceWith(link);
    }
    const script = document.createElement("script");
    script.type = "module";
    script.crossOrigin = "";
    script.src = entry.getAttribute("data-bnviz-entry") ?? "";
    entry.replaceWith(script);
  };
  // Our modules are evaluated while the browser waits for the server, and not after Streamlit has arranged the page.
  const ours = /** @type {HTMLLinkElement | null} */ (
    document.querySelector('link[rel=modulepreload][href*="bnviz/assets"]')
  );
  if (ours && "requestIdleCallback" in window) requestIdleCallback(() => import(ours.href).catch(() => {}));
  const picture = document.querySelector("#bnviz-poster img");
  // Nor do they hold up the first frames of the lab, whose socket is open (assets/page/arrival.js), if it is not refused.
  /** @typedef {Promise<unknown>} Told */
  const { __bnvizArrival: arrival } = /** @type {{__bnvizArrival?: {welcomed: Told, drawn: Told, refused: Told}}} */ (
    globalThis
  );
  let isWelcome = false;
  arrival?.welcomed.then(() => {
    isWelcome = true;
  });
  arrival?.refused.then(start);
  arrival?.drawn.then(() => requestAnimationFrame(() => setTimeout(start)));
  setTimeout(start, LATEST_START);
  if (picture instanceof HTMLImageElement) {
    new PerformanceObserver((_list, observer) => {
      if (!performance.getEntriesByName("first-contentful-paint").length) return;
      observer.disconnect();
      if (!arrival) start();
    }).observe({ type: "paint", buffered: true });
    picture.decode().catch(() => arrival || start());
  } else if (!arrival) {
    start();
  }
  setTimeout(() => isWelcome || start(), document.hidden ? 0 : 1000); // in a hidden tab nothing is painted
  setTimeout(end, PATIENCE);

  const assets = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=bnviz-assets]"))?.content;
  // The language of the page is that of its words, also after it was switched.
  let spoken = "[]";
  const follow = () => {
    const words = /** @type {HTMLElement | null} */ (document.querySelector(".bnviz-language"));
    if (words && words.lang !== root.lang) root.lang = words.lang;
    const borrowed = words?.dataset.borrowed ?? spoken;
    if (borrowed === spoken) return;
    spoken = borrowed;
    import(new URL(`${assets}page/borrowed.js`, document.baseURI).href)
      .then(({ speak }) => speak(JSON.parse(borrowed)))
      .catch(() => {}); // then these words stay English
  };

  // The menu is one stop of the Tab key; the arrow keys move along it.
  const MENU = "[data-testid=stTopNavLink], [data-testid=stTopNavSection]";
  const menu = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(MENU)]);
  const stopAt = (/** @type {HTMLElement} */ one) => {
    for (const item of menu()) item.tabIndex = item === one ? 0 : -1;
  };
  const gather = () => {
    const items = menu();
    if (items.filter(({ tabIndex }) => tabIndex === 0).length !== 1 && items[0]) stopAt(items[0]);
  };
  addEventListener("keydown", (event) => {
    const items = menu();
    const at = items.indexOf(/** @type {HTMLElement} */ (event.target));
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (at < 0 || !way) return;
    event.preventDefault();
    const next = items[(at + way + items.length) % items.length];
    stopAt(next);
    next.focus();
  });

  // The line at the top says of a task what its bar further down says.
  const repeat = () => {
    for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-bar]"))) {
      const anchor = document.getElementById(line.dataset.bar ?? "");
      const follows = (/** @type {Element} */ bar) =>
        (anchor?.compareDocumentPosition(bar) ?? 0) & Node.DOCUMENT_POSITION_FOLLOWING;
      const words = [...document.querySelectorAll("[data-testid=stProgress]")].find(follows)?.textContent;
      if (words && line.textContent !== words) line.textContent = words;
    }
  };

  new MutationObserver(() => {
    if (root.classList.contains("bnviz-arriving")) show();
    follow();
    gather();
    repeat();
  }).observe(root, { childList: true, subtree: true, characterData: true });
})();
