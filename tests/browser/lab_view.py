"""One page of the app: what it shows, what its socket carries, what it asks of the network."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, WebSocket, expect

from bnviz.live import wire
from bnviz.text.catalogue import translate

PATIENCE_MS = 30_000
"""For everything: a failure may be slow, a success never waits longer than it must."""

STREAMLITS_OWN = r"404.*/(data|guide|claims)/_stcore/(health|host-config)"
"""On a deep link, Streamlit asks below the page's address first and then finds its root."""

FORBIDDEN = """() => new Promise((done) => {
  const seen = [];
  const hear = (reports) => seen.push(...reports.map(({ body }) => `${body.effectiveDirective} ${body.blockedURL}`));
  new ReportingObserver(hear, { types: ["csp-violation"], buffered: true }).observe();
  setTimeout(() => done(seen), 0);
})"""
"""What the Content-Security-Policy has stopped on the page; Chromium writes only some of it to the console."""


class Lab:
    """A browser page with the live view on it.

    Args:
        page: an empty tab.
        url: where the app is.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        self.forgiven: list[str] = [STREAMLITS_OWN]
        self.foreign: list[str] = []
        self.received: list[wire.Message] = []
        self.sent: list[dict[str, Any]] = []
        page.set_default_timeout(PATIENCE_MS)
        self._listening: dict[Any, Any] = {
            "console": self._heard,
            "pageerror": lambda error: self.errors.append(f"uncaught: {error}"),
            "request": self._asked,
            "websocket": self._opened,
        }
        for event, listener in self._listening.items():
            page.on(event, listener)

    # -- going places --------------------------------------------------------------------------------------

    def open(self, path: str = "/?preset=default") -> None:
        """Go to an address of the app that has a live view, and wait until the view shows something."""
        self.page.goto(self.url + path)
        self.wait_for_view()

    def wait_for_view(self) -> None:
        """Wait until the live view is connected and has all that the server sends to a new viewer."""
        expect(self.view).to_have_attribute("data-source", re.compile("live|recorded"))
        expect(self.view).to_have_attribute("data-arrived", "true")
        # Until the page's script has run, the view stands in the poster's place and takes no clicks.
        expect(self.page.locator("#bnviz-early")).to_have_count(0)

    def go(self, name: str) -> None:
        """Go to another page by the menu, whatever section of it the page is in."""
        title = words(f"nav.{name}")
        link = self.page.get_by_role("link", name=title, exact=True)
        link = link.or_(self.page.get_by_role("menuitem", name=title, exact=True))
        sections = self.page.get_by_test_id("stTopNavSection")
        expect(self.page.get_by_test_id("stTopNavLink").or_(sections).first).to_be_visible()
        for section in [] if link.count() else sections.all():
            section.click()
            expect(section).to_have_attribute("aria-expanded", "true")
            if link.count():
                break
            self.page.keyboard.press("Escape")
        link.click()

    def tab(self, panel: str) -> None:
        """Open a panel of the view."""
        self.view.locator(f'[role=tab][data-panel="{panel}"]').click()
        expect(self.view).to_have_attribute("data-panel", panel)
        expect(self.view.locator(f".panel-{panel}")).to_be_visible()

    def train(self) -> None:
        """Press Train and wait until steps are made."""
        self.press("train")
        self.until("d => d.status === 'running' && d.source === 'live' && +d.step > 0")

    def pause(self) -> int:
        """Press Pause, wait until the view rests, and return its step."""
        self.press("train")
        self.until("d => d.status === 'paused'")
        return self.newest("step")

    def press(self, name: str) -> None:
        """Press a button of the view's toolbar: train, step, reset, follow."""
        self.page.get_by_test_id(f"live-{name}").click()

    def control(self, name: str) -> Locator:
        """A control of the sidebar, by its field's name."""
        return self.page.locator(f".st-key-{name}")

    def more(self) -> None:
        """Unfold the controls that are not in front."""
        self.page.locator(".st-key-more summary").click()
        expect(self.control("activation")).to_be_visible()
        # While they unfold, what is clicked moves away under the pointer.
        finished = "box => Promise.allSettled(box.getAnimations({ subtree: true }).map(({ finished }) => finished))"
        self.page.locator(".st-key-more").evaluate(finished)

    def rest(self) -> None:
        """Leave no run behind that would slow the next test down, and hear what the page was not allowed to do."""
        if self.page.is_closed():
            return
        self.errors += [f"forbidden: {each}" for each in self.page.evaluate(FORBIDDEN)]
        if not self.view.count():
            return
        if self.page.get_by_test_id("live-train").get_attribute("data-action") == "pause":
            self.press("train")

    def leave(self) -> None:
        """Hear no more of this page."""
        for event, listener in self._listening.items():
            self.page.remove_listener(event, listener)

    # -- what is there -------------------------------------------------------------------------------------

    @property
    def view(self) -> Locator:
        """The live view."""
        return self.page.get_by_test_id("live-view")

    @property
    def step(self) -> int:
        """The step that the view shows."""
        return int(self.view.get_attribute("data-step") or -1)

    def until(self, predicate: str) -> None:
        """Wait until a JS function of the view's data attributes is true."""
        handle = self.view.element_handle()
        self.page.wait_for_function(f"(view) => ({predicate})(view.dataset)", arg=handle)

    def wait_for(self, told: Callable[[], bool], what: str) -> None:
        """Wait until the socket has brought something."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not told():
            assert time.monotonic() < end, f"{what} did not come"
            self.page.wait_for_timeout(20)  # lets Playwright hand over what has arrived

    def wait_for_step(self, step: int) -> None:
        """Wait until the run has made so many steps."""
        self.wait_for(lambda: self.newest("step") == step, f"step {step}")

    def wait_for_source(self, number: int) -> None:
        """Wait for the HELLO of this number: the page shows a new run or recording."""
        self.wait_for(lambda: self.count(wire.HELLO) >= number, f"source {number}")

    def wait_for_training(self, source: int) -> None:
        """Wait until the run that the HELLO of this number began makes steps."""
        self.wait_for_source(source)
        self.wait_for(
            lambda: (
                self.received[-1].kind == wire.STATUS and self.newest("status") == "running" and self.newest("step") > 0
            ),
            f"training of source {source}",
        )
        self.until("d => d.source === 'live' && d.status === 'running' && +d.step > 0")

    def newest(self, name: str, kind: int = wire.STATUS) -> Any:
        """Return an entry of the newest STATUS (or HELLO) that the socket brought."""
        found = [message for message in self.received if message.kind == kind]
        return json.loads(found[-1].blocks[0].tobytes())[name]

    def count(self, kind: int) -> int:
        """How many messages of a kind (HELLO or STATUS) have come."""
        return sum(message.kind == kind for message in self.received)

    def arms(self) -> list[dict[str, Any]]:
        """What each network of the newest HELLO changes."""
        return [arm["changes"] for arm in self.newest("arms", wire.HELLO)]

    def trouble(self, key: str) -> Locator:
        """A line of trouble."""
        return self.page.get_by_test_id("live-trouble").locator(f'[data-key="{key}"]')

    # -- what it did ---------------------------------------------------------------------------------------

    def forgive(self, *patterns: str) -> None:
        """Name console errors that a test causes on purpose."""
        self.forgiven.extend(patterns)

    def complaints(self) -> list[str]:
        """Return all errors that were not to be expected, and all requests that left this machine."""
        errors = [text for text in self.errors if not any(re.search(p, text) for p in self.forgiven)]
        return errors + [f"asked {url}" for url in self.foreign]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.foreign.append(request.url)

    def _opened(self, socket: WebSocket) -> None:
        if "/bnviz/ws" in socket.url:
            socket.on("framereceived", self._took)
            socket.on("framesent", lambda text: self.sent.append(json.loads(text)))

    def _took(self, data: str | bytes) -> None:
        if isinstance(data, bytes) and data[5] in (wire.HELLO, wire.STATUS):
            self.received.append(wire.decode(data))


def words(key: str, **values: object) -> str:
    """Return one of the app's own sentences."""
    return translate(key, "en", **values)
