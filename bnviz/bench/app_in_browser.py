"""The real app on a free port, and a headless Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bnviz.bench.app_process import app_process, wait_until_healthy
from bnviz.config import InputError

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


class NeedsBrowserError(InputError):
    """There is nothing here that could open a page."""


@contextmanager
def app_in_browser(url: str | None = None) -> Iterator[tuple[Any, str]]:
    """Start a Chromium and, unless an address is given, the app; both end with the block.

    Yields:
        Playwright's browser, and the address of the app.

    Raises:
        NeedsBrowserError: Playwright or Chromium is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NeedsBrowserError("Playwright is not installed (pip install -r requirements-dev.txt)") from None
    path = chromium()
    if path is None:
        raise NeedsBrowserError("no Chromium was found on the path, and CHROMIUM names none")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            if url is not None:
                yield browser, url.rstrip("/")
            else:
                with _server() as own:
                    yield browser, own
        finally:
            browser.close()


def chromium() -> str | None:
    """Return the path of a Chromium, None when there is none."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def _server() -> Iterator[str]:
    """Start the app on a free port and end it afterwards."""
    with app_process() as (port, process):
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(url, process)
        yield url
