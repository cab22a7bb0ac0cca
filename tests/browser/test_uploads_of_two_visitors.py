"""Two browsers at one server: each sees and trains on its own upload, and not on the other's."""

from __future__ import annotations

import hashlib
import io

import numpy as np
from app_server import AppServer
from lab_view import Lab, words
from playwright.sync_api import expect

from bnviz.live import wire


def test_an_upload_is_its_browsers_own(lab: Lab, first_visit: Lab, app: AppServer) -> None:
    buffer = io.BytesIO()
    x = np.stack([np.arange(40), np.arange(40) % 2], 1).astype(np.float32) / 40
    np.savez(buffer, x_train=x, y_train=np.arange(40) % 2)
    lab.page.goto(f"{app.url}/data")
    file = {"name": "of-one-browser.npz", "mimeType": "application/zip", "buffer": buffer.getvalue()}
    lab.page.locator("input[type=file]").set_input_files(file)
    shown = words("dataset.file", name="of-one-browser")
    expect(lab.page.get_by_text(shown, exact=True)).to_be_visible()
    name = f"of-one-browser-{hashlib.sha256(buffer.getvalue()).hexdigest()[:16]}.npz"
    expect(lab.page.get_by_text(words("data.state.yours", size="< 1"))).to_be_visible()

    first_visit.page.goto(f"{app.url}/data")
    expect(first_visit.page.get_by_text(words("dataset.moons"))).to_be_visible()
    expect(first_visit.page.get_by_text("of-one-browser")).to_have_count(0)
    address = f"/?dataset=file:{name}&width=4&depth=1"
    first_visit.page.goto(app.url + address)
    # One sentence, one thing to press, and the same networks on other data instead of a wait without an end.
    first_visit.wait_for_view()
    expect(first_visit.page.locator(".st-key-absent_data").get_by_role("button")).to_have_count(1)
    expect(first_visit.page.get_by_text("of-one-browser")).to_have_count(1)
    expect(first_visit.page.get_by_text(words("live.toolbar.restart"), exact=True)).to_have_count(0)
    first_visit.forgive(r"404.*_stcore/(health|host-config)")
    assert first_visit.newest("experiment", wire.HELLO)["base"]["dataset"] == "mnist"

    lab.open(address)
    lab.page.locator(".st-key-share").get_by_role("button").first.click()
    shared = lab.page.get_by_test_id("stPopoverBody")
    expect(shared.get_by_test_id("stDownloadButton")).to_have_count(2)
    expect(shared.get_by_text("of-one-browser")).to_be_visible()
    assert shared.get_by_test_id("stCode").count() == shared.get_by_role("img").count() == 0, "a link for nobody else"
    lab.page.keyboard.press("Escape")
    lab.train()
