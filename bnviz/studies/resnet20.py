"""ResNet-20 with and without BN, with and without its shortcuts."""

from bnviz.config import RunConfig
from bnviz.studies.records import Arm, Expectation, Published
from bnviz.studies.study import Study

RESNET20_CIFAR10 = Study(
    name="resnet20-cifar10",
    base=RunConfig(
        dataset="cifar10",
        net="resnet20",
        width=8,
        activation="relu",
        init="kaiming",
        norm="batch",
        lr=0.1,
        batch_size=64,
        device="cpu",
    ),
    arms=(
        Arm("batch-skip", (("norm", "batch"), ("skip", True))),
        Arm("none-skip", (("norm", "none"), ("skip", True), ("lr", 0.004))),
        Arm("batch-noskip", (("norm", "batch"), ("skip", False))),
        Arm("none-noskip", (("norm", "none"), ("skip", False), ("lr", 0.03))),
    ),
    steps=500,
    threshold=0.4,
    evaluations=20,
    expected=(
        Expectation("batch-skip", "none-skip", "accuracy"),
        Expectation("batch-skip", "batch-noskip", "accuracy"),
        Expectation("batch-noskip", "none-noskip", "accuracy"),
        Expectation("batch-skip", "none-skip", "steps_to_threshold"),
    ),
    published=(Published("batch-skip", "test_error", 8.75, "%", "He et al. 2016, table 6"),),
)
"""Each net at its own rate: one that suits BN kills the others within a hundred steps.

Tried without BN, seed 0, 250 to 400 steps: with shortcuts 0.001, 0.002, 0.004, 0.01, 0.03 and 0.1, of which
0.004 went best and 0.1 diverged at step 3 (the sums of the blocks grow: the first loss is 11.7); without
shortcuts 0.003, 0.01, 0.03 and 0.1, all near chance, 0.03 the least. He et al. publish no ResNet-20 without
BN. Also runs on CIFAR-100: ``--dataset cifar100`` (fetch it first).
"""
