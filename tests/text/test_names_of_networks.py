"""A network has one name: in the view of the lab, which takes its words from ``live.arms``, and in all figures."""

from __future__ import annotations

import pytest

from bnviz.config import NORMS
from bnviz.text.catalogue import catalogue


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("norm", NORMS)
def test_the_view_names_a_normalizer_as_the_figures_do(norm: str, lang: str) -> None:
    """Without a name of its own it would be "batch normalization = layer", which is no batch normalization."""
    words = catalogue(lang)
    assert words[f"live.arms.norm={norm}"] == words[f"arm.{norm}"]
