"""A long computation belongs to the browser that asked for it: pressed, waiting, computing, reloaded, canceled."""

from __future__ import annotations

import re

from lab_view import Lab, words
from playwright.sync_api import expect

CLAIM = "/claims?claim=S1.2"
"""Its card has the buttons of two tests; the first takes about a minute."""

READ_TOGETHER = """() => new Promise((done) => {
  const told = (each) => document.querySelector(each).textContent;
  const differed = [];
  const seen = new Set();
  const watch = new MutationObserver(() => queueMicrotask(() => {
    const [words, line] = ["[data-testid=stProgress]", ".st-key-tasks_here .bnviz-task-line"].map(told);
    if (!line.includes(words)) differed.push([words, line]);
    if (seen.add(words).size < 3) return;
    watch.disconnect();
    done(differed);
  }));
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
})"""
"""What bar and line say after each change of one of them, until the bar has said three things."""


def test_a_task_is_shown_after_a_reload_with_its_place_and_progress_and_ends_when_it_is_canceled(lab: Lab) -> None:
    page = lab.page
    page.goto(lab.url + CLAIM)
    bars, lines = page.get_by_test_id("stProgress"), page.locator(".st-key-tasks_here .bnviz-task-line")
    page.locator(".st-key-run_E1 button").click()
    expect(bars).to_have_count(1)
    expect(lines.first).to_contain_text(re.compile(r"(0\.\d|[1-9]\d*(\.\d)?) % done"))
    # The bar and the line are drawn by the server one after the other, and read as one.
    differed = page.evaluate(READ_TOGETHER)
    assert differed == [], "the line lags behind the bar"
    page.locator(".st-key-run_E5 button").click()
    expect(bars.last).to_contain_text(words("tasks.waiting", place=1))
    expect(lines).to_have_count(2)

    page.reload()
    expect(bars).to_have_count(2)
    expect(bars.last).to_contain_text(words("tasks.waiting", place=1))
    expect(page.locator(".st-key-run_E1 button")).to_be_disabled()
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.locator(".st-key-tasks_here .bnviz-task-link").first.click()
    expect(bars.first).to_be_in_viewport()

    cancel = page.get_by_role("button", name=words("tasks.cancel"))
    cancel.last.click()
    expect(bars).to_have_count(1)
    cancel.click()
    expect(bars).to_have_count(0)
    expect(lines).to_have_count(0)
    expect(page).to_have_url(re.compile(r"^[^?#]*\?claim=S1\.2(#.*)?$"))
    expect(page.locator(".st-key-run_E1 button")).to_be_enabled()
