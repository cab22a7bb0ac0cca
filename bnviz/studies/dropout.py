"""Dropout before BN: the variance that BN remembers from training is not the one it meets in the test."""

from bnviz.studies.files import significant
from bnviz.studies.recomputed import running_and_recomputed, seen_in_training
from bnviz.studies.records import Arm, Expectation
from bnviz.studies.statistics import variance_ratios
from bnviz.studies.study import ExtraMetrics, PostTrainingHook, Study, TrainedUnit
from bnviz.studies.vgg11 import NARROW


def measure_recomputed_statistics(trained: TrainedUnit) -> ExtraMetrics:
    """Test with running statistics, and with statistics recomputed from training images without dropout.

    Returns:
        ``test.running`` and ``test.recomputed``, accuracies; ``variance_ratio``, per norm the variance of its
        inputs without dropout over the running variance.
    """
    ratios = variance_ratios(trained.twin.net, seen_in_training(trained))
    extras = running_and_recomputed(trained)
    return ExtraMetrics({**extras, "variance_ratio": tuple(significant(ratio) for ratio in ratios)})


DROPOUT_BEFORE_BN = Study(
    name="dropout-before-bn",
    base=NARROW,
    arms=(
        Arm("none", (("dropout", 0.0),)),
        Arm("head-0.5", (("dropout", 0.5), ("dropout_at", "head"))),
        Arm("hidden-0.2", (("dropout", 0.2), ("dropout_at", "hidden"))),
        Arm("hidden-0.5", (("dropout", 0.5), ("dropout_at", "hidden"))),
    ),
    steps=1000,
    threshold=0.5,
    evaluations=20,
    hook=PostTrainingHook("with_statistics_anew", measure_recomputed_statistics),
    expected=(
        Expectation("none", "hidden-0.5", "accuracy"),
        Expectation("head-0.5", "hidden-0.5", "accuracy"),
        Expectation("hidden-0.5", "hidden-0.5", "extra:test.recomputed", "extra:test.running"),
        Expectation("hidden-0.2", "hidden-0.2", "extra:test.recomputed", "extra:test.running"),
    ),
)
