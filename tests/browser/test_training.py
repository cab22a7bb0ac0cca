"""Training in the browser: every control does what it says, and the numbers are the command line's."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from app_server import AppServer
from lab_view import Lab, words
from nginx_proxy import WITHOUT_HOST, nginx, site
from playwright.sync_api import Browser, expect
from pointing import point_at

from bnviz.api.train import run_steps
from bnviz.config import Experiment, from_query
from bnviz.live import wire
from bnviz.telemetry import tables
from bnviz.text.catalogue import translate


def step_by_step(lab: Lab, steps: int) -> None:
    """Make single steps and wait for each."""
    for _ in range(steps):
        before = lab.newest("step")
        lab.press("step")
        lab.until(f"d => d.source === 'live' && d.status === 'paused' && +d.step >= {before}")
        lab.wait_for_step(before + 1)


def curves_csv(lab: Lab, folder: Path) -> list[dict[str, str]]:
    """Download what the curves' twin figure shows and return the rows of the training loss."""
    lab.tab("curves")
    explore = lab.page.locator(".st-key-explore")
    button = explore.get_by_test_id("stDownloadButton").get_by_role("button")
    if not button.is_visible():
        explore.locator("summary").click()
    expect(explore.locator(".js-plotly-plot")).to_be_visible()
    with lab.page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return [row for row in csv.DictReader(path.read_text().splitlines()) if row["kind"] == "train"]


def by_the_command_line(experiment: Experiment, steps: int) -> list[dict[str, str]]:
    """Return the same rows from a training without a browser."""
    names, rows = tables.curves(run_steps(experiment, steps).history)
    whole = [dict(zip(names, map(str, row), strict=True)) for row in rows]
    return [row for row in whole if row["kind"] == "train"]


def test_train_takes_over_pause_holds_it_and_space_does_both(lab: Lab) -> None:
    lab.open()
    expect(lab.view).to_have_attribute("data-source", "recorded")
    painted = int(lab.view.get_attribute("data-frames") or 0)
    lab.train()
    lab.until(f"d => +d.frames > {painted} + 5 && +d.step > 20")
    expect(lab.page.get_by_test_id("live-badge-twins")).to_have_attribute("data-tone", "yes")
    hashes = lab.newest("hashes")
    assert hashes["same_weights"]
    assert hashes["same_batches"]
    step = lab.pause()
    expect(lab.page.locator(".st-key-explore")).to_be_visible()  # a whole trip to the server and back
    assert lab.newest("step") == step
    lab.press("step")
    lab.wait_for_step(step + 1)
    lab.page.get_by_test_id("live-scrub").focus()
    lab.page.keyboard.press("Space")
    lab.until(f"d => d.status === 'running' && +d.step > {step + 1}")
    lab.page.keyboard.press("Space")
    lab.until("d => d.status === 'paused'")
    going_back_in_time_asks_nothing_of_the_server(lab)


def going_back_in_time_asks_nothing_of_the_server(lab: Lab) -> None:
    """A paused run is scrubbed by pointer and by keys, and nothing is sent."""
    newest = lab.newest("step")
    assert newest > 20
    scrub = lab.page.get_by_test_id("live-scrub")
    sent, got = len(lab.sent), lab.count(wire.HELLO)
    middle, box = point_at(scrub), scrub.bounding_box()
    point_at(scrub, 0.9)
    lab.page.mouse.down()
    lab.page.mouse.move(*middle, steps=4)
    assert scrub.bounding_box() == box, "it moved under the finger"
    lab.page.mouse.up()
    lab.until(f"d => +d.step > 0 && +d.step < 0.7 * {newest}")
    middle = lab.step
    scrub.press("ArrowLeft")
    lab.until(f"d => +d.step < {middle}")
    scrub.press("Home")
    lab.until("d => +d.step === 0")
    expect(lab.page.get_by_test_id("live-counter")).to_contain_text("0")
    scrub.press("End")
    lab.until(f"d => +d.step > {middle}")
    asked = [op for op in lab.sent[sent:] if op["op"] != "place"]  # what is looked at is told, for a link to it
    assert (asked, lab.count(wire.HELLO)) == ([], got)


def test_switching_bn_builds_other_networks_and_a_learning_rate_changes_without_a_restart(lab: Lab) -> None:
    lab.open()
    lab.more()
    lab.train()
    without, with_bn = {"norm": "none"}, {"norm": "batch"}
    # Back to what the bundled recording shows at the second switch: that must not stop the training.
    for name, arms in [
        ("second_bn", [without]),
        ("second_bn", [without, with_bn]),
        ("first_bn", [with_bn]),
        ("second_bn", [with_bn, without]),
    ]:
        sources = lab.count(wire.HELLO)
        lab.control(name).locator("label").first.click()
        lab.wait_for_training(sources + 1)
        assert lab.arms() == arms
    a_learning_rate_leaves_a_mark(lab)


