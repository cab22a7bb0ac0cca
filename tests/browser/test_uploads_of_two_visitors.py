"""Two browsers at one server: each sees and trains on its own upload, and not on the other's."""

from __future__ import annotations

import io
import re

import numpy as np
from app_server import AppServer
from lab_view import Lab, words
from playwright.sync_api import expect


def test_an_upload_is_its_browsers_own(lab: Lab, first_visit: Lab, app: AppServer) -> None:
    buffer = io.BytesIO()
    x = np.stack([np.arange(40), np.arange(40) % 2], 1).astype(np.float32) / 40
    np.savez(buffer, x_train=x, y_train=np.arange(40) % 2)
    lab.page.goto(f"{app.url}/data")
    file = {"name": "of-one-browser.npz", "mimeType": "application/zip", "buffer": buffer.getvalue()}
    lab.page.locator("input[type=file]").set_input_files(file)
    listed = lab.page.get_by_text(re.compile(r"of-one-browser-[0-9a-f]{16}\.npz"))
    expect(listed.first).to_be_visible()
    name = re.search(r"of-one-browser-[0-9a-f]{16}\.npz", listed.first.inner_text())
    assert name is not None
    expect(lab.page.get_by_text(words("data.state.yours", size="< 1"))).to_be_visible()

    first_visit.page.goto(f"{app.url}/data")
    expect(first_visit.page.get_by_text(words("dataset.moons"))).to_be_visible()
    expect(first_visit.page.get_by_text("of-one-browser")).to_have_count(0)
    address = f"/?dataset=file:{name[0]}&width=4&depth=1"
    first_visit.page.goto(app.url + address)
    expect(first_visit.page.get_by_text("expected one that this browser has uploaded").first).to_be_visible()

    lab.open(address)
    lab.train()
