"""A real JupyterLab: the view in a cell draws new frames while the cell still runs, and scrubs when it has ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_lab import JupyterLab
from lab_view import PATIENCE_MS
from playwright.sync_api import Browser, Page, expect
from pointing import press_at
from test_first_paint import PAINTED

from bnviz.text.catalogue import translate

pytest.importorskip("anywidget", reason="no anywidget: requirements-notebook.txt has it")
pytest.importorskip("jupyterlab", reason="no jupyterlab: requirements-notebook.txt has it")

# The loop ends when the test has seen enough; at the latest after a minute.
CODE = """
import time
from pathlib import Path
import torch
from torch import nn
import bnviz

torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Sequential(
    nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(),
    nn.Linear(16, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2),
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
x = torch.randn(256, 8)
y = (x[:, 0] * x[:, 1] > 0).long()
end = time.monotonic() + 60

with bnviz.watch(model, optimizer, every=5) as watcher:
    bnviz.show(watcher)
    while time.monotonic() < end and not Path("enough").exists():
        batch = torch.randint(256, (32,))
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        watcher.log(train_loss=loss.item())
        optimizer.step()
        time.sleep(0.005)
print("the loop has ended")
"""


@pytest.fixture
def jupyter(browser: Browser, tmp_path: Path) -> Iterator[JupyterLab]:
    server = JupyterLab(tmp_path, CODE)
    yield server
    server.close()


def until(page: Page, condition: str) -> None:
    """Wait for what the view in the cell says of itself."""
    found = "document.querySelector('[data-testid=live-view]')"
    page.wait_for_function(f"() => {found} && ({condition})({found}.dataset)")


def number(page: Page, name: str) -> int:
    return int(page.get_by_test_id("live-view").get_attribute(f"data-{name}") or -1)


def test_the_cell_draws_while_it_runs_and_scrubs_afterwards(browser: Browser, jupyter: JupyterLab) -> None:
    context = browser.new_context(locale="en-US", viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" and "bnviz" in m.text else None)
    page.goto(jupyter.url)
    editor = page.locator(".jp-CodeCell .cm-content").first
    editor.click()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    editor.press("Shift+Enter")

    prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first
    until(page, "d => d.source === 'live' && d.status === 'running' && +d.frames > 3")
    expect(prompt).to_have_text("[*]:")
    seen, step = number(page, "frames"), number(page, "step")
    until(page, f"d => +d.frames > {seen + 5} && +d.step > {step}")
    expect(prompt).to_have_text("[*]:")  # the kernel is busy all the while
    assert not (jupyter.work / "enough").exists()
    panel = page.locator("[data-testid=live-view] .panel-distributions")
    page.wait_for_function(PAINTED, arg=panel.element_handle())
    expect(page.get_by_test_id("live-train")).to_be_hidden()
    if picture := os.environ.get("BNVIZ_PICTURE"):  # for people to look at
        page.get_by_role("button", name="No", exact=True).click()
        page.keyboard.press("Control+b")
        panel.evaluate("node => node.scrollIntoView({ block: 'end' })")
        page.screenshot(path=picture)

    (jupyter.work / "enough").touch()
    expect(page.locator(".jp-OutputArea-output pre")).to_have_text("the loop has ended\n")
    until(page, "d => d.source === 'recorded' && d.arrived === 'true'")
    expect(page.get_by_test_id("live-badge-source")).to_contain_text(translate("live.badge.recorded", "en"))
    last = number(page, "step")
    press_at(page.get_by_test_id("live-scrub"))
    until(page, f"d => +d.step > 0 && +d.step < {last}")
    cells = page.locator(".jp-Cell").count()
    page.get_by_test_id("live-view").press("b")  # would add a cell, were it the notebook's key
    page.get_by_test_id("live-replay").click()
    until(page, "d => d.replay === 'true'")
    assert page.locator(".jp-Cell").count() == cells
    context.close()
    assert complaints == []
