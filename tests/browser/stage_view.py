"""The stage of a chapter in the browser: its picture, its handles, its text."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from lab_view import Lab
from playwright.sync_api import Locator, expect


class StageView:
    """A page that shows a chapter's stage.

    Args:
        lab: a fresh page of the app.
        chapter: name of the page.
    """

    def __init__(self, lab: Lab, chapter: str) -> None:
        self.page = lab.page
        self.url = lab.url
        self.chapter = chapter
        lab.forgive(rf"404.*/{chapter}/_stcore/(health|host-config)")  # Streamlit's own search for its root

    def open(self, moment: str = "", query: str = "") -> None:
        """Go to the chapter, at a moment of its picture, and wait until the picture is drawn."""
        self.page.goto(f"{self.url}/{self.chapter}{query}{moment}")
        self.wait_until_drawn()

    def wait_until_drawn(self) -> None:
        """Wait for the first drawing."""
        expect(self.picture).to_have_attribute("data-drawn", re.compile(r"\d+"))

    @property
    def picture(self) -> Locator:
        """The picture."""
        return self.page.get_by_test_id("stage")

    @property
    def handles(self) -> Locator:
        """What can be grabbed in the picture and is visible."""
        return self.picture.locator("[role=slider]:visible")

    @property
    def drawn(self) -> int:
        """How often the picture has been drawn."""
        return int(self.picture.get_attribute("data-drawn") or 0)

    def wait_for_drawing(self, after: int) -> None:
        """Wait until the picture has been drawn once more."""
        element = self.picture.element_handle()
        self.page.wait_for_function("([p, n]) => Number(p.dataset.drawn) > n", arg=[element, after])

    def settle(self) -> None:
        """Wait until nothing moves any more: two frames of the screen without a drawing."""
        script = """async (picture) => {
          const frame = () => new Promise(requestAnimationFrame);
          for (let still = 0, last = ""; still < 3; ) {
            await frame();
            still = picture.dataset.drawn === last ? still + 1 : 0;
            last = picture.dataset.drawn;
          }
        }"""
        self.picture.evaluate(script)

    def moment(self) -> dict[str, str]:
        """What the address says of the picture."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).fragment).items()}
