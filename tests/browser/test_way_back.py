"""Back leads to the page before, and a narrow window opens on the page and not on its controls."""

from __future__ import annotations

import re

import pytest
from app_server import AppServer
from conftest import MakeLab
from lab_view import Lab
from playwright.sync_api import expect
from test_accessibility import address, visit


@pytest.mark.parametrize("name", ["lab", "claims", "transform", "data"])
def test_one_press_of_back_leads_to_the_page_before(lab: Lab, name: str) -> None:
    visit(lab, "/guide")
    page = visit(lab, address(name))
    page.go_back()
    expect(page).to_have_url(re.compile("/guide$"))


def test_a_query_that_streamlit_pushes_keeps_the_moment_and_is_no_way_back(lab: Lab) -> None:
    visit(lab, "/guide")
    page = visit(lab, "/claims#kept=1")
    page.evaluate("history.pushState({}, '', location.pathname + '?topic=shift')")  # as Streamlit does
    expect(page).to_have_url(re.compile(r"/claims\?topic=shift#kept=1$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/guide$"))


@pytest.mark.parametrize(("width", "beside"), [(800, False), (1200, True)])
def test_the_controls_wait_in_a_narrow_window(app: AppServer, new_lab: MakeLab, width: int, beside: bool) -> None:
    lab = new_lab(app, viewport={"width": width, "height": 900})
    lab.open("/")
    box = lab.page.get_by_test_id("stSidebar").bounding_box()
    assert (box is not None and box["x"] + box["width"] > 100) == beside
    if not beside:
        lab.page.get_by_test_id("stExpandSidebarButton").click()
        expect(lab.control("lr")).to_be_in_viewport()
