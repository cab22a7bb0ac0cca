"""What the sentences of the clinic say in numbers is what the recorded nets show."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.clinic.examine import layer_states
from bnviz.chapters.clinic.nets import norms
from bnviz.chapters.clinic.recorded import brought_in, recorded
from bnviz.chapters.clinic.results import LayerState


def layers_of(name: str) -> dict[str, LayerState]:
    """The BN layers of a patient, by name."""
    case = brought_in(name)
    return {layer.name: layer for layer in layer_states(case.net, case.test[0][0])}


def z(layer: LayerState) -> np.ndarray:
    """How far the means are apart, in standard deviations."""
    assert layer.mean is not None
    assert layer.var is not None
    return (layer.batch_mean - layer.mean) / np.sqrt(layer.var + layer.eps)


def test_slow_statistics_have_gone_26_percent_of_the_way_in_every_layer():
    for layer in layers_of("slow").values():
        assert layer.mean is not None
        share = float((layer.mean * layer.batch_mean).sum() / (layer.batch_mean**2).sum())
        assert share == pytest.approx(1 - 0.999**300, abs=0.12), layer.name


def test_overflow_begins_in_one_channel_of_the_first_layer():
    broken = {name: int((~np.isfinite(layer.mean + layer.var)).sum()) for name, layer in layers_of("nan").items()}
    assert broken == {"bn1": 1, "bn2": 8, "bn3": 16, "bn4": 16, "bn5": 24, "bn6": 24}


def test_a_loaded_blank_has_0_and_1_everywhere():
    for layer in layers_of("blank").values():
        assert np.all(layer.mean == 0)
        assert np.all(layer.var == 1)


def test_where_the_channels_are_in_another_order_the_values_of_bn3_are_the_same_set():
    layers = layers_of("ported")
    bn3 = layers["bn3"]
    assert bn3.mean is not None
    spread = np.sqrt(np.sort(bn3.var))
    assert np.abs(np.sort(bn3.batch_mean) - np.sort(bn3.mean)).max() < 0.05 * spread.mean()
    for name in ("bn3", "bn4", "bn5"):
        assert np.abs(z(layers[name])).max() > 1
    for name in ("bn1", "bn2"):
        assert np.abs(z(layers[name])).max() < 0.02
    gammas = np.concatenate([layers[name].gamma for name in ("bn3", "bn4", "bn5")])
    assert gammas.min() == pytest.approx(0.9, abs=0.01)
    assert gammas.max() < 1.1


def test_with_the_other_eps_bn1_comes_out_eight_to_ten_times_larger():
    bn1 = layers_of("eps")["bn1"]
    assert bn1.var is not None
    assert bn1.var.max() < 5e-6
    times = np.sqrt((bn1.var + 1e-3) / (bn1.var + 1e-5))
    assert 8 < times.min() < times.max() < 10


def test_the_constant_channel_is_divided_by_the_root_of_eps():
    bn0 = layers_of("constant")["bn0"]
    assert bn0.var is not None
    assert bn0.var[1] < 1e-12
    assert abs(z(bn0)[1]) == pytest.approx(0.02 / np.sqrt(1e-5), rel=0.02)
    assert abs(z(bn0)[0]) < 0.05


def test_dropout_raised_the_variances_of_the_last_three_layers_and_of_no_other():
    for name, layer in layers_of("dropout").items():
        ratio = float(np.mean(layer.var / layer.batch_var))
        assert (ratio > 1.15) == (name in ("bn4", "bn5", "bn6")), (name, ratio)
        assert np.abs(z(layer)).max() < 0.1


def test_values_of_a_pair_become_plus_and_minus_one():
    case = brought_in("pair")
    seen = []
    last = norms(case.net)[-1]
    hook = last.register_forward_hook(lambda module, _, out: seen.append((out - module.bias) / module.weight))
    case.net.train()
    case.net(case.train[0][0][:2])
    hook.remove()
    size = seen[0].detach().abs().numpy()
    assert np.median(size) == pytest.approx(1, abs=1e-2)
    assert size.max() <= 1


def test_three_labels_are_confused_and_no_other():
    case = brought_in("labels")
    (_, confused), (_, right) = case.train[0], case.spares["more"]  # type: ignore[misc]
    wrong = confused != right
    assert int(wrong.sum()) == recorded()["patients"]["labels"]["facts"]["wrong"]
    assert set(right[wrong].tolist()) == set(confused[wrong].tolist()) == {3, 5, 8}
