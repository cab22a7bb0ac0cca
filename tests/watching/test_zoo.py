"""Public architectures with random weights: nothing raised, nothing changed, everything seen."""

import pytest
import torch
from whole import WHOLE

from bnviz.bench.zoo import architectures, watch_loop

KIN = {
    "resnet50": "resnet18",
    "mobilenet_v2": "mobilenet_v3_small",
    "densenet121": "timm densenet121",
    "regnet_y_400mf": "timm regnety_002",
    "efficientnet_b0": "timm efficientnet_b0",
    "convnext_tiny": "timm convnext_atto",
    "inception_v3": "googlenet",
    "deeplabv3_resnet50": "deeplabv3_mobilenet_v3_large",
    "timm mobilenetv3_small_050": "mobilenet_v3_small",
}
"""Large ones that are built of the same layers as another one here, which each change is tested with instead."""
NAMES = [architecture.name for architecture in architectures()]
ON_EACH_CHANGE = [each for each in architectures() if WHOLE or each.name not in KIN]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.filterwarnings(
    "ignore:The current process:UserWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)
@pytest.mark.parametrize("architecture", ON_EACH_CHANGE, ids=lambda architecture: architecture.name)
def test_an_architecture_is_seen_and_not_changed(architecture):
    if not architecture.is_here:
        pytest.skip(f"optional: pip install {architecture.package}")
    found = watch_loop(architecture)
    assert found.result == "all seen"
    assert found.present > 1
    assert not found.watcher.history.marks


def test_what_is_left_out_on_a_change_is_there_and_has_its_kin():
    assert {*KIN} <= {*NAMES}
    assert {*KIN.values()} <= {*NAMES} - {*KIN}
