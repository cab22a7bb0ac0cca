"""Numbers in the words of the chapter on saturation, and the fixed axes of its figures."""

from __future__ import annotations

import pytest

from bnviz.chapters.saturation.figures import effect_figure
from bnviz.chapters.saturation.normal_input import activation_curve, batch_norm_effect
from bnviz.telemetry.saturation import normal_input_stats
from bnviz.text.catalogue import translate


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_numbers_in_the_words_are_the_computed_ones(lang: str) -> None:
    far, near = (normal_input_stats("sigmoid", mean, 1).derivative for mean in (-6, 0))
    answer = translate("saturation.gain.answer.fifty", lang)
    assert f"{far:.4f}"[1:] in answer
    assert f"{near:.4f}"[1:] in answer
    assert f"{near / far:.0f}" in answer
    saturated_fraction = normal_input_stats("tanh", 0, 1).saturated_fraction
    assert f"{100 * saturated_fraction:.2f} %" in translate("saturation.large.answer.few", lang)
    for curve in ("tanh", "sigmoid"):
        low, high = activation_curve(curve).region
        assert f"{high:.2f}" in translate("saturation.unit.text", lang)
        assert low == -high


def test_axes_do_not_move_with_the_sliders() -> None:
    first, second = (
        effect_figure(batch_norm_effect("tanh", mean, 1.0, 1.0, 0.0), activation_curve("tanh"), after=mean > 0)
        for mean in (-3.0, 3.0)
    )
    assert first.layout.xaxis.range == second.layout.xaxis.range
    assert first.layout.yaxis.range == second.layout.yaxis.range
