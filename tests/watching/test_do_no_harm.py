"""Parameters, buffers, gradients, outputs and random state are bit for bit the same with and without watch."""

import contextlib
import copy
import functools
import math
import pickle
import re
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint, create_selective_checkpoint_contexts

import bnviz

STEPS = 4


class Net(nn.Module):
    """Modules and functions, dropout for the random state, and blocks that can be recomputed."""

    def __init__(self, kind="plain"):
        super().__init__()
        self.kind = kind
        self.stem = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(inplace=True))
        self.block = nn.Sequential(nn.Conv2d(6, 6, 3, padding=1), nn.BatchNorm2d(6), nn.Dropout(0.3), nn.SiLU())
        self.layer_norm = nn.LayerNorm(6)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = self.stem(x)
        if self.kind in ("reentrant", "non-reentrant"):
            x = checkpoint(self.block, x, use_reentrant=self.kind == "reentrant")
        elif self.kind == "checkpoint that keeps some operations":
            keep = functools.partial(create_selective_checkpoint_contexts, [torch.ops.aten.convolution.default])
            x = checkpoint(self.block, x, use_reentrant=False, context_fn=keep)
        elif self.kind == "saved-tensor hooks":
            with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t * 1):
                x = self.block(x)
        else:
            x = self.block(x)
        x = self.layer_norm(F.relu(x).mean((2, 3)))
        return self.head(F.dropout(x, 0.2, self.training))


def made(kind):
    torch.manual_seed(0)
    model = Net(kind)
    if kind == "DataParallel":
        return nn.DataParallel(model)
    return model


def plain_step(model, optimizer, x, y):
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def autocast_step(model, optimizer, x, y):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


class ScaledStep:
    """Mixed precision whose second step overflows and is left out by the scaler."""

    def __init__(self):
        self.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**8)
        self.done = 0

    def __call__(self, model, optimizer, x, y):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        scaled = self.scaler.scale(loss) * (math.inf if self.done == 1 else 1.0)
        self.done += 1
        scaled.backward()
        self.scaler.step(optimizer)
        self.scaler.update()
        return loss


def vmap_step(model, optimizer, x, y):
    """Gradients of single samples in evaluation mode by torch.func; then an ordinary step."""
    parameters = {name: p.detach() for name, p in model.named_parameters()}
    buffers = dict(model.named_buffers())

    def loss_of_one(parameters, x, y):
        output = torch.func.functional_call(model, (parameters, buffers), (x[None],))
        return F.cross_entropy(output, y[None])

    model.eval()
    each = torch.func.vmap(torch.func.grad(loss_of_one), (None, 0, 0), randomness="different")(parameters, x, y)
    model.train()
    return plain_step(model, optimizer, x + each["head.bias"].mean(), y)


def closure_step(model, optimizer, x, y):
    """Forward and backward run inside of step, as Lightning does."""

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        return loss

    return optimizer.step(closure)


def evaluating_step(model, optimizer, x, y):
    model.eval()
    with torch.inference_mode():
        model(x)
    model.train()
    with torch.no_grad():
        model(x)
    return plain_step(model, optimizer, x, y)


CASES = {
    "plain": plain_step,
    "reentrant": plain_step,
    "non-reentrant": plain_step,
    "checkpoint that keeps some operations": plain_step,
    "saved-tensor hooks": plain_step,
    "DataParallel": plain_step,
    "autocast": autocast_step,
    "a step that the scaler leaves out": ScaledStep,
    "vmap of grad": vmap_step,
    "a closure": closure_step,
    "evaluation between": evaluating_step,
}


def run(kind, watching, compiled=False, every=1):
    model = made(kind)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    step = CASES[kind]() if isinstance(CASES[kind], type) else CASES[kind]
    torch.manual_seed(1)
    values = []

    def loop():
        for _ in range(STEPS):
            x, y = torch.randn(4, 3, 5, 5), torch.randint(0, 4, (4,))
            values.append(step(model, optimizer, x, y).detach())

    watcher = bnviz.watch(model, optimizer, every=every, share=math.inf)
    if watching:
        with watcher:
            loop()
    else:
        loop()
    values += [v.clone() for v in model.state_dict().values()]
    values += [p.grad for p in model.parameters()]
    values += [torch.get_rng_state(), *(s["momentum_buffer"] for s in optimizer.state.values())]
    return values, watcher


