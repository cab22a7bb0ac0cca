"""The clinic in the browser: a patient healed with the mouse, one with the keyboard, and what is kept."""

from __future__ import annotations

import re

from app_server import AppServer
from conftest import MakeLab
from lab_view import Lab
from playwright.sync_api import Page, expect

from bnviz.text.catalogue import translate


def opened(lab: Lab, query: str = "") -> Page:
    """The clinic's page, drawn."""
    lab.forgive(r"404.*/clinic/_stcore/(health|host-config)")
    lab.page.goto(f"{lab.url}/clinic{query}")
    expect(lab.page.locator(".clinic")).to_have_attribute("data-drawn", re.compile(r"\d+"))
    return lab.page


def told(page: Page, key: str) -> None:
    """Wait for a sentence of the verdict."""
    expect(page.locator(".clinic .sentence")).to_have_text(translate(f"clinic.verdict.{key}", "en"))


def test_a_patient_is_healed_with_the_mouse(app: AppServer, new_lab: MakeLab) -> None:
    lab = new_lab(app, reduced_motion="reduce")
    page = opened(lab, "?patient=blank")
    clinic, served = page.locator(".clinic"), page.locator(".clinic .bars .running strong")
    sick = served.text_content()
    assert all(text == "" for text in clinic.locator(".why").all_text_contents()), "nothing is told before the guess"
    expect(clinic.locator(".report")).to_be_hidden()
    clinic.locator(".form .primary").click(force=True)  # it says what is missing
    told(page, "choose_fault")
    clinic.locator("input[value=stale-statistics]").check()
    clinic.locator("input[value=reset]").check()
    clinic.locator(".form .primary").click()
    told(page, "wrong.same")
    expect(clinic.locator(".option:has([value=stale-statistics])")).to_have_attribute("data-state", "no")
    expect(clinic.locator(".option:has([value=never-updated]) .why")).to_be_empty()
    clinic.locator("input[value=reestimate]").check()
    clinic.locator(".form .primary").click()
    told(page, "wrong.healed")
    expect(served).not_to_have_text(sick or "")
    clinic.locator("input[value=never-updated]").check()
    expect(clinic.locator(".form .primary")).to_have_text(translate("clinic.form.check", "en"))
    clinic.locator(".form .primary").click()
    told(page, "right.healed")
    expect(clinic.locator(".report h2")).to_be_visible()  # bnviz.diagnose has answered
    expect(clinic.locator(".bed[data-patient=blank]")).to_have_attribute("data-state", "healed")
    clinic.locator(".clinic-scrub input").fill("0")
    expect(served).to_have_text(sick or "")
    clinic.locator(".verdict .primary").click()
    expect(clinic).to_have_attribute("data-patient", "chatter")
    expect(page).to_have_url(re.compile(r"patient=chatter"))
    page.reload()
    expect(clinic).to_have_attribute("data-patient", "chatter")
    expect(clinic.locator(".bed[data-patient=blank]")).to_have_attribute("data-state", "healed")


def test_a_cure_whose_patient_is_left_is_kept(app: AppServer, new_lab: MakeLab) -> None:
    lab = new_lab(app, reduced_motion="reduce")
    page = opened(lab, "?patient=blank")
    clinic = page.locator(".clinic")
    clinic.locator("input[value=never-updated]").check()
    clinic.locator("input[value=reestimate]").check()
    clinic.locator(".form .primary").click()
    clinic.locator(".bed[data-patient=chatter]").click()
    expect(clinic).to_have_attribute("data-patient", "chatter")
    expect(clinic.locator(".bed[data-patient=blank]")).to_have_attribute("data-state", "healed")
    clinic.locator(".bed[data-patient=blank]").click()
    expect(clinic.locator(".option:has([value=reestimate])")).to_have_attribute("data-state", "yes")
    expect(clinic.locator(".report h2")).to_be_visible()


def test_a_patient_is_healed_with_the_keyboard(app: AppServer, new_lab: MakeLab) -> None:
    lab = new_lab(app, reduced_motion="reduce")
    lab.forgive(r"404.*/inference/_stcore/(health|host-config)")
    page = opened(lab)
    clinic = page.locator(".clinic")
    clinic.locator(".bed[data-patient=frozen]").press("Enter")
    expect(clinic).to_have_attribute("data-patient", "frozen")
    row = clinic.locator("[role=option][aria-selected=true]")
    row.press("Home")
    expect(clinic.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(clinic.locator("[role=option]").nth(1)).to_be_focused()
    plot = clinic.locator("svg.channels")
    plot.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(plot).to_have_attribute("aria-label", re.compile("^Channel 1: batch .* running .* apart$"))
    clinic.locator("input[name=clinic-fault]").first.focus()
    page.keyboard.press("ArrowUp")  # from the first to the last
    expect(clinic.locator("input[value=training-in-eval]")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(clinic.locator("input[value=restore]")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(page, "right.healed")
    expect(clinic.locator(".bars .running strong")).to_have_text(re.compile(r"9\d\.\d"))
    expect(clinic.locator(".verdict .primary")).to_be_focused()
    clinic.locator(".verdict .more a").click()
    expect(page).to_have_url(re.compile("/inference"))


def test_the_answer_can_be_asked_for_and_another_language_keeps_the_patient(lab: Lab) -> None:
    page = opened(lab, "?patient=ported&lang=zh")
    clinic = page.locator(".clinic")
    clinic.locator(".form .quiet").click()
    expect(clinic.locator(".sentence")).to_have_text(translate("clinic.verdict.shown", "zh"))
    expect(clinic.locator(".bed[data-patient=ported]")).to_have_attribute("data-state", "shown")
    page.locator(".st-key-language").get_by_text("English").click()
    expect(clinic.locator("h1")).to_have_text(translate("clinic.title", "en"))
    expect(clinic).to_have_attribute("data-patient", "ported")
    expect(clinic.locator(".option:has([value=wrong-channels])")).to_have_attribute("data-state", "yes")
