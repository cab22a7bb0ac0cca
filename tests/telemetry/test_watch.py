import io

import numpy as np
import pytest
import torch
from torch import nn

import bnviz
from bnviz.telemetry.recording import load, save
from bnviz.telemetry.watch import find_layers


def conv_net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.Flatten(),
        nn.Linear(4 * 6 * 6, 7),
        nn.ReLU(inplace=True),
        nn.Linear(7, 3),
    )


def trained(watching: bool, steps: int = 7) -> tuple[list[torch.Tensor], object]:
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    generator = torch.Generator().manual_seed(1)

    def loop(watcher: object) -> None:
        for _ in range(steps):
            x = torch.randn(5, 1, 8, 8, generator=generator)
            loss = model(x).square().mean()
            optimizer.zero_grad()
            loss.backward()
            if watcher is not None:
                watcher.log(train_loss=loss.item())
            optimizer.step()

    if not watching:
        loop(None)
        return [p.detach() for p in model.parameters()], None
    with bnviz.watch(model, optimizer, every=3) as watcher:
        loop(watcher)
    hooks = [m for m in model.modules() if m._forward_hooks or m._forward_pre_hooks]
    assert not hooks
    assert not optimizer._optimizer_step_pre_hooks
    assert not optimizer._optimizer_step_post_hooks
    return [p.detach() for p in model.parameters()], watcher.history


def test_watching_changes_nothing_and_records_every_third_step():
    alone, _ = trained(False)
    watched, history = trained(True)
    assert all(torch.equal(a, b) for a, b in zip(alone, watched, strict=True))
    assert [frame.step for frame in history.frames] == [0, 3, 6]
    record = history.frames[0].arms[0]
    # A channel is a unit: 5 samples x 6 x 6 places x 4 channels, and 5 samples x 7 units.
    assert record.histogram[0, 0].sum() == 5 * 36 * 4
    assert record.histogram[1, 0].sum() == 5 * 7
    assert record.unit_percentiles.shape == (2, 7, 3)
    assert np.isnan(record.unit_percentiles[0, 4:]).all()
    assert np.isfinite(record.grad_norm).all()
    assert len(history.curves[0].step) == 7


def test_values_before_an_in_place_nonlinearity_are_those_before_it():
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.randn(5, 1, 8, 8)
    with torch.no_grad():
        before_relu = model[1](model[0](x))
    with bnviz.watch(model, optimizer, every=1) as watcher:
        model(x).sum().backward()
        optimizer.step()
    recorded = watcher.history.frames[0].arms[0].moments[0, 1]
    assert recorded[0] == pytest.approx(before_relu.mean().item(), abs=1e-6)
    assert recorded[1] == pytest.approx(before_relu.std(correction=0).item(), rel=1e-5)


def test_evaluation_passes_are_not_recorded():
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        model.eval()
        model(torch.randn(2, 1, 8, 8))
        model.train()
        with torch.no_grad():
            model(torch.randn(2, 1, 8, 8))
    assert not watcher.history.frames


def test_a_watched_history_is_a_recording_like_any_other():
    _, history = trained(True)
    buffer = io.BytesIO()
    save(history, buffer)
    again = load(buffer.getvalue())
    assert again.meta["watched"]["model"] == "Sequential"
    assert [frame.step for frame in again.frames] == [0, 3, 6]


def test_layers_are_found_with_their_norm_and_position():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.BatchNorm1d(3), nn.Linear(3, 2))
    layers, last = find_layers(model)
    assert [(layer.name, layer.position, layer.activation_name) for layer in layers] == [("0", "after", "tanh")]
    assert last is model[3]


def test_a_model_without_module_nonlinearities_is_refused_in_one_sentence():
    with pytest.raises(bnviz.InputError, match=r"expected modules such as nn\.ReLU"):
        find_layers(nn.Sequential(nn.Linear(2, 2)))