def a_learning_rate_leaves_a_mark(lab: Lab) -> None:
    """A run that trains takes over another learning rate between two steps."""
    generations = lab.count(wire.HELLO)
    before = lab.newest("step")
    rate = lab.newest("rates")["lr"]
    lab.control("lr").get_by_role("slider").press("ArrowRight")
    # The rates are what was asked for; the mark comes when the run has taken them over, between two steps.
    lab.wait_for(lambda: len(lab.newest("marks")) > 0, "a mark at the change")
    (mark,) = lab.newest("marks")
    assert lab.newest("rates")["lr"] > rate
    assert mark["step"] >= before
    assert mark["text"].startswith("lr=")
    lab.until(f"d => d.status === 'running' && +d.step > {mark['step']}")
    assert lab.count(wire.HELLO) == generations
    expect(lab.page).to_have_url(re.compile(r"[?&]lr="))


def test_reset_gives_the_same_numbers_and_the_command_line_too(lab: Lab, tmp_path: Path) -> None:
    steps = 6
    lab.open("/?preset=figure1&seed=7")
    step_by_step(lab, steps)
    first, hashes = curves_csv(lab, tmp_path), lab.newest("hashes")
    assert curves_csv(lab, tmp_path) == first  # the second click on the same button
    generations = lab.count(wire.HELLO)
    lab.press("reset")
    lab.wait_for_source(generations + 1)
    lab.until("d => +d.step === 0")
    step_by_step(lab, steps)
    assert lab.newest("hashes") == hashes
    assert curves_csv(lab, tmp_path) == first
    experiment = from_query({"preset": "figure1", "seed": "7"})
    assert first == by_the_command_line(experiment, steps)
    assert len(first) == 2 * steps


def test_divergence_names_network_layer_and_step(lab: Lab) -> None:
    query = {"preset": "tiny-batch", "lr": "10"}
    fates = run_steps(from_query(query), 30).diverged
    assert fates[0] is not None
    step, layer = fates[0]
    assert fates[1] is None
    lab.open("/?preset=tiny-batch&lr=10")
    lab.train()
    place = words("live.layers.hidden", n=layer.removeprefix("hidden"))
    told = words("live.trouble.diverged", arm=words("live.arms.norm=none"), layer=place, step=step)
    expect(lab.trouble("diverged-0")).to_contain_text(told)
    expect(lab.trouble("diverged-1")).to_have_count(0)
    lab.until("d => d.status === 'running'")  # the other one continues


def test_without_the_socket_frames_come_the_slow_way(first_visit: Lab) -> None:
    lab = first_visit
    lab.page.add_init_script(BLOCKED)
    lab.open()
    expect(lab.view).to_have_attribute("data-link", "fallback")
    expect(lab.trouble("blocked")).to_contain_text(words("live.trouble.blocked"))
    sees_frames_the_slow_way(lab)
    assert lab.sent == []


def test_a_proxy_that_changes_host_is_named_and_frames_come_the_slow_way(
    first_visit: Lab, app: AppServer, tmp_path: Path
) -> None:
    lab = first_visit
    with nginx(app.port, tmp_path, site("nginx.conf", WITHOUT_HOST)) as port:
        lab.url = f"http://127.0.0.1:{port}"
        lab.open()
        expect(lab.view).to_have_attribute("data-link", "fallback")
        expect(lab.trouble("blocked")).to_contain_text(words("live.trouble.blocked_origin"))
        sees_frames_the_slow_way(lab)
        lab.page.goto("about:blank")


def test_where_a_proxy_changes_host_and_streamlit_is_refused_too_the_page_says_so(
    browser: Browser, app: AppServer, tmp_path: Path
) -> None:
    # Streamlit takes the names of this machine for its own, but not this one.
    elsewhere = ("listen 80;", "listen 127.0.0.2:80;\n    listen 80;")
    with (
        nginx(app.port, tmp_path, site("nginx.conf", WITHOUT_HOST, elsewhere)) as port,
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.goto(f"http://127.0.0.2:{port}/?lang=zh")
        expect(page.get_by_role("alert")).to_have_text(translate("app.refused", "zh"))


def sees_frames_the_slow_way(lab: Lab) -> None:
    lab.train()
    frames = int(lab.view.get_attribute("data-frames") or 0)
    lab.until(f"d => +d.frames > {frames} + 5")
    lab.press("train")
    lab.until("d => d.status === 'paused'")


# A proxy that lets Streamlit's own socket pass and refuses ours.
BLOCKED = """
window.WebSocket = new Proxy(window.WebSocket, {
  construct(Real, [address, ...rest]) {
    if (!String(address).includes("/bnviz/ws")) return new Real(address, ...rest);
    const refused = { readyState: 3, close() {}, send() {} };
    setTimeout(() => refused.onclose?.({ code: 1006 }), 20);
    return refused;
  },
});
"""
