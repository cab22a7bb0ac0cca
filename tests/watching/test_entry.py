"""What cannot be watched is said and harms nothing: scripted and compiled models, a foreign optimizer, odd numbers."""

import warnings

import numpy as np
import pytest
import torch
from own_loop import reopened
from torch import nn

import bnviz


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))


def in_torchscript(make, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make(*arguments, **options)


def stepped(model, optimizer, steps=2):
    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        optimizer.zero_grad()
        model(torch.randn(6, 3, generator=generator)).square().mean().backward()
        optimizer.step()


def is_free(model, optimizer):
    hooks = [m for m in model.modules() if m._forward_hooks or m._forward_pre_hooks]
    return not (hooks or optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks)


SCRIPTED = {
    "script": lambda: in_torchscript(torch.jit.script, net()),
    "trace": lambda: in_torchscript(torch.jit.trace, net(), torch.randn(6, 3), check_trace=False),
}


@pytest.mark.parametrize("name", SCRIPTED)
def test_a_scripted_model_trains_as_it_does_alone_and_its_layers_are_told(name):
    def run(watching):
        model = SCRIPTED[name]()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        if not watching:
            stepped(model, optimizer)
            return model.state_dict(), None
        watcher = bnviz.watch(model, optimizer, every=1)
        with pytest.warns(UserWarning, match=r"2 steps, 0 frames: .* TorchScript, which calls no hooks\.$"), watcher:
            stepped(model, optimizer)
        return model.state_dict(), (watcher, model, optimizer)

    alone, _ = run(watching=False)
    state, (watcher, model, optimizer) = run(watching=True)
    assert all(torch.equal(alone[key], state[key]) for key in alone)
    assert is_free(model, optimizer)
    assert "TorchScript" in watcher.coverage.missed["1"]
    assert not any("recording stopped" in mark.text for mark in watcher.history.marks)
    assert reopened(watcher).description.watched.notes == watcher.coverage.notes


def test_a_scripted_model_without_an_optimizer_is_told_at_the_end():
    def loop():
        with bnviz.watch(SCRIPTED["script"]()):
            pass

    with pytest.warns(UserWarning, match=r"0 steps, 0 frames: .* TorchScript"):
        loop()


@pytest.mark.parametrize("hook", ["register_forward_pre_hook", "register_forward_hook"])
def test_an_entry_that_fails_leaves_no_hook_and_spares_the_loop(hook):
    class Refuses(nn.BatchNorm1d):
        pass

    def refuse(*_arguments, **_options):
        raise RuntimeError("no hooks here")

    setattr(Refuses, hook, refuse)
    model = nn.Sequential(nn.Linear(3, 4), Refuses(4))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    entered = []

    def loop():
        with bnviz.watch(model, optimizer, every=1) as watcher:
            entered.append(watcher)
            assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
            stepped(model, optimizer)

    with pytest.warns(UserWarning, match="recording stopped at step 0: RuntimeError: no hooks here"):
        loop()
    assert is_free(model, optimizer)
    assert entered[0].step == 2


def test_an_interrupted_entry_leaves_no_hook(monkeypatch):
    def interrupted(*_arguments):
        raise KeyboardInterrupt

    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    watcher = bnviz.watch(model, optimizer)
    monkeypatch.setattr("bnviz.watching.watcher.Watcher._choose", interrupted)
    with pytest.raises(KeyboardInterrupt), watcher:
        pass
    assert is_free(model, optimizer)


COMPILED = {
    "wrapped": lambda model: torch.compile(model, backend="eager"),
    "a function": lambda model: torch.compile(lambda x: model(x), backend="eager"),
    "itself": lambda model: model.compile(backend="eager") or model,
}


@pytest.mark.parametrize("name", COMPILED)
def test_a_model_that_is_compiled_inside_of_the_block_is_told_as_that(name):
    torch._dynamo.reset()
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def loop():
        with bnviz.watch(model, optimizer, every=1) as watcher:
            compiled = COMPILED[name](model)
            stepped(compiled, optimizer)
        return watcher

    with pytest.warns(UserWarning, match=r"2 steps, 0 frames: .*torch\.compile") as told:
        watcher = loop()
    assert "before it was watched" not in str(watcher.coverage)
    assert ("another copy" in str(told[0].message)) is (name == "a function")
    assert watcher.coverage.watched_norms == ()
    assert "0 of 1 normalization layers watched" in str(watcher.coverage)
    assert watcher.coverage.missed["1"]


ODD = {
    "words": (("x",), {}, "train_loss must be one number, got str"),
    "a vector": ((torch.ones(2),), {}, "train_loss must be one number, got Tensor"),
    "an array": ((), {"test_loss": np.ones(2)}, "test_loss must be one number, got ndarray"),
    "a complex number": ((1j,), {}, "train_loss must be one number, got complex"),
    "another name": (
        (),
        {"lr": 0.1},
        "takes train_loss, train_accuracy, test_loss and test_accuracy; `lr` is not kept",
    ),
    "too many": ((1, 2, 3, 4, 5), {}, "takes train_loss, .*; one more value is not kept"),
}


@pytest.mark.parametrize("name", ODD)
def test_numbers_that_cannot_be_kept_are_told_once_and_the_rest_is(name):
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    given, named, sentence = ODD[name]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with bnviz.watch(model, optimizer, every=1) as watcher:
            for _ in range(3):
                watcher.log(*given, **named)
                watcher.log(train_accuracy=torch.tensor([0.5], requires_grad=True))
                watcher.leave_out("a while")
                stepped(model, optimizer, steps=1)
    assert len(told) == 2
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(str(told[0].message))
    assert "leave_out takes seconds, got str" in str(told[1].message)
    assert [frame.arms[0].scalars[1] for frame in watcher.history.frames] == [0.5, 0.5, 0.5]
    assert not any("recording stopped" in mark.text for mark in watcher.history.marks)


def test_warnings_that_are_errors_do_not_leave_log():
    with bnviz.watch(net()) as watcher:
        watcher.log("x", lr=0.1)


def test_an_optimizer_of_another_model_is_told_once():
    model, other = net(), net()
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)

    def loop():
        with bnviz.watch(model, optimizer, every=1) as watcher:
            for _ in range(3):
                model(torch.randn(6, 3))
                stepped(other, optimizer, steps=1)
        return watcher

    sentence = "the optimizer steps no parameter of the model"
    with pytest.warns(UserWarning, match=sentence) as told:
        watcher = loop()
    assert len([each for each in told if sentence in str(each.message)]) == 1
    assert sentence in str(watcher.coverage)
    assert watcher.step == 3
    own = torch.optim.SGD([*model[0].parameters()], lr=0.1)
    with bnviz.watch(model, own, every=1) as watcher:
        stepped(model, own, steps=1)
    assert sentence not in str(watcher.coverage)


def test_calls_that_count_as_steps_are_told_where_an_update_takes_several():
    """A GAN's discriminator, which runs on real and generated samples, and again for the generator."""
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def loop():
        with bnviz.watch(model, every=1) as watcher:
            for _ in range(6):
                optimizer.zero_grad()
                (model(torch.randn(6, 3)) - model(torch.randn(6, 3))).square().mean().backward()
                optimizer.step()
                model(torch.randn(6, 3)).sum().backward()
        return watcher

    sentence = "the 18 steps are calls of the model, whose weights were changed 6 times: give watch the optimizer"
    with pytest.warns(UserWarning, match=sentence):
        watcher = loop()
    assert watcher.step == 18
    with bnviz.watch(model, every=1) as watcher:
        stepped(model, optimizer, steps=4)
    assert watcher.coverage.notes == ()
