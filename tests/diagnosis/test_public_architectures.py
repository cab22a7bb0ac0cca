"""compare, recalibrate and inspect_checkpoint on public architectures: nothing is raised, nothing else is changed."""

from __future__ import annotations

import copy
from types import ModuleType

import pytest
import torch
from torch import nn

import bnviz
from bnviz.data._torchvision import torchvision_datasets

BUFFERS = {"running_mean", "running_var", "num_batches_tracked"}
NORMS = {"resnet18": 20, "mobilenet_v3_small": 34, "shufflenet_v2_x0_5": 56, "googlenet": 59, "swin_t": 0}


@pytest.fixture(scope="module")
def models() -> ModuleType:
    torchvision_datasets()  # torchvision beside a CPU build of torch needs help
    return pytest.importorskip("torchvision.models", reason="no torchvision")


@pytest.mark.parametrize("name", NORMS)
def test_they_are_compared_recalibrated_and_inspected(name: str, models: ModuleType) -> None:
    torch.manual_seed(0)
    options = {"init_weights": False} if name == "googlenet" else {}
    model: nn.Module = getattr(models, name)(weights=None, num_classes=5, **options)
    batch = torch.randn(2, 3, 64, 64)
    before = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    compared = bnviz.compare(model, copy.deepcopy(model), batch)
    assert compared.agree
    assert len(compared.layers) > 50
    assert all(torch.equal(each, before[key]) for key, each in model.state_dict().items())
    result = bnviz.recalibrate(model, [batch, batch])
    assert len(result.layers) == NORMS[name]
    changed = {key for key, each in model.state_dict().items() if not torch.equal(each, before[key])}
    assert {key.rpartition(".")[2] for key in changed} <= BUFFERS
    assert bool(changed) == bool(NORMS[name])
    assert [module.training for module in model.modules()] == modes
    inspected = bnviz.inspect_checkpoint(before)
    assert inspected.serious == ()
    assert sum(layer.keeps for layer in inspected.layers) == NORMS[name]


def test_wrappers_and_folding_keep_a_model_the_same(models: ModuleType) -> None:
    model = models.resnet18(weights=None).eval()
    batch = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    synchronized = nn.SyncBatchNorm.convert_sync_batchnorm(copy.deepcopy(model))
    assert bnviz.compare(model, nn.DataParallel(synchronized), batch).agree
    assert len(bnviz.recalibrate(nn.DataParallel(synchronized), [batch]).layers) == 20
    assert not bnviz.compare(model, synchronized, batch).agree
