"""Replayed steps give the numbers of the steps that they replace, follow the rates, and are refused where they cannot.

The graphs are stand-ins on the CPU (``stand_in_graphs``); with CUDA's own, ``python -m bnviz bench --device cuda``
checks the same.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import fields
from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.config import OPTIMIZERS, Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.training import loop
from bnviz.training.engines.choice import engine_for
from bnviz.training.engines.graphs import CudaGraphs
from bnviz.training.engines.replay_engine import ReplayEngine
from bnviz.training.engines.replayable import why_not_replayable
from bnviz.training.engines.step_engine import Refusal
from bnviz.training.engines.step_replay import RECORD_AFTER
from bnviz.training.engines.tensor_update import TensorUpdate
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twin_state import restore_twin, twin_state
from bnviz.training.twins import build_twins
from tests.pretend_device import pretend_device
from tests.training.engines.recipes import SMALL, UPDATES
from tests.training.engines.stand_in_graphs import StandInGraphs

CPU, STEPS = torch.device("cpu"), 12
MAPS = {"activation": "relu", "width": 4, "batch_size": 8, "lr": 0.05}
RECIPES = {
    "default": {},
    "without norm": {"norm": "none"},
    "norm after": {"norm_position": "after", "activation": "relu", "lr": 0.1},
    **UPDATES,
    "layer norm": {"norm": "layer"},
    "ghost": {"norm": "ghost"},
    "renorm": {"norm": "renorm"},
    "weights": {"norm": "weight"},
    "rnn": {"net": "rnn", "activation": "tanh", "norm": "batch", "width": 8, "sgd_momentum": 0.9, "lr": 0.1},
    "vgg11": {"net": "vgg11", **MAPS, "sgd_momentum": 0.9},
    "resnet20": {"net": "resnet20", **MAPS},
    "inception": {"net": "inception", **MAPS},
}
REFUSED = {
    "dropout": ("random", {"dropout": 0.3}),
    "noisy": ("random", {"norm": "noisy"}),
    "cumulative": ("counted", {"norm": "cumulative"}),
    "cumulative averages": ("counted", {"momentum": None}),
    "data set": ("whole", {"norm": "dataset"}),
    "inserted": ("inserted", {"norm_from": 4}),
}


class NoGraphs(StandInGraphs):
    """Refuses, so that all steps are made kernel by kernel."""

    def record(self, work):
        raise RuntimeError("no graphs here")


@pytest.fixture(scope="module")
def mnist():
    return load_dataset("mnist")


def recipe(name):
    return RunConfig(**SMALL | RECIPES[name])


class EndsBadly(StandInGraphs):
    """A recording that fails ends with another error, as CUDA's do."""

    def record(self, work):
        try:
            return super().record(work)
        except RuntimeError:
            raise RuntimeError("operation failed due to a previous error during capture") from None


class Run:
    """One arm whose steps are replayed by the graphs that are given."""

    def __init__(
        self, monkeypatch, config, dataset, graphs, observe=lambda step: False, start=0, state=None, device=CPU
    ):
        (self.twin,) = build_twins(Experiment(config, ((),)), dataset, device)
        if state is not None:
            restore_twin(self.twin, state)
        self.engine = ReplayEngine(self.twin.net, self.twin.optimizer, self.twin.recorder, graphs)
        monkeypatch.setattr(loop, "engine_for", lambda twin, device: self.engine)
        self.steps = train_steps([self.twin], TrainingData.of(dataset, device), observe, start=start)
        self.losses, self.snapshots = [], []

    def train(self, steps):
        made = list(islice(self.steps, steps))
        self.losses += [step.losses[0] for step in made]
        self.snapshots += [step.snapshot for step in made if step.snapshot is not None]
        return self

    def seen(self):
        """What the frames hold that were observed, reduced only now: no later step may have changed it."""
        records = [snapshot.frame().arms[0] for snapshot in self.snapshots]
        return [{field.name: getattr(record, field.name) for field in fields(record)} for record in records]


