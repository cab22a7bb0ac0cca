"""Scenes lead on: from the deep sigmoid net to a start that suits it, to the best rates and the sweep behind them."""

from __future__ import annotations

import re

from lab_view import Lab, words
from playwright.sync_api import expect

from bnviz.config import preset


def follow(lab: Lab, scene: str) -> None:
    """Press what is below a scene's reason."""
    name = words(f"scene.{scene}.link")
    lab.page.get_by_role("link", name=name).or_(lab.page.get_by_role("button", name=name)).click()


def shows(lab: Lab, scene: str) -> None:
    """Wait until the heading, the address and the view are those of a scene, shown from its recording."""
    expect(lab.page.get_by_role("heading", name=words(f"scene.{scene}.title"))).to_be_visible()
    expect(lab.page).to_have_url(re.compile(rf"[?&]preset={scene}\b"))
    arms = [dict(changes) for changes in preset(scene).arms]
    lab.wait_for(lambda: lab.arms() == arms, f"the networks of {scene}")
    lab.until("d => d.source === 'recorded'")


def test_the_deep_sigmoid_net_leads_to_its_fair_baselines(lab: Lab) -> None:
    lab.open("/?preset=default")
    shows(lab, "default")
    follow(lab, "default")
    shows(lab, "sigmoid-start")
    follow(lab, "sigmoid-start")
    shows(lab, "best-rates")
    expect(lab.control("none_lr")).to_contain_text("2")
    expect(lab.control("batch_lr")).to_contain_text("4")
    follow(lab, "best-rates")
    expect(lab.page).to_have_url(re.compile("/survival.*map_steps=1000"))
    expect(lab.page.get_by_text(words("survival.start", nets="360", cells=36, seeds=5))).to_be_visible()
    expect(lab.page.get_by_text("record survival", exact=False).first).to_be_visible()
