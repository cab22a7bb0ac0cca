"""Tabs of the browser that tests take and give back.

A window of Chromium costs 0.4 s of processor time, a process for a page as much again, and the scripts of
the app have to be compiled in each. A tab that has been emptied keeps only those and the cache of the network: it has
no history, no cookie and nothing stored, and the next page in it is a new document and, for the server, a new visitor.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

WIDE = {"width": 1400, "height": 900}
OF_A_TAB = {"viewport": WIDE, "color_scheme": "light", "reduced_motion": "no-preference"}
"""What a tab can change between two tests; anything else asks for a window of its own."""
STORED = "cookies,local_storage,indexeddb,cache_storage,service_workers"


class Tabs:
    """Tabs by the kind of window they are in: its language, whether it has a touchscreen.

    Args:
        browser: what opens them.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._free: dict[str, Page] = {}
        self._taken: dict[Page, tuple[str, CDPSession]] = {}

    def take(self, **options: Any) -> Page:
        """Return an empty tab that no other test has."""
        own = {name: options.pop(name, value) for name, value in OF_A_TAB.items()}
        kind = repr(sorted(options.items()))
        page = self._free.pop(kind, None) or self._open(kind, options)
        page.set_viewport_size(own.pop("viewport"))
        page.emulate_media(**own)
        return page

    def give_back(self, page: Page, url: str) -> None:
        """Empty a tab of all that the app at this address left in it.

        A second tab of a kind is not kept, nor is one that has another behind it: what is hidden is drawn less often.
        """
        kind, session = self._taken[page]
        if page.is_closed() or kind in self._free:
            del self._taken[page]
            page.context.close()
            return
        page.mouse.up()
        if page.url.startswith(url):
            page.evaluate("sessionStorage.clear()")
        page.goto("about:blank")
        page.context.clear_cookies()
        session.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": STORED})
        session.send("Page.resetNavigationHistory")
        self._free[kind] = page

    def _open(self, kind: str, options: dict[str, Any]) -> Page:
        context = self.browser.new_context(**{"locale": "en-US", **options})
        page = context.new_page()
        self._taken[page] = kind, context.new_cdp_session(page)
        return page