def equal(a, b):
    return len(a) == len(b) and all(torch.equal(x.nan_to_num(), y.nan_to_num()) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("kind", CASES)
def test_nothing_changes(kind, every):
    alone, _ = run(kind, watching=False)
    watched, watcher = run(kind, watching=True, every=every)
    assert equal(alone, watched)
    assert not any("recording stopped" in mark.text for mark in watcher.history.marks)
    steps = 3 if kind.startswith("a step that") else 4
    assert watcher.step == steps
    assert [frame.step for frame in watcher.history.frames] == list(range(0, steps, every))
    assert torch.overrides._get_current_function_mode() is None


@pytest.mark.parametrize("kind", ["reentrant", "non-reentrant"])
def test_recomputation_is_not_recorded(kind):
    _, watcher = run(kind, watching=True)
    records = watcher.history.norm_records
    names = [norm.name for norm in watcher.history.description.watched.norms]
    inner = records.where(records.norm == names.index("block.1"))
    assert inner.step.tolist() == [0, 1, 2, 3]
    assert inner.calls.tolist() == [1, 1, 1, 1]


def test_a_frame_after_a_left_out_step_is_of_the_step_that_was_made():
    """The forward pass that overflowed belongs to no update: its activations are in no frame."""
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batches = [torch.full((4, 2), 100.0) + torch.randn(4, 2), torch.randn(4, 2)]
    with bnviz.watch(model, optimizer, every=1) as watcher:
        model(batches[0]).sum().backward()  # the scaler does not step
        before = model[0](batches[1]).detach()
        model(batches[1]).sum().backward()
        optimizer.step()
    assert watcher.history.frames[0].arms[0].moments[0, 0, 0] == pytest.approx(before.mean().item(), abs=1e-5)
    assert watcher.history.norm_records.calls.tolist() == [2, 2]


def test_torch_compile_is_neither_broken_nor_changed():
    """Compiled before, after and inside of the block, without a graph break and with the same numbers."""

    def losses(watching, when):
        torch._dynamo.reset()
        model = made("plain").eval()
        compiled = torch.compile(model, backend="eager", fullgraph=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        x, y = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(1)), torch.arange(4)
        if when == "before":
            compiled(x)
        watcher = bnviz.watch(compiled if when == "itself" else model, optimizer, every=1)
        found = []

        def loop():
            found.extend(plain_step(compiled, optimizer, x, y).detach() for _ in range(2))

        if not watching:
            loop()
        else:
            with pytest.warns(UserWarning, match=r"2 steps, 0 frames: .*torch\.compile"), watcher:
                loop()
        return [*found, *(v.clone() for v in model.state_dict().values())], watcher

    for when in ("before", "inside", "itself"):
        alone, _ = losses(False, when)
        watched, watcher = losses(True, when)
        assert equal(alone, watched), when
        assert not any("recording stopped" in mark.text for mark in watcher.history.marks)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301
def test_a_copy_works_and_is_not_watched(copied):
    model = made("plain")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(4, 3, 5, 5), torch.arange(4)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        again = copied(model)
        again(x)
        assert watcher.coverage.norms[0][3] == 0
        plain_step(model, optimizer, x, y)
    assert watcher.history.norm_records.norm.tolist() == [0, 1, 2]
    assert torch.equal(again(x).isfinite(), torch.ones(4, 4, dtype=torch.bool))


def test_the_average_of_a_watched_model_can_be_made_and_saved(tmp_path):
    model = made("plain")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        average = torch.optim.swa_utils.AveragedModel(model)
        for _ in range(2):
            plain_step(model, optimizer, torch.randn(4, 3, 5, 5), torch.arange(4))
            average.update_parameters(model)
        torch.save(model, tmp_path / "model.pt")
        assert b"bnviz" not in (tmp_path / "model.pt").read_bytes()
        loaded = torch.load(tmp_path / "model.pt", weights_only=False)
        loaded(torch.randn(4, 3, 5, 5))
        copy.deepcopy(optimizer)
    assert watcher.step == 2
    assert [frame.step for frame in watcher.history.frames] == [0, 1]


def test_a_trace_of_a_watched_model_holds_nothing_of_the_watcher():
    model, x = made("plain").eval(), torch.randn(2, 3, 5, 5)

    def traced():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            graph = str(torch.jit.trace(model, x, check_trace=False).inlined_graph)
        return re.sub(r"___torch_mangle_\d+\.", "", graph)

    def exported():
        return str(torch.fx.experimental.proxy_tensor.make_fx(model)(x).graph)

    alone = traced(), exported()
    with bnviz.watch(model, every=1) as watcher:
        watched = traced(), exported()
    assert watched == alone
    assert "calls are not seen, each because it ran while torch traced" in str(watcher.coverage)


@pytest.mark.filterwarnings(
    "ignore:The .grad attribute"
)  # dynamo looks at it, and hides the warning of the default filter
def test_a_compiled_function_inside_of_a_watched_model():
    class Inside(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear, self.bn = nn.Linear(3, 4), nn.BatchNorm1d(4)
            self.function = torch.compile(lambda x: torch.relu(x) * 2, backend="eager", fullgraph=True)

        def forward(self, x):
            return self.function(self.bn(self.linear(x)))

    def outputs(watching):
        torch.manual_seed(0)
        torch._dynamo.reset()
        model = Inside()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        watcher = bnviz.watch(model, optimizer, every=2)
        with watcher if watching else contextlib.nullcontext():
            found = []
            for _ in range(3):
                found.append(model(torch.randn(5, 3)))
                found[-1].sum().backward()
                optimizer.step()
        return found, watcher

    alone, _ = outputs(False)
    watched, watcher = outputs(True)
    assert equal([v.detach() for v in alone], [v.detach() for v in watched])
    assert [frame.step for frame in watcher.history.frames] == [0, 2]
