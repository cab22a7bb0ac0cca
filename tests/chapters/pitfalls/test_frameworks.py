"""The PyTorch program repeats the lab's run bit for bit; the others are Python with the recipe's numbers."""

from __future__ import annotations

import ast

import pytest
import torch

from bnviz.chapters.pitfalls.frameworks import FRAMEWORKS, can_express, conventions, source
from bnviz.config import PRESETS, Experiment, InputError, RunConfig, preset
from bnviz.data import load_dataset
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

STEPS = 4
WRITTEN = [name for name, base in PRESETS.items() if can_express(base)]

RECIPES = {
    "plain": RunConfig(norm="none", activation="tanh"),
    "kaiming": RunConfig(activation="relu", init="kaiming", norm_position="after", momentum=None, depth=2),
    "normal": RunConfig(activation="leaky_relu", init="normal", init_scale=3.0, eps=1e-3, affine=False),
    "decay": RunConfig(weight_decay=0.01, decay_norm=False, sgd_momentum=0.9, nesterov=True, lr=0.05),
    "decay all": RunConfig(weight_decay=0.01, sgd_momentum=0.9, lr=0.05, seed=7),
    "adam": RunConfig(optimizer="adam", lr=0.01, weight_decay=0.1, activation="gelu"),
    "adamw": RunConfig(optimizer="adamw", lr=0.01, decay_norm=False),
    "rmsprop": RunConfig(optimizer="rmsprop", lr=0.001, sgd_momentum=0.5),
    "dropout": RunConfig(dropout=0.3, depth=2),
    "moons": RunConfig(dataset="moons", depth=2, width=8, activation="identity", batch_size=1024),
}


def lab_losses(config: RunConfig) -> list[float]:
    """The same arm beside a twin, as the lab trains it."""
    experiment = Experiment(config, ((("norm", config.norm),),))
    dataset, device = load_dataset(config.dataset), torch.device("cpu")
    steps = train_steps(build_twins(experiment, dataset, device), TrainingData.of(dataset, device))
    return [next(steps).losses[0] for _ in range(STEPS)]  # type: ignore[misc]


def text_losses(config: RunConfig) -> list[float]:
    names: dict[str, object] = {"__name__": "copied"}
    with torch.random.fork_rng():
        exec(compile(source(config, "pytorch", STEPS), "copied.py", "exec"), names)  # noqa: S102
    return names["losses"]  # type: ignore[return-value]


@pytest.mark.parametrize("name", [*RECIPES, *WRITTEN])
def test_the_pytorch_text_has_the_labs_losses_bit_for_bit(name: str) -> None:
    configs = [RECIPES[name]] if name in RECIPES else list(preset(name).configs)
    for config in configs:
        assert text_losses(config) == lab_losses(config)


def test_another_seed_gives_other_losses() -> None:
    assert text_losses(RunConfig(depth=1)) != text_losses(RunConfig(depth=1, seed=1))


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", [*RECIPES, *WRITTEN])
def test_every_text_is_python_without_holes(framework: str, name: str) -> None:
    text = source(RECIPES.get(name) or PRESETS[name], framework)
    ast.parse(text)
    assert "{{" not in text
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("framework", ["keras", "jax"])
def test_momentum_is_converted_and_epsilon_written_out(framework: str) -> None:
    text = source(RunConfig(momentum=0.03, eps=1e-4), framework)
    assert "momentum=0.97, epsilon=0.0001" in text
    assert "0.99 is used instead" in source(RunConfig(momentum=None), framework)


def test_l2_in_keras_is_half_the_decay_and_spares_gamma_when_asked() -> None:
    text = source(RunConfig(weight_decay=0.01), "keras")
    assert "L2(0.005)" in text
    assert "gamma_regularizer" in text
    assert "gamma_regularizer" not in source(RunConfig(weight_decay=0.01, decay_norm=False), "keras")


def test_a_name_of_a_data_set_cannot_leave_its_quotes() -> None:
    config = RunConfig(dataset='x"); print("out')
    for framework in FRAMEWORKS:
        calls = [n for n in ast.walk(ast.parse(source(config, framework))) if isinstance(n, ast.Call)]
        named = [n for n in calls if getattr(n.func, "id", "") == "load_dataset"]
        assert [ast.literal_eval(n.args[0]) for n in named] == [config.dataset]


def test_the_pytorch_text_says_when_its_layer_would_refuse() -> None:
    assert "raises an error for a batch of one" in source(RunConfig(batch_size=1), "pytorch")
    assert "raises an error" not in source(RunConfig(), "pytorch")


def test_conventions_convert_the_recipes_numbers() -> None:
    by_name = {each.framework: each for each in conventions(RunConfig(momentum=0.1))}
    assert [by_name[name].momentum for name in FRAMEWORKS] == [0.1, 0.9, 0.9]
    assert [by_name[name].default_settle for name in FRAMEWORKS] == [29, 299, 299]
    layer = torch.nn.BatchNorm1d(1)
    assert (by_name["pytorch"].default_eps, by_name["pytorch"].default_momentum) == (layer.eps, layer.momentum)
    assert [each.momentum for each in conventions(RunConfig(momentum=None))] == [None] * 3


def test_an_unknown_framework_is_refused() -> None:
    with pytest.raises(InputError, match="pytorch, keras, jax"):
        source(RunConfig(), "mxnet")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_recipe_that_cannot_be_expressed_is_refused_in_one_sentence(framework: str) -> None:
    assert {"default", "figure1", "tiny-batch"} <= set(WRITTEN)
    assert not {"vgg11", "resnet20", "insert-bn"} & set(WRITTEN)
    with pytest.raises(InputError, match="the texts for frameworks know net mlp, this recipe has vgg11"):
        source(PRESETS["vgg11"], framework)
    with pytest.raises(InputError, match="know norm none, batch, this recipe has group"):
        source(RunConfig(norm="group"), framework)
