"""What the lab keeps: counter, moment in a link, newest value of a slider, a run through a restart or a reload."""

from __future__ import annotations

import re

from lab_view import Lab, words
from playwright.sync_api import expect


def test_the_counter_shows_the_updates_made(lab: Lab) -> None:
    lab.open("/?preset=figure1")
    lab.view.press("r")  # its button is there once there is a run
    lab.until("d => d.source === 'live' && d.status === 'idle'")
    counter = lab.page.get_by_test_id("live-counter")
    for made in (1, 2, 3):
        lab.press("step")
        lab.wait_for_step(made)
        expect(counter).to_have_text(words("live.toolbar.counter", step=made))
        assert lab.step == made  # and the panels show that very step


def test_words_below_the_view_fit_a_run_that_trains(lab: Lab) -> None:
    lab.open("/?preset=figure1&seed=3")
    lab.train()
    expect(lab.page.get_by_text(words("lab.nothing"))).to_be_visible()
    assert "Press Train" not in words("lab.nothing")


RATES = ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20"]


def test_quick_presses_on_the_learning_rate_end_at_the_newest(lab: Lab) -> None:
    lab.open()
    lab.train()
    slider = lab.control("lr").get_by_role("slider")
    slider.focus()
    place = RATES.index("0.5")
    # Presses of a hand, some before and some after the page has answered; values that were written back bounced here.
    for key, pause_ms in zip("RLLRLRRLRLRRLLLRRR", (400, 700, 80, 150, 260, 80, 220, 300, 550) * 2, strict=True):
        place += 1 if key == "R" else -1
        slider.press("ArrowRight" if key == "R" else "ArrowLeft")
        expect(slider).to_have_attribute("aria-valuetext", RATES[place], timeout=1000)
        lab.page.wait_for_timeout(pause_ms)
        assert slider.get_attribute("aria-valuetext") == RATES[place]
    newest = float(RATES[place])
    lab.wait_for(lambda: lab.newest("marks")[-1]["text"] == f"lr={newest}", "the newest rate")
    # Nothing older comes back once the page is quiet.
    expect(lab.page).to_have_url(re.compile(rf"[?&]lr={newest}"))
    expect(lab.page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(slider).to_have_attribute("aria-valuetext", RATES[place])
    assert lab.newest("rates")["lr"] == newest