def numbers(run):
    """All that a run has computed: weights, buffers, gradients, what its optimizer keeps, and losses."""
    named = run.twin.net.named_parameters()
    return [
        *run.twin.net.state_dict().values(),
        *(parameter.grad for _, parameter in named),
        *(value for state in run.twin.optimizer.state.values() for value in state.values() if value is not None),
        torch.tensor(run.losses, dtype=torch.float64),
    ]


def assert_same(one, other):
    for a, b in zip(numbers(one), numbers(other), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("name", RECIPES)
def test_replayed_steps_have_the_bits_of_steps_that_are_not(monkeypatch, mnist, name):
    graphs = StandInGraphs()
    replayed = Run(monkeypatch, recipe(name), mnist, graphs).train(STEPS)
    plain = Run(monkeypatch, recipe(name), mnist, NoGraphs()).train(STEPS)
    assert replayed.engine.refusal is None
    assert replayed.engine.name == "graph replay"
    # Two graphs, replayed once beside the training and then at each step.
    assert (graphs.recordings, graphs.replays) == (2, 2 * (1 + STEPS - RECORD_AFTER))
    assert_same(replayed, plain)


UPDATES = [
    "default",
    "momentum",
    "nesterov",
    "decay of weights alone",
    "adam",
    "adamw",
    "rmsprop",
    "rmsprop with momentum",
]


def test_every_optimizer_of_a_recipe_has_an_update_by_tensor_rates(mnist):
    for optimizer in OPTIMIZERS:
        (twin,) = build_twins(Experiment(RunConfig(**SMALL, optimizer=optimizer), ((),)), mnist, CPU)
        assert TensorUpdate(twin.optimizer).parameters


@pytest.mark.parametrize("name", UPDATES)
def test_updates_by_tensor_rates_are_those_of_torch_optim_but_for_rounding(mnist, name):
    ours, theirs = (build_twins(Experiment(recipe(name), ((),)), mnist, CPU)[0] for _ in range(2))
    update, generator = TensorUpdate(ours.optimizer), torch.Generator().manual_seed(1)
    for _ in range(6):
        gradients = [torch.randn(p.shape, generator=generator) for p in update.parameters]
        for twin in (ours, theirs):
            for parameter, gradient in zip(TensorUpdate(twin.optimizer).parameters, gradients, strict=True):
                parameter.grad = gradient.clone()
        theirs.optimizer.step()
        if update.is_ready:
            update.set_rates()
            update.count()
            update.step(gradients)
        else:
            ours.optimizer.step()
    assert update.is_ready
    for one, other in zip(ours.net.parameters(), theirs.net.parameters(), strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=1e-7)
    for one, other in zip(ours.optimizer.state.values(), theirs.optimizer.state.values(), strict=True):
        assert one.keys() == other.keys()
        assert all(torch.allclose(one[key], other[key], rtol=1e-6, atol=1e-7) for key in one if one[key] is not None)


def test_observed_steps_between_replayed_ones_change_no_bit(monkeypatch, mnist):
    config = recipe("adam")
    watched = Run(monkeypatch, config, mnist, StandInGraphs(), observe=lambda step: step % 3 == 1).train(STEPS)
    assert watched.engine.name == "graph replay"
    assert watched.engine.is_settled
    plain = Run(monkeypatch, config, mnist, NoGraphs()).train(STEPS)
    assert_same(watched, plain)


@pytest.mark.parametrize(
    ("name", "changes"), [("momentum", {"lr": 0.02}), ("adamw", {"lr": 0.002, "weight_decay": 0.1})]
)
def test_rates_that_change_are_followed_by_the_same_graphs(monkeypatch, mnist, name, changes):
    graphs, runs = StandInGraphs(), []
    for each in (graphs, NoGraphs()):
        run = Run(monkeypatch, recipe(name), mnist, each).train(7)
        run.twin.change_rates(run.twin.config.with_fields(**changes))
        runs.append(run.train(5))
    assert graphs.recordings == 2
    assert_same(*runs)
    unchanged = Run(monkeypatch, recipe(name), mnist, StandInGraphs()).train(12)
    assert unchanged.losses[:8] == runs[0].losses[:8]
    assert unchanged.losses[8:] != runs[0].losses[8:]


def test_a_term_that_is_new_is_recorded_again(monkeypatch, mnist):
    graphs, runs = StandInGraphs(), []
    for each in (graphs, NoGraphs()):
        run = Run(monkeypatch, recipe("default"), mnist, each).train(6)
        run.twin.change_rates(run.twin.config.with_fields(sgd_momentum=0.9, lr=0.05))
        runs.append(run.train(8))
    assert graphs.recordings == 4
    assert runs[0].engine.name == "graph replay"
    assert_same(*runs)


def test_a_run_resumes_with_the_same_bits(monkeypatch, mnist):
    config = recipe("adam")
    whole = Run(monkeypatch, config, mnist, StandInGraphs()).train(STEPS)
    half = Run(monkeypatch, config, mnist, StandInGraphs()).train(7)
    later = Run(monkeypatch, config, mnist, StandInGraphs(), start=7, state=twin_state(half.twin)).train(5)
    assert later.engine.name == "graph replay"
    assert half.losses + later.losses == whole.losses
    later.losses = whole.losses
    assert_same(later, whole)


def test_divergence_names_the_step_and_the_layer(monkeypatch, mnist):
    config, found = recipe("without norm").with_fields(activation="relu", lr=100.0, init_scale=30.0), []
    for graphs in (StandInGraphs(), NoGraphs()):
        run = Run(monkeypatch, config, mnist, graphs).train(200)
        assert run.twin.diverged_at is not None
        found.append((run.twin.diverged_at, run.losses[:-1]))
    assert found[0] == found[1]


class ReadsAValue(nn.Module):
    """Asks for a number in its forward pass."""

    def forward(self, x):
        return x if x.sum().item() > 0 else -x


class CountsItsCalls(nn.Module):
    """Does something else at each call, which only Python knows."""

    calls = 0

    def forward(self, x):
        self.calls += 1
        return x * (1 + self.calls)


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (
            ReadsAValue,
            Refusal(
                "error", "RuntimeError: operation not permitted when stream is capturing: aten::_local_scalar_dense"
            ),
        ),
        (CountsItsCalls, Refusal("other_numbers")),
    ],
)
def test_what_cannot_be_replayed_is_refused_and_trains_on(monkeypatch, mnist, module, reason):
    found = []
    for graphs in (EndsBadly(), NoGraphs()):
        run = Run(monkeypatch, recipe("momentum"), mnist, graphs)
        run.twin.net.append(module())
        found.append(run.train(STEPS))
    assert found[0].engine.refusal == reason
    assert found[0].engine.name == "autograd"
    if module is ReadsAValue:
        assert_same(*found)
    assert all(torch.isfinite(value).all() for value in numbers(found[0]))


