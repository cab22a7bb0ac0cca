"""What the lab keeps: counter, moment in a link, newest value of a slider, a run through a restart or a reload."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from lab_view import Lab, words
from playwright.sync_api import expect

from bnviz.config import RunConfig, compare, from_query
from bnviz.data import load_dataset
from bnviz.live import wire
from bnviz.telemetry import recording
from bnviz.training.trainer import Trainer


def step_by_step(lab: Lab, steps: int) -> None:
    """Make single steps and wait for each."""
    if lab.view.get_attribute("data-source") == "recorded":
        lab.view.press("r")  # the button of a step is there once there is a run
        lab.until("d => d.source === 'live' && d.status === 'idle' && +d.step === 0")
    for _ in range(steps):
        made = lab.step
        lab.press("step")
        lab.until(f"d => d.source === 'live' && d.status === 'paused' && +d.step === {made + 1}")
        lab.wait_for_step(made + 1)  # the status of that step, with its hashes


def test_the_counter_shows_the_updates_made_and_words_below_the_view_fit_a_run_that_trains(lab: Lab) -> None:
    lab.open("/?preset=figure1&seed=3")
    lab.view.press("r")  # its button is there once there is a run
    lab.until("d => d.source === 'live' && d.status === 'idle'")
    counter = lab.page.get_by_test_id("live-counter")
    for made in (1, 2, 3):
        lab.press("step")
        lab.wait_for_step(made)
        expect(counter).to_have_text(words("live.toolbar.counter", step=made))
        assert lab.step == made  # and the panels show that very step
    lab.train()
    expect(lab.page.get_by_text(words("lab.nothing"))).to_be_visible()
    assert "Press Train" not in words("lab.nothing")


RATES = ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20"]


def test_quick_presses_on_the_learning_rate_end_at_the_newest(lab: Lab) -> None:
    lab.open("/?preset=default&panel=curves")
    lab.train()
    lab.page.get_by_test_id("live-speed").select_option("20")  # the test takes long, and at full speed all of a core
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


def moment_link(lab: Lab) -> str:
    """Open Share and return the link to this moment."""
    lab.page.wait_for_timeout(400)  # what is looked at is told after a moment of quiet
    lab.page.locator(".st-key-share").get_by_role("button").first.click()
    box = lab.page.get_by_test_id("stPopoverBody")
    box.get_by_text(words("sidebar.share_way.moment"), exact=True).click()
    expect(box.get_by_text(words("sidebar.share_moment", step="|").partition("|")[2])).to_be_visible()
    code = box.get_by_test_id("stCode").last
    expect(code).to_contain_text("step=")
    link = code.inner_text().strip()
    lab.page.keyboard.press("Escape")
    return link


def test_a_link_to_a_moment_reopens_it_a_reload_finds_its_run_and_a_copied_address_does_not(
    lab: Lab, app, new_lab
) -> None:
    lab.open("/?preset=figure1&seed=5")
    lab.tab("figure1")
    lab.page.locator(".panel-figure1 select").select_option(label="2")
    unit = lab.page.locator(".panel-figure1 input[type=number]")
    unit.fill("7")
    unit.press("Enter")
    step_by_step(lab, 4)
    link = moment_link(lab)
    assert dict(parse_qsl(urlsplit(link).query)) == {
        "preset": "figure1",
        "seed": "5",
        "panel": "figure1",
        "layer": "2",
        "unit": "7",
        "step": "4",
        "trained": "true",
    }
    other: Lab = new_lab(app)
    other.open(link.removeprefix(app.url))
    other.until("d => d.panel === 'figure1' && d.status === 'paused' && d.step === '4'")
    expect(other.page.locator(".panel-figure1 select")).to_have_value("1")
    expect(other.page.locator(".panel-figure1 input[type=number]")).to_have_value("7")
    other.wait_for_step(4)
    assert other.newest("hashes") == lab.newest("hashes")
    a_reload_finds_the_run(lab)
    stranger: Lab = new_lab(app)
    stranger.open(lab.page.url.removeprefix(app.url))
    stranger.wait_for(lambda: stranger.count(wire.STATUS) > 0, "a status")
    assert (stranger.newest("status"), stranger.newest("step")) == ("idle", 0)
    assert lab.newest("step") == 5


def a_reload_finds_the_run(lab: Lab) -> None:
    """The view shows the same panel and the same weights, and makes the next step."""
    hashes = lab.newest("hashes")
    expect(lab.page).to_have_url(re.compile(r"[?&]run="))
    lab.page.reload()
    lab.wait_for_view()
    lab.until("d => d.source === 'live' && d.panel === 'figure1' && +d.step === 4")
    lab.wait_for_step(4)
    assert lab.newest("hashes") == hashes
    step_by_step(lab, 1)


def test_a_restart_says_why_and_undo_brings_the_run_back(lab: Lab) -> None:
    lab.open("/?preset=figure1")
    lab.tab("curves")
    step_by_step(lab, 3)
    before = lab.newest("hashes")
    lab.more()
    lab.control("activation").get_by_role("radio", name="relu", exact=True).click()
    toast = lab.page.get_by_test_id("live-toast")
    expect(toast).to_contain_text(words("live.restart.network", field="activation"))
    lab.until("d => +d.step === 0")
    expect(lab.page.get_by_test_id("live-former")).to_be_visible()
    lab.page.get_by_test_id("live-undo").click()
    lab.until("d => +d.step === 3 && d.status === 'paused'")
    lab.wait_for_step(3)
    assert lab.newest("hashes") == before
    expect(lab.control("activation").get_by_role("radio", name="sigmoid", exact=True)).to_be_checked()
    expect(toast).to_be_hidden()
    step_by_step(lab, 1)  # it is the run itself, not a picture of it


def test_the_lab_keeps_its_run_and_panel_while_chapters_are_read(lab: Lab) -> None:
    lab.open("/?preset=figure1")
    lab.tab("gradients")
    step_by_step(lab, 2)
    hashes = lab.newest("hashes")
    for page in ("convolution", "saturation"):
        lab.go(page)
        expect(lab.page).to_have_url(re.compile(page))
        if page == "convolution":
            lab.page.locator(".st-key-explore label").first.click()
            lab.wait_for_view()
            expect(lab.view).to_have_attribute("data-source", "recorded")
        lab.go("lab")
        expect(lab.page).not_to_have_url(re.compile(page))
        lab.wait_for_view()
        lab.until("d => d.panel === 'gradients' && d.status === 'paused' && +d.step === 2")
        lab.wait_for_step(2)
        assert lab.newest("hashes") == hashes


def test_after_opening_a_recording_controls_and_share_are_the_recordings(lab: Lab, tmp_path) -> None:
    base = RunConfig(dataset="moons", depth=3, width=7, lr=0.3, batch_size=9, seed=11, activation="tanh", norm="batch")
    trainer = Trainer(compare(base, "depth", [3]), load_dataset("moons"), 9)
    while trainer.advance():
        pass
    file = tmp_path / "theirs.npz"
    recording.save(trainer.history, file)
    lab.open("/?preset=figure1")
    sources = lab.count(wire.HELLO)
    lab.page.locator(".st-key-drawer summary").click()
    lab.page.locator(".st-key-upload_recording input[type=file]").set_input_files(file)
    expect(lab.page.get_by_text(words("lab.opened", name=file.name))).to_be_visible()
    lab.wait_for_source(sources + 1)
    link = moment_link(lab)
    query = dict(parse_qsl(urlsplit(link).query))
    assert from_query(query).configs == trainer.history.experiment.configs
    lab.more()
    expect(lab.control("lr").get_by_role("slider")).to_have_attribute("aria-valuetext", "0.3")
    expect(lab.control("depth").get_by_role("slider")).to_have_attribute("aria-valuetext", "3")
    expect(lab.control("activation").get_by_role("radio", name="tanh", exact=True)).to_be_checked()
    assert lab.newest("source", wire.HELLO) == "recorded", "it is still on screen"
    assert lab.newest("experiment", wire.HELLO)["base"]["seed"] == 11
