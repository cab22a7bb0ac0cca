"""The chapter on the relatives in AppTest."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bnviz.analysis.relatives_axes import one_mean, share, sharing
from bnviz.experiments.relatives_block import digit_block
from bnviz.figures.words import say

SHELL = Path(__file__).resolve().parents[2] / "bnviz" / "ui" / "shell.py"


def opened(lang: str = "en", **query: str) -> AppTest:
    app = AppTest.from_file(SHELL, default_timeout=60)
    for name, value in {"lang": lang, **query}.items():
        app.query_params[name] = value
    return app.switch_page("../../pages/relatives.py").run()


def words(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axes_render(lang: str) -> None:
    app = opened(lang, alone="batch")
    assert not app.exception
    assert say("relatives.axes.text", lang) in words(app)
    (chart,) = app.get("plotly_chart")
    assert say("relatives.over.batch", lang) in chart.proto.alt


def test_the_address_chooses_the_mean_and_the_numbers_are_its_own() -> None:
    app = opened(norm_way="group", axes_groups="3", image="2", channel="3", place="4")
    assert not app.exception
    values = digit_block()
    found = one_mean(share(values, sharing("group", (6, 6, 9), 3)), (1, 2, 3))
    formulas = "\n".join(each.value for each in app.latex)
    assert f"|S| = {found.count}," in formulas
    assert f"= {found.mean:.4f}" in formulas
    assert r"n = 2,\; \lceil c / 2 \rceil = 2" in formulas


def test_the_table_waits_for_the_guess() -> None:
    app = opened()
    assert "| --- |" not in words(app).split(say("relatives.left.text", "en"))[1]
    app.radio(key="alone").set_value("layer").run()
    assert not app.exception
    assert "| Layer | 54 | 6 | " in words(app)