def test_a_trial_that_is_refused_leaves_the_run_as_it_was(monkeypatch, mnist):
    run = Run(monkeypatch, recipe("adam"), mnist, NoGraphs()).train(RECORD_AFTER)
    before = [value.clone() for value in run.twin.net.state_dict().values()]
    x, y = mnist.x_train[:60].flatten(1), mnist.y_train[:60]
    run.engine.forward(x, y)
    # The forward pass itself changes running statistics and nothing else.
    after = run.twin.net.state_dict()
    changed = [name for (name, a), b in zip(after.items(), before, strict=True) if not torch.equal(a, b)]
    assert run.engine.refusal == Refusal("error", "RuntimeError: no graphs here")
    assert all("running" in name or "num_batches" in name for name in changed)
    counts = [int(value) for name, value in after.items() if "num_batches" in name]
    assert counts == [RECORD_AFTER + 1] * len(counts)


@pytest.mark.parametrize("name", ["default", "adam", "vgg11"])
def test_a_replayed_step_waits_for_a_gpu_once(monkeypatch, mnist, name):
    config = recipe(name).with_fields(width=4, batch_size=8)
    here = Run(monkeypatch, config, mnist, StandInGraphs()).train(8)
    with pretend_device() as pretend:
        there = Run(monkeypatch, config, mnist, StandInGraphs(), device=pretend.device).train(6)
        assert there.engine.name == "graph replay", there.engine.refusal
        for _ in range(2):
            with pretend.counting() as waits:
                there.train(1)
            assert len(waits) == 1, waits
    assert there.losses == here.losses


