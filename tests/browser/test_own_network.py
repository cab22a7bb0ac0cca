"""Your own network: a file of each kind is opened, a row opens to its channels, a hostile file leaves a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from app_server import AppServer
from conftest import MakeLab
from lab_view import Lab, words
from playwright.sync_api import expect

from bnviz.chapters.own_network import example

FORGIVEN = r"404.*/own_network/_stcore/(health|host-config)"


def visit(lab: Lab, address: str) -> None:
    lab.forgive(FORGIVEN)
    lab.page.goto(f"{lab.url}/own_network{address}")
    expect(lab.page.locator(".own-row").first).to_be_visible()


def give(lab: Lab, path: Path) -> None:
    lab.page.locator("input[type=file]").set_input_files(path)


def test_a_recording_is_opened_in_the_strip_and_in_the_live_view(lab: Lab, tmp_path: Path) -> None:
    visit(lab, "")
    lab.wait_for_view()
    first = lab.page.locator(".own-row").first
    expect(first.locator(".own-name")).to_have_text("block2.bn")
    expect(first.locator(".own-channels")).to_be_hidden()
    first.locator("summary").focus()
    lab.page.keyboard.press("Enter")
    expect(first.locator(".own-channels")).to_be_visible()
    expect(lab.page.get_by_test_id("live-train")).to_be_hidden()
    path = tmp_path / "mine.npz"
    path.write_bytes(example.RECORDING.read_bytes())
    give(lab, path)
    expect(lab.page.get_by_text(words("own_network.opened.recording", name="mine.npz"))).to_be_visible()
    lab.wait_for_source(2)
    expect(lab.view).to_have_attribute("data-source", "recorded")
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"PK\x03\x04 no archive")
    give(lab, bad)
    expect(lab.page.get_by_test_id("stAlertContentError")).to_contain_text("bad.npz")


@pytest.mark.parametrize("kind", ["report", "checkpoint"])
def test_a_report_and_a_checkpoint_are_opened(lab: Lab, tmp_path: Path, kind: str) -> None:
    visit(lab, f"?door={kind}")
    path = tmp_path / ("mine.json" if kind == "report" else "mine.pt")
    if kind == "report":
        path.write_text(json.dumps(example.example_report().to_dict() | {"model": "MyNet"}))
    else:
        path.write_bytes(example.CHECKPOINT.read_bytes())
    give(lab, path)
    expect(lab.page.get_by_text(words(f"own_network.opened.{kind}", name=path.name))).to_be_visible()
    title = "own_network.report.title" if kind == "report" else "own_network.checkpoint.title"
    named = words(title, model="MyNet") if kind == "report" else words(title, name="mine.pt")
    expect(lab.page.get_by_role("heading", name=named)).to_be_visible()
    if kind == "report":
        finding = example.example_report().findings[0]
        opened = lab.page.locator(".own-row .own-card").first
        expect(opened).to_be_visible()
        expect(opened).to_contain_text(finding.title)


def test_on_a_phone_nothing_is_wider_than_the_screen(app: AppServer, new_lab: MakeLab) -> None:
    lab = new_lab(app, viewport={"width": 390, "height": 844}, color_scheme="dark", locale="zh-CN")
    visit(lab, "?door=report")
    row = lab.page.locator(".own-row").first
    expect(row.locator(".own-card")).to_be_visible()
    widest = lab.page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.own-strip *')].map((e) => e.getBoundingClientRect().right))"
    )
    assert widest <= 390
    expect(lab.page.locator("h1")).to_have_text(re.compile("你自己的网络"))
