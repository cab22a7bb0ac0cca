"""Runs with measurements: training is unchanged, the noise, the deep linear network, the file."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.chapters.why.covariate_shift import gradient_shift
from bnviz.chapters.why.linear_net import deep_linear_net, probe_linear_net, regression
from bnviz.chapters.why.moments import moments_of
from bnviz.chapters.why.noisy_net import LayerNoise, build_with_noise
from bnviz.chapters.why.probe import inputs_of_nonlinearities, statistics_of
from bnviz.chapters.why.probed_run import Subject, layer_parts, probe_run
from bnviz.chapters.why.recipes import FIGURE1, read_parts, read_recording, recording, run_live
from bnviz.chapters.why.study import (
    ARMS,
    ShiftStudy,
    shift_study,
    study_from_dict,
    subject,
    with_more_seeds,
    without_noise,
)
from bnviz.config import InputError, RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_net, hidden_layers
from bnviz.norms import BatchNorm, NoisyBatchNorm
from bnviz.training.threads import one_thread

STEPS = (0, 3, 8)


@pytest.fixture(scope="module")
def study() -> ShiftStudy:
    return shift_study(FIGURE1, ARMS, (0, 1), STEPS)


def trained(arm: str, steps: int) -> dict[str, torch.Tensor]:
    """The same run without measurements."""
    one = subject(FIGURE1, arm, 0, load_dataset(FIGURE1.dataset))
    for _, loss in zip(range(steps), one.losses, strict=False):
        one.optimizer.zero_grad()
        loss(one.net).backward()
        one.optimizer.step()
    return one.net.state_dict()


@pytest.mark.parametrize("arm", ARMS)
def test_measuring_changes_nothing_of_the_run(arm: str) -> None:
    """Weights, running statistics and noise after a measured run are those of a run without measurements."""
    watched = subject(FIGURE1, arm, 0, load_dataset(FIGURE1.dataset))
    probe_run(watched, STEPS)
    plain = trained(arm, STEPS[-1] + 1)
    assert all(torch.equal(value, plain[name]) for name, value in watched.net.state_dict().items())


def test_accuracy_is_measured_in_both_modes(study: ShiftStudy) -> None:
    assert np.array_equal(study.of("none", "accuracy"), study.of("none", "as_trained"))
    data = load_dataset(FIGURE1.dataset)
    x, y = data.x_test.flatten(1)[:1000], data.y_test[:1000]
    one = subject(FIGURE1, "batch", 0, data)
    probe_run(one, STEPS)
    for name, training in (("accuracy", False), ("as_trained", True)):
        net = one.net.train(training)
        with torch.no_grad():
            right = [(net(x[k : k + 250]).argmax(1) == y[k : k + 250]).sum() for k in range(0, 1000, 250)]
        assert study.of("batch", name)[0, -1] == pytest.approx(sum(right).item() / 1000)
    assert not np.array_equal(study.of("batch", "accuracy"), study.of("batch", "as_trained"))


def test_refreshed_statistics_are_those_of_a_net_without_noise(study: ShiftStudy) -> None:
    for arm in ("none", "noise"):  # they have no statistics
        assert np.array_equal(study.of(arm, "accuracy"), study.of(arm, "refreshed"))
    data = load_dataset(FIGURE1.dataset)
    one = subject(FIGURE1, "noisy", 0, data)
    probe_run(one, STEPS)
    x = data.x_train.flatten(1)[:500]
    norm = without_noise(one.net, x).norm1
    assert isinstance(norm, NoisyBatchNorm)
    with torch.no_grad():
        h = one.net.linear1(x)
    torch.testing.assert_close(norm.running_mean, h.mean(0), rtol=1e-4, atol=1e-6)
    halves = [part.var(0) for part in torch.split(h, 250)]
    torch.testing.assert_close(norm.running_var, sum(halves) / 2, rtol=1e-4, atol=1e-8)
    second = without_noise(one.net, x).norm2  # its inputs come from the first, where the noise was
    kept = one.net.norm2.running_mean
    assert not torch.allclose(second.running_mean, kept, rtol=0.01)
    assert torch.equal(without_noise(one.net, x).norm2.running_mean, second.running_mean)


def test_noise_is_on_in_training_mode_only() -> None:
    """Only a pass with noise advances its random numbers: then a twin that was not passed differs."""
    data = load_dataset(FIGURE1.dataset)
    one, twin = (subject(FIGURE1, "noise", 0, data) for _ in range(2))
    x = data.x_test[:8].flatten(1)
    one.accuracies["accuracy"](one.net)
    assert torch.equal(one.net.train()(x), twin.net.train()(x))
    one.accuracies["as_trained"](one.net)
    assert not torch.equal(one.net.train()(x), twin.net.train()(x))


def test_arms_of_a_seed_share_weights_and_batches() -> None:
    data = load_dataset(FIGURE1.dataset)
    nets = [subject(FIGURE1, arm, 3, data) for arm in ARMS]
    weights = [dict(each.net.named_parameters())["linear2.weight"] for each in nets]
    assert all(torch.equal(weights[0], weight) for weight in weights[1:])
    head_loss = [float(next(each.losses)(torch.nn.Sequential(nets[0].net)).detach()) for each in nets]
    assert len(set(head_loss)) == 1


def test_the_first_layer_has_no_shift_and_others_have(study: ShiftStudy) -> None:
    assert study.values["l2"].shape == (4, 2, 3, 4)
    assert (study.values["l2"][..., 0] == 0).all()
    assert (study.values["l2"][..., 1:] > 0).all()
    np.testing.assert_allclose(study.values["cosine"][..., 0], 1)


def test_a_captured_shift_is_that_of_the_two_nets(study: ShiftStudy) -> None:
    """Step 3 of the BN arm by hand: the net after 3 and after 4 updates, on the batch of step 3."""
    data = load_dataset(FIGURE1.dataset)
    config = FIGURE1.with_fields(norm="batch", seed=0)
    net = build_net(config, data.input_size, data.n_classes, torch.Generator().manual_seed(0))
    net.load_state_dict(trained("batch", 3))
    losses = subject(FIGURE1, "batch", 0, data).losses
    loss = [next(losses) for _ in range(4)][3]
    found = gradient_shift(net, trained("batch", 4), layer_parts(net), loss)
    np.testing.assert_allclose(study.of("batch", "l2")[0, 1], found.l2, rtol=1e-6)
    assert study.of("batch", "loss")[0, 1] == pytest.approx(float(loss(net).detach()), rel=1e-6)


def test_a_layer_is_its_weight_bias_and_norm() -> None:
    data = load_dataset(FIGURE1.dataset)
    with_bn = layer_parts(subject(FIGURE1, "batch", 0, data).net)
    plain = layer_parts(subject(FIGURE1, "none", 0, data).net)
    assert [part.name for part in plain] == ["hidden1", "hidden2", "hidden3", "head"]
    assert set(with_bn[1].parameters) == {"linear2.weight", "norm2.weight", "norm2.bias"}
    assert set(plain[1].parameters) == {"linear2.weight", "linear2.bias"}
    assert with_bn[3].parameters == ("head.weight", "head.bias")


def test_noise_moves_moments_from_step_to_step(study: ShiftStudy) -> None:
    noisy, batch = study.of("noisy", "jump_mean"), study.of("batch", "jump_mean")
    assert (noisy > 10 * batch).all()


def test_what_enters_a_nonlinearity_is_what_the_norm_gave() -> None:
    net = build_net(FIGURE1, 784, 10, torch.Generator().manual_seed(0))
    x = torch.rand(40, 784, generator=torch.Generator().manual_seed(1))
    found = inputs_of_nonlinearities(net, x, statistics_of(net, lambda n: n(x).sum()))
    with torch.no_grad():
        u = net.norm1(net.linear1(x))
    np.testing.assert_allclose(found[0].mean, moments_of(u.numpy()).mean, atol=1e-6)
    np.testing.assert_allclose(found[0].std, 1, atol=1e-3)
    fresh = build_net(FIGURE1, 784, 10, torch.Generator().manual_seed(0))
    statistics_of(fresh, lambda n: n(x).sum())
    assert (fresh.norm2.running_mean == 0).all()


def test_the_noise_is_that_of_noisy_batch_norm() -> None:
    x = torch.randn(32, 5, 3, 3, generator=torch.Generator().manual_seed(0))
    plain, noisy, noise = BatchNorm(5), NoisyBatchNorm(5, seed=7), LayerNoise(5, 7)
    for _ in range(2):
        torch.testing.assert_close(noise(plain(x)), noisy(x))
    assert noise.eval()(x) is x


def test_a_plain_net_gets_the_noise_of_its_noisy_twin() -> None:
    config = RunConfig(depth=2, width=4, norm="noisy", seed=5)
    noisy = build_net(config, 6, 3, torch.Generator().manual_seed(5))
    net = build_with_noise(config.with_fields(norm="none"), 6, 3)
    assert list(dict(net.named_children())) == [
        "linear1",
        "noise1",
        "activation1",
        "linear2",
        "noise2",
        "activation2",
        "head",
    ]
    z = torch.zeros(8, 4)
    for number in (1, 2):
        mine, theirs = net.get_submodule(f"noise{number}"), noisy.get_submodule(f"norm{number}")
        torch.testing.assert_close(mine(z), theirs(z))  # BN of zeros is beta = 0, so this is the noise alone
    assert len(hidden_layers(net)) == 2


def test_a_run_that_diverges_leaves_gaps() -> None:
    found = probe_linear_net("none", 0, 1.0, (0, 1, 5)).values
    assert np.isfinite(found["loss"][0])
    assert np.isnan(found["loss"][-1])


def test_the_deep_linear_net_is_the_product_of_its_matrices() -> None:
    net = deep_linear_net("none", 1)
    product = torch.eye(10)
    for weight in net.parameters():
        product = weight @ product
    x, y = regression(1)
    torch.testing.assert_close(net(x), x @ product.T, rtol=1e-3, atol=1e-4)
    assert len(list(net.parameters())) == 25
    assert x.shape == (1000, 10)
    solved = torch.linalg.lstsq(x, y).solution
    torch.testing.assert_close(x @ solved, y, rtol=1e-3, atol=1e-3)
    with_bn = dict(deep_linear_net("batch", 1).named_parameters())
    assert torch.equal(with_bn["linear7.weight"], dict(net.named_parameters())["linear7.weight"])
    assert isinstance(deep_linear_net("batch", 1).norm24, BatchNorm)


def test_a_study_survives_its_file_and_others_are_refused(study: ShiftStudy, tmp_path: Path) -> None:
    again = study_from_dict(json.loads(json.dumps(study.to_dict())))
    assert (again.arms, again.seeds, again.steps, again.lr) == (ARMS, (0, 1), STEPS, 0.5)
    for name, values in study.values.items():
        np.testing.assert_allclose(again.values[name], values, rtol=6e-4)
    broken = study.to_dict(["l2"])
    broken["values"]["l2"]["shape"] = [1, 2, 3, 4]
    for wrong in (broken, {}, {**study.to_dict(["l2"]), "seeds": 3}):
        with pytest.raises(InputError):
            study_from_dict(wrong)
    path = tmp_path / "why.json"
    path.write_text(recording({"figure1": study}, {"date": "today"}), encoding="utf-8")
    with pytest.raises(InputError, match="a bnviz study for every scene"):
        read_recording(path)


def test_seeds_are_joined_and_other_measurements_are_not(study: ShiftStudy) -> None:
    first, second = (shift_study(FIGURE1, ("none",), (seed,), (0, 1)) for seed in (0, 1))
    joined = with_more_seeds(first, second)
    assert joined.seeds == (0, 1)
    np.testing.assert_array_equal(joined.values["l2"][:, 1], second.values["l2"][:, 0])
    with pytest.raises(InputError, match="cannot be joined"):
        with_more_seeds(study, second)


def test_a_probe_that_was_normalized_by_itself_is_left_out(study: ShiftStudy, tmp_path: Path) -> None:
    """Files from before "batch_mean" was measured say under "jump_mean" how beta moved."""
    path = tmp_path / "why.json"
    former = replace(study, values={name: each for name, each in study.values.items() if name != "batch_mean"})
    path.write_text(recording({"figure1": former}, {"date": "then"}), encoding="utf-8")
    found = read_parts(path).studies["figure1"]
    assert not {"jump_mean", "drift_mean"} & set(found.values)
    np.testing.assert_allclose(found.values["l2"], study.values["l2"], rtol=6e-4)


def test_a_thread_of_its_own_computes_with_one_thread_and_gets_its_number_back() -> None:
    seen: list[int] = []

    def ask() -> None:
        torch.set_num_threads(2)
        with one_thread():
            seen.append(torch.get_num_threads())
        seen.append(torch.get_num_threads())

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    assert seen == [1, 2]


def test_unknown_arms_and_scenes_are_refused() -> None:
    with pytest.raises(InputError, match="arms must be of"):
        shift_study(FIGURE1, ("bn",), (0,), (0,))
    with pytest.raises(InputError, match="live are"):
        run_live("vgg", ("none",), 0)
    with pytest.raises(InputError, match="1 to 3"):
        run_live("figure1", ARMS, 0)


def test_a_vgg_is_measured_too() -> None:
    net = build_net(
        RunConfig(net="vgg11", width=1, norm="batch", activation="relu"),
        (1, 32, 32),
        3,
        torch.Generator().manual_seed(0),
    )
    x, y = torch.rand(6, 1024, generator=torch.Generator().manual_seed(1)), torch.arange(6) % 3
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    one = Subject(net, optimizer, repeat(lambda n: F.cross_entropy(n(x), y)), x, np.array([0.1, 0.2]))
    found = probe_run(one, (0, 1)).values
    assert found["l2"].shape == (2, 9)
    assert np.isnan(found["accuracy"]).all()
    assert np.isnan(found["as_trained"]).all()
    assert np.isfinite(found["jump_mean"]).all()
