"""A run's first frames do not wait for torch's compiler, whose import takes as long as that of torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim import Optimizer
from torch.utils.flop_counter import FlopCounterMode

from bnviz.config import RunConfig
from bnviz.config.fields import MAP_NORMS, NORMS
from bnviz.nets.allocated import allocated
from bnviz.nets.build import build_net
from bnviz.training.kernel_size import _products
from bnviz.training.optimizers import make_optimizer

ROOT = Path(__file__).parents[2]
IMAGE = (1, 28, 28)


def test_the_first_steps_of_a_scene_import_neither_compiler_nor_sympy():
    told = """
import sys
from bnviz.config import preset
from bnviz.data import load_dataset
from bnviz.training.trainer import Trainer

scene = preset("moons")
arms = Trainer(scene, load_dataset(scene.base.dataset), 1000)
for _ in range(8):
    arms.advance()
arms.kernels_are_short
print([name for name in ("torch._dynamo", "sympy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "rmsprop"])
def test_an_optimizer_that_was_made_without_the_compiler_is_torchs_own(name):
    config = RunConfig(depth=1, width=4, optimizer=name)
    made = make_optimizer(config, build_net(config, 2, 2, torch.Generator()))
    assert type(made).__module__.startswith("torch.optim")
    assert [group["role"] for group in made.param_groups] == ["weights", "norms"]
    method = Optimizer.add_param_group.__wrapped__  # type: ignore[attr-defined]
    assert getattr(method, "__dynamo_disable", None) is not method, "later calls ask the compiler as ever"


@pytest.mark.parametrize("norm", [name for name in NORMS if name not in MAP_NORMS])
def test_products_of_an_mlp_are_those_that_torch_counts(norm):
    config = RunConfig(depth=3, width=20, norm=norm)
    net = build_net(config, IMAGE, 10, torch.Generator()).to("meta").eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(torch.empty((config.batch_size, 784), device="meta"))
    assert _products(config, IMAGE, 10) == (counter.get_total_flops(), 4)


def test_allocating_a_layer_draws_nothing_and_keeps_what_is_learned():
    state = torch.get_rng_state()
    layer = allocated(nn.Linear(3, 2, device="meta"))
    assert torch.equal(torch.get_rng_state(), state)
    assert [(name, one.shape, one.device.type, one.requires_grad) for name, one in layer.named_parameters()] == [
        ("weight", (2, 3), "cpu", True),
        ("bias", (2,), "cpu", True),
    ]
