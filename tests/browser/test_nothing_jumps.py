"""What is on screen stays where it is while a page arrives."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from test_accessibility import ARRIVED

from bnviz.bench.page_probe import look_at, visit


@pytest.mark.parametrize("path", ["/", "/claims", "/transform"])
def test_a_page_arrives_without_a_jump(path: str, browser: Browser, app) -> None:
    first = visit(browser, app.url + path)
    again = visit(browser, app.url + path, first.context)  # from the cache, as most visits are
    again.wait_for_function(ARRIVED)
    again.evaluate("() => new Promise((done) => setTimeout(done, 500))")  # what comes late would jump in here
    assert look_at(first)["shift"] <= 0.1
    assert look_at(again)["shift"] <= 0.1
    first.context.close()