@pytest.mark.parametrize("name", REFUSED)
def test_recipes_whose_steps_are_not_alike_are_not_recorded(mnist, name):
    key, changes = REFUSED[name]
    (twin,) = build_twins(Experiment(RunConfig(**SMALL | changes), ((),)), mnist, CPU)
    engine = engine_for(twin, torch.device("cuda"))
    assert (engine.name, engine.refusal) == ("autograd", Refusal(key))
    assert engine_for(twin, CPU).refusal is None


class OnlyPlainSteps(StandInGraphs):
    """Records plain steps, and no observed ones."""

    def apart(self):
        return NoGraphs()


@pytest.mark.parametrize(
    "name", ["default", "without norm", "norm after", "adam", "half-life", "ghost", "rnn", "vgg11"]
)
def test_observed_steps_are_replayed_and_see_the_same(monkeypatch, mnist, name):
    graphs = StandInGraphs()
    # On a CPU, the recorder of feature maps reads a number, which a recording forbids.
    with pretend_device() if name == "vgg11" else nullcontext() as pretend:
        there = {"observe": lambda step: step % 3 != 0, "device": pretend.device if pretend else CPU}
        replayed = Run(monkeypatch, recipe(name), mnist, graphs, **there).train(9)
        made = Run(monkeypatch, recipe(name), mnist, NoGraphs(), **there).train(9)
        assert replayed.engine.observed_refusal is None
        assert graphs.recordings == 2
        assert_same(replayed, made)
        assert len(replayed.snapshots) > RECORD_AFTER + 1
        for ours, theirs in zip(replayed.seen(), made.seen(), strict=True):
            for field, value in theirs.items():
                np.testing.assert_array_equal(ours[field], value, err_msg=field)


def test_where_observed_steps_cannot_be_recorded_plain_ones_still_are(monkeypatch, mnist):
    every_second = lambda step: step % 2 == 1  # noqa: E731
    run = Run(monkeypatch, recipe("adam"), mnist, OnlyPlainSteps(), observe=every_second)
    assert not run.engine.is_settled
    run.train(STEPS)
    assert run.engine.is_settled, "what was refused is not tried again"
    made = Run(monkeypatch, recipe("adam"), mnist, NoGraphs(), observe=every_second).train(STEPS)
    assert run.engine.refusal is None
    assert run.engine.observed_refusal == Refusal("error", "RuntimeError: no graphs here")
    assert_same(run, made)


@pytest.mark.parametrize("name", ["default", "adam", "vgg11"])
def test_a_replayed_observed_step_waits_for_a_gpu_twice(monkeypatch, mnist, name):
    config = recipe(name).with_fields(width=4, batch_size=8)
    with pretend_device() as pretend:
        there = Run(monkeypatch, config, mnist, StandInGraphs(), observe=lambda step: True, device=pretend.device)
        there.train(6)
        assert there.engine.observed_refusal is None
        assert len(there.snapshots) == 6
        with pretend.counting() as waits:
            there.train(1)
            there.snapshots[-1].frame()
        assert len(waits) <= 2, waits  # the loss, and the copy of all that was observed


@pytest.mark.parametrize("name", RECIPES)
def test_the_others_are_on_cuda_and_only_there(mnist, name):
    (twin,) = build_twins(Experiment(recipe(name), ((),)), mnist, CPU)
    assert why_not_replayable(twin.config) is None
    assert engine_for(twin, torch.device("cuda")).name == "graph replay"
    assert engine_for(twin, torch.device("cpu")).name in ("by hand", "autograd")


def test_graphs_of_cuda_are_recorded_when_there_is_a_gpu():
    if not torch.cuda.is_available():
        pytest.skip("no GPU")
    device = torch.device("cuda")
    graphs, x = CudaGraphs(device), torch.ones(3, device=device)
    y, replay = graphs.record(partial(torch.mul, x, 2))
    x.fill_(4)
    replay()
    assert y.tolist() == [8, 8, 8]
