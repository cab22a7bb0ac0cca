"""A long computation belongs to the browser that asked for it: pressed, waiting, computing, reloaded, canceled."""

from __future__ import annotations

import re

from lab_view import Lab, words
from playwright.sync_api import expect

CLAIM = "/claims?claim=S1.2"
"""Its card has the buttons of two tests; the first takes about a minute."""


def test_a_task_is_shown_after_a_reload_with_its_place_and_progress_and_ends_when_it_is_canceled(lab: Lab) -> None:
    page = lab.page
    page.goto(lab.url + CLAIM)
    bars, lines = page.get_by_test_id("stProgress"), page.locator(".bnviz-task-line")
    page.locator(".st-key-run_E1 button").click()
    expect(bars).to_have_count(1)
    expect(lines.first).to_contain_text(re.compile(r"(0\.\d|[1-9]\d*(\.\d)?) % done"))
    page.locator(".st-key-run_E5 button").click()
    expect(bars.last).to_contain_text(words("tasks.waiting", place=1))
    expect(lines).to_have_count(2)

    page.reload()
    expect(bars).to_have_count(2)
    expect(bars.last).to_contain_text(words("tasks.waiting", place=1))
    expect(page.locator(".st-key-run_E1 button")).to_be_disabled()
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.locator(".bnviz-task-link").first.click()
    expect(bars.first).to_be_in_viewport()

    cancel = page.get_by_role("button", name=words("tasks.cancel"))
    cancel.last.click()
    expect(bars).to_have_count(1)
    cancel.click()
    expect(bars).to_have_count(0)
    expect(lines).to_have_count(0)
    expect(page).to_have_url(re.compile(r"^[^?#]*\?claim=S1\.2(#.*)?$"))
    expect(page.locator(".st-key-run_E1 button")).to_be_enabled()
