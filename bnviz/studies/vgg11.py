"""VGG11 with and without BN on CIFAR-10: one recipe for both, and each at its own best learning rate."""

from bnviz.config import RunConfig
from bnviz.studies.records import Arm, Expectation, Published
from bnviz.studies.study import Study

RATES = (0.01, 0.05, 0.1, 0.3)
NAMES = {"none": "plain", "batch": "batch"}

NARROW = RunConfig(
    dataset="cifar10",
    net="vgg11",
    width=8,
    activation="relu",
    init="kaiming",
    norm="batch",
    lr=0.1,
    batch_size=64,
    device="cpu",
)
"""The net that studies of other questions train: an eighth of the published width."""

BASE = RunConfig(
    dataset="cifar10",
    net="vgg11",
    width=16,
    activation="relu",
    init="kaiming",
    norm="none",
    lr=0.05,
    batch_size=64,
    device="cpu",
)

VGG11_CIFAR10 = Study(
    name="vgg11-cifar10",
    base=BASE,
    arms=tuple(
        Arm(f"{name}-lr{rate:g}", (("norm", norm), ("lr", rate))) for norm, name in NAMES.items() for rate in RATES
    ),
    steps=1500,
    threshold=0.5,
    expected=(
        Expectation("batch-lr0.05", "plain-lr0.05", "steps_to_threshold"),
        Expectation("batch-lr0.05", "plain-lr0.05", "accuracy"),
        Expectation("batch-*", "plain-*", "accuracy"),
        Expectation("batch-*", "plain-*", "steps_to_threshold"),
    ),
    published=(
        Published("plain-lr0.05", "best_accuracy", 91.10, "%", "chengyangfu/pytorch-vgg-cifar10, vgg_plot"),
        Published("batch-lr0.05", "best_accuracy", 92.17, "%", "chengyangfu/pytorch-vgg-cifar10, vgg_plot"),
        Published("plain-lr0.1", "accuracy_no_augmentation", 80.0, "%", "Santurkar et al. 2018, app. A"),
        Published("batch-lr0.1", "accuracy_no_augmentation", 83.0, "%", "Santurkar et al. 2018, app. A"),
    ),
)
