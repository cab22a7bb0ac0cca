import io

import numpy as np
import pytest
import torch
from torch import nn

import bnviz
from bnviz.telemetry.recording import load, save


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


def test_evaluation_passes_are_kept_apart():
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        model.eval()
        model(torch.randn(2, 1, 8, 8))
        model.train()
        with torch.no_grad():
            model(torch.randn(2, 1, 8, 8))
    assert not watcher.history.frames
    records = watcher.history.norm_records
    assert records.of(0, "evaluation").uses_batch.tolist() == [0]
    assert records.of(0, "no_grad").uses_batch.tolist() == [1]
    assert len(records.of(0, "training")) == 0


def test_a_watched_history_is_a_recording_like_any_other():
    _, history = trained(True)
    buffer = io.BytesIO()
    save(history, buffer)
    again = load(buffer.getvalue())
    assert again.meta["watched"]["model"] == "Sequential"
    assert [frame.step for frame in again.frames] == [0, 3, 6]


def test_a_norm_after_the_nonlinearity_is_found_at_its_place():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.BatchNorm1d(3), nn.Linear(3, 2))
    history, x = watched_once(model, torch.randn(6, 2))
    arm = history.description.arms[0]
    assert (arm.layers, arm.position, arm.config["activation"]) == (("2",), "after", "tanh")
    moments = history.frames[0].arms[0].moments[0]
    stages = (model[0](x), model[:3](x), model[:2](x))  # pre-activation, norm, activation
    for (mean, std), stage in zip(moments, stages, strict=True):
        assert mean == pytest.approx(stage.mean().item(), abs=1e-6)
        assert std == pytest.approx(stage.std(correction=0).item(), rel=1e-5)


def test_layers_without_a_norm_are_called_by_their_linear_layer():
    history, _ = watched_once(conv_net(), torch.randn(5, 1, 8, 8))
    assert history.description.arms[0].layers == ("1", "4")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"every": 2.5}, "every must be a whole number of at least 1, got 2.5"),
        ({"every": 0}, "every must be a whole number of at least 1, got 0"),
        ({"every": True}, "every must be a whole number of at least 1, got True"),
        ({"share": -1}, "share must be a positive number, got -1"),
        ({"optimizer": "sgd"}, r"the optimizer must be a torch\.optim\.Optimizer or None, got str"),
    ],
)
def test_wrong_arguments_are_refused_before_any_hook_is_placed(arguments, sentence):
    model = conv_net()
    with pytest.raises(bnviz.InputError, match=sentence):
        bnviz.watch(model, **arguments)
    assert not model._forward_hooks


def test_a_model_that_is_no_module_is_refused():
    with pytest.raises(bnviz.InputError, match=r"the model must be a torch\.nn\.Module, got function"):
        bnviz.watch(conv_net)


