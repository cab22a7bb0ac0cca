"""The contents page: all chapters as pictures, three paths, progress, and the way into a chapter."""

from __future__ import annotations

import re

import pytest
from app_server import AppServer
from conftest import MakeLab
from lab_view import Lab, words
from playwright.sync_api import expect

from bnviz.text.catalogue import translate
from bnviz.ui import menu


def test_a_path_brings_its_chapters_first_and_a_card_opens_its_chapter(lab: Lab) -> None:
    lab.forgive(r"404.*/contents/_stcore/(health|host-config)")
    page = lab.page
    page.goto(f"{lab.url}/contents")
    cards = page.locator(".chapter-card")
    expect(cards).to_have_count(len(menu.CHAPTERS))
    assert [card.get_attribute("data-page") for card in cards.all()] == list(menu.CHAPTERS)
    page.get_by_role("button", name=words("contents.path.practitioner")).click()
    path = menu.PATHS["practitioner"]
    expect(cards.nth(1)).to_have_attribute("data-page", path[1])
    assert [card.get_attribute("data-page") for card in cards.all()][: len(path)] == list(path)
    cards.first.click()
    expect(page).to_have_url(re.compile(f"/{path[0]}$"))
    picture = page.get_by_test_id("stage")
    expect(picture).to_have_attribute("data-drawn", re.compile(r"\d+"))
    page.locator(".stage-root .dot").nth(1).click()
    expect(picture).to_have_attribute("data-step", "2")
    lab.go("contents")
    card = page.locator(f'.chapter-card[data-page="{path[0]}"]')
    expect(card.locator(".progress .seen")).to_have_count(2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_marks_on_the_cards_are_explained(app: AppServer, new_lab: MakeLab, language: str) -> None:
    lab = new_lab(app, viewport={"width": 390, "height": 844})
    lab.forgive(r"404.*/contents/_stcore/(health|host-config)")
    lab.page.goto(f"{lab.url}/contents?lang={language}")
    legend = lab.page.locator(".contents .legend")
    for mark in ("dots", "stops"):
        expect(legend).to_contain_text(translate(f"contents.legend.{mark}", language))
    box = legend.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] < 844, "in the first view of a phone"


def test_the_foot_leads_to_the_neighbors(lab: Lab) -> None:
    lab.forgive(r"404.*/transform/_stcore/(health|host-config)")
    lab.page.goto(f"{lab.url}/transform")
    neighbors = lab.page.locator(".neighbor")
    expect(neighbors).to_have_count(1)
    neighbors.first.click()
    expect(lab.page).to_have_url(re.compile("/saturation$"))


def test_a_chosen_path_leads_from_chapter_to_chapter_until_it_is_left(lab: Lab) -> None:
    lab.forgive(r"404.*/(contents|whitening|misconceptions)/_stcore/(health|host-config)")
    page, path = lab.page, menu.PATHS["dispute"]
    page.goto(f"{lab.url}/contents")
    page.get_by_role("button", name=words("contents.path.dispute")).click()
    page.goto(f"{lab.url}/{path[0]}")
    expect(page.locator(".neighbor")).to_have_count(1)
    expect(page.locator(".neighbor")).to_have_attribute("data-page", path[1])
    place = translate("stage.on_path", "en", path=translate("contents.path.dispute", "en"), number=1, count=len(path))
    for line in (".crumb", ".foot .way"):
        expect(page.locator(line)).to_contain_text(place)
    page.get_by_role("button", name=translate("stage.leave_path", "en")).click()
    expect(page.locator(".neighbor")).to_have_count(2)
    expect(page.locator(".crumb")).not_to_contain_text(place)
    page.goto(f"{lab.url}/misconceptions")
    page.locator(".neighbor.right").click()
    expect(page).to_have_url(re.compile("/contents$"))
