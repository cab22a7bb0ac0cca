"""A server from its first request to its end, and the threads in it."""

from __future__ import annotations

import re
import time

from app_server import AppServer
from lab_view import Lab, words
from playwright.sync_api import expect

from bnviz.config import preset
from bnviz.live import wire
from bnviz.text.catalogue import translate

STREAMLIT_LOOKS = "**/_stcore/host-config"
"""What Streamlit's scripts ask for, beside its health, before they connect to a server again."""


def wait_for_runs(server: AppServer, count: int, seconds: float) -> float:
    """Wait until a server has so many threads of ours; return how long that took."""
    start = time.monotonic()
    while len(server.runs()) != count:
        assert time.monotonic() - start < seconds, server.ask("threads")
        time.sleep(0.2)
    return time.monotonic() - start


def test_a_link_to_a_page_is_a_fresh_servers_first_request_and_leaving_ends_threads(own_app, new_lab) -> None:
    left: Lab = new_lab(own_app)
    left.page.goto(own_app.url + "/data")
    expect(left.page.get_by_role("heading", name=words("data.title")).first).to_be_visible()
    assert own_app.runs() == []
    # One goes to another page, one closes the tab.
    left.go("lab")
    left.wait_for_view()
    closed: Lab = new_lab(own_app)
    closed.open()
    for lab in (left, closed):
        lab.train()
    assert len([name for name in own_app.runs() if name.startswith("bnviz-run")]) == 2
    left.go("guide")
    expect(left.view).to_have_count(0)
    closed.page.close()
    own_app.ask("hurry")  # tests/live holds how long it is really
    wait_for_runs(own_app, 0, seconds=15)
    # Who comes back finds the pictures, and a run that goes on only when asked to.
    left.go("lab")
    expect(left.trouble("orphaned")).to_contain_text(words("live.trouble.orphaned"))
    left.train()
    assert len([name for name in own_app.runs() if name.startswith("bnviz-run")]) == 1


def is_the_experiment_of_the_link(lab: Lab) -> None:
    """What was opened by /?preset=figure1&lr=2."""
    lab.more()
    expect(lab.control("preset").get_by_role("combobox")).to_have_value(words("scene.figure1.name"))
    expect(lab.control("lr").get_by_role("slider")).to_have_attribute("aria-valuetext", "2")
    arms = lab.newest("arms", wire.HELLO)
    assert {arm["config"]["lr"] for arm in arms} == {2}
    assert {arm["config"]["dataset"] for arm in arms} == {preset("figure1").base.dataset}


def test_a_link_to_an_experiment_is_a_fresh_servers_first_request_and_its_crash_and_end_are_told_and_mended(
    own_app, new_lab
) -> None:
    lab: Lab = new_lab(own_app)
    lab.open("/?preset=figure1&lr=2")
    is_the_experiment_of_the_link(lab)
    lab.train()
    own_app.ask("break")
    lab.until("d => d.status === 'failed'")
    detail = "RuntimeError: broken on purpose"
    expect(lab.trouble("crashed")).to_contain_text(words("live.trouble.crashed", detail=detail))
    own_app.ask("mend")
    lab.page.get_by_test_id("live-train").click()  # it says "Restart" now
    lab.until("d => d.status === 'running' && +d.step > 0")
    expect(lab.trouble("crashed")).to_have_count(0)

    step, arms = lab.pause(), lab.arms()
    claims: Lab = new_lab(own_app)
    claims.page.goto(own_app.url + "/claims?claim=S0.1&lang=zh")
    claims.page.locator(".st-key-run_E1 button").click()
    expect(claims.page).to_have_url(re.compile(r"[?&]task=run_E1\."))
    expect(claims.page.get_by_test_id("stProgress")).to_be_visible()  # its script has come from the server
    for each in (lab, claims):
        each.forgive("ERR_CONNECTION_REFUSED", "WebSocket connection", "Cannot send rerun backMessage")
        each.forgive("reaching server endpoint", "server is not responding", "DoInitPings timed out")  # there is none
    lab.page.route(STREAMLIT_LOOKS, lambda _route: None)  # it waits for an answer until the route is gone
    own_app.kill()
    expect(claims.page.locator("#bnviz-connection")).to_have_text(translate("app.unconnected", "zh"))
    expect(lab.view).to_have_attribute("data-link", "lost")
    expect(lab.trouble("lost")).to_contain_text(words("live.trouble.lost"))
    expect(claims.page.get_by_role("dialog")).to_have_count(0)
    own_app.start()
    line = claims.page.locator(".st-key-tasks_here .bnviz-task-line")
    expect(line).to_contain_text(translate("tasks.lost.restarted", "zh").partition("“")[0])
    expect(claims.page.locator("#bnviz-connection")).to_have_count(0)
    claims.page.locator(".st-key-run_E1 button").click()
    expect(line).to_contain_text(translate("tasks.here", "zh").partition("“")[0])
    claims.page.get_by_role("button", name=translate("tasks.cancel", "zh")).click()
    expect(line).to_have_count(0)
    expect(lab.view).to_have_attribute("data-link", "open")
    expect(lab.trouble("renewed")).to_contain_text(words("live.trouble.renewed", step=f"{step:,}"))
    lab.until("d => d.step === '0'")
    assert lab.arms() == arms
    assert {arm["config"]["lr"] for arm in lab.newest("arms", wire.HELLO)} == {2}
    lab.train()
    expect(lab.trouble("renewed")).to_have_count(0)
    # Streamlit has not found the server yet. When it does, the page's script takes over what trains.
    assert lab.page.locator(".stApp").get_attribute("data-test-connection-state") != "CONNECTED"
    named = lab.page.url
    lab.page.unroute(STREAMLIT_LOOKS)
    expect(lab.page.locator(".stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(lab.view).to_have_attribute("data-claimed", "true")
    lab.until("d => d.status === 'running' && d.link === 'open'")
    assert len([name for name in own_app.runs() if name.startswith("bnviz-run")]) == 1
    assert lab.page.url == named