def watched_once(model, x):
    """Watch one step of SGD with a rate of 0, so that the model stays as it is but for running statistics."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        model(x).square().mean().backward()
        optimizer.step()
    return watcher.history, x


def test_a_records_numbers_are_those_of_the_batch():
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(3, momentum=0.25)
    with torch.no_grad():
        norm.running_mean.copy_(torch.tensor([0.5, -1.0, 2.0]))
        norm.running_var.copy_(torch.tensor([4.0, 1.0, 0.0]))
        norm.weight.copy_(torch.tensor([1.0, 0.0, 2.0]))
    mean_before, var_before = norm.running_mean.clone().numpy(), norm.running_var.clone().numpy()
    x = torch.randn(4, 3, 5, 5) * 3 + 1
    x[:, 1] = 7.0
    history, _ = watched_once(nn.Sequential(norm), x)
    row = history.norm_records
    values = x.double().movedim(1, 0).flatten(1).numpy()
    z = (values.mean(1) - mean_before) / np.sqrt(var_before + 1e-5)
    ratio = (values.var(1, ddof=1) + 1e-5) / (var_before + 1e-5)
    order = np.argsort(-abs(z))
    assert row.m.tolist() == [4 * 5 * 5]
    assert row.momentum.tolist() == [0.25]
    assert row.batches_tracked.tolist() == [1]
    assert (row.constant.tolist(), row.running_constant.tolist(), row.zero_gamma.tolist()) == ([1], [0], [1])
    assert row.worst_z_channels[0].tolist() == [*order, -1]
    np.testing.assert_allclose(row.worst_z[0, :3], z[order], rtol=1e-4)
    np.testing.assert_allclose(row.z[0], np.quantile(z, [0.05, 0.15, 0.5, 0.85, 0.95]), rtol=1e-3)
    np.testing.assert_allclose(row.ratio[0], np.quantile(ratio, [0.05, 0.15, 0.5, 0.85, 0.95]), rtol=1e-3)
    assert row.grad_gamma[0] == pytest.approx(norm.weight.grad.norm().item(), rel=1e-5)
    assert row.grad_beta[0] == pytest.approx(norm.bias.grad.norm().item(), rel=1e-5)


def test_not_finite_statistics_are_counted_by_channel_and_marked():
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with bnviz.watch(model, optimizer, every=1, share=np.inf) as watcher:
        for step in range(4):
            if step == 2:
                with torch.no_grad():
                    model[1].running_var[1] = torch.nan
            model(torch.randn(5, 1, 8, 8)).square().mean().backward()
            optimizer.step()
    assert watcher.history.norm_records.not_finite.tolist() == [0, 0, 1, 1]
    assert [(mark.step, mark.text) for mark in watcher.history.marks] == [
        (2, "1: 1 of 4 channels no longer finite from step 2")
    ]


def test_changes_of_mode_are_marked_at_the_step_they_happen_in():
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with bnviz.watch(model, optimizer, every=10) as watcher:
        for step in range(20):
            if step == 15:
                model[1].eval()
            if step == 17:
                model[1].weight.requires_grad_(False)
            model(torch.randn(5, 1, 8, 8)).square().mean().backward()
            optimizer.step()
    assert [(mark.step, mark.text) for mark in watcher.history.marks] == [
        (15, "1 in evaluation mode from step 15"),
        (17, "1 frozen (requires_grad is False) from step 17"),
    ]


def test_a_model_without_an_optimizer_counts_its_calls():
    model = conv_net()
    with bnviz.watch(model, every=2) as watcher:
        for _ in range(5):
            model(torch.randn(5, 1, 8, 8))
            model.eval()
            model(torch.randn(5, 1, 8, 8))
            model.train()
    assert watcher.step == 5
    assert [frame.step for frame in watcher.history.frames] == [0, 2, 4]
    teacher = conv_net().eval()
    with bnviz.watch(teacher, every=2) as watcher, torch.no_grad():
        for _ in range(5):
            teacher(torch.randn(5, 1, 8, 8))
    assert watcher.step == 5
    assert [frame.step for frame in watcher.history.frames] == [0, 2, 4]
    assert watcher.history.norm_records.of(0, "evaluation").step.tolist() == [0, 2, 4]


def test_an_inner_failure_ends_the_recording_and_not_the_loop(monkeypatch):
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)

    def broken(*_arguments):
        raise ZeroDivisionError("made to fail")

    monkeypatch.setattr("bnviz.watching.watcher.rows_of", broken)
    watcher = bnviz.watch(model, optimizer, every=1)

    def loop():
        with watcher:
            for _ in range(3):
                model(torch.randn(5, 1, 8, 8)).square().mean().backward()
                optimizer.step()

    with pytest.warns(UserWarning, match="recording stopped at step 0: ZeroDivisionError: made to fail"):
        loop()
    assert watcher.step == 3
    assert "recording stopped" in watcher.history.marks[0].text
    assert "recording stopped" in str(watcher.coverage)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_a_failure_does_not_reach_a_loop_that_makes_errors_of_warnings(monkeypatch):
    model = conv_net()
    monkeypatch.setattr("bnviz.watching.watcher.rows_of", None)
    with bnviz.watch(model, every=1):
        model(torch.randn(5, 1, 8, 8))
        model(torch.randn(5, 1, 8, 8))


def test_an_error_of_the_model_is_the_models_and_watching_goes_on():
    model = conv_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        for size in (7, 8, 8):
            try:
                model(torch.randn(5, 1, size, size)).square().mean().backward()
            except RuntimeError:
                continue
            optimizer.step()
    assert [frame.step for frame in watcher.history.frames] == [0, 1]
    assert torch.overrides._get_current_function_mode() is None
