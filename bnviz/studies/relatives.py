"""BN's relatives at one recipe, its parts one at a time, and small batches."""

from bnviz.config import NORMS
from bnviz.studies.records import Arm, Expectation, Published
from bnviz.studies.study import Study
from bnviz.studies.vgg11 import NARROW

SIZES = (2, 4, 8, 16, 32, 64)
SAMPLES = 24_000

RELATIVES = Study(
    name="relatives",
    base=NARROW.with_fields(lr=0.05),
    arms=tuple(Arm(norm, (("norm", norm),)) for norm in NORMS),
    steps=500,
    threshold=0.4,
    evaluations=20,
    expected=(
        Expectation("batch", "none", "accuracy"),
        Expectation("noisy", "none", "accuracy"),
        Expectation("batch", "none", "steps_to_threshold"),
        Expectation("noisy", "none", "steps_to_threshold"),
        Expectation("batch", "dataset", "step_ms"),
        Expectation("batch", "cumulative", "accuracy"),
    ),
)
"""One learning rate for all: which is best tuned is another question than which can be had at one setting."""

LITE_BN = Study(
    name="lite-bn",
    base=NARROW,
    arms=tuple(
        Arm(norm, (("norm", norm),)) for norm in ("batch", "mean_only", "variance_only", "no_gamma", "no_beta", "none")
    ),
    steps=1000,
    threshold=0.5,
    evaluations=20,
    expected=(
        Expectation("batch", "mean_only", "accuracy"),
        Expectation("batch", "variance_only", "accuracy"),
        Expectation("batch", "none", "accuracy"),
    ),
)

BATCH_SIZE = Study(
    name="batch-size",
    base=NARROW,
    arms=tuple(
        Arm(f"{norm}-{size}", (("norm", norm), ("batch_size", size), ("lr", 0.1 * size / 64)), steps=SAMPLES // size)
        for norm in ("batch", "group", "layer")
        for size in SIZES
    ),
    steps=SAMPLES // max(SIZES),
    threshold=0.4,
    evaluations=16,
    expected=(
        Expectation("batch-32", "batch-2", "accuracy"),
        Expectation("group-2", "batch-2", "accuracy"),
        Expectation("layer-2", "batch-2", "accuracy"),
        Expectation("batch-32", "group-32", "accuracy"),
    ),
    published=tuple(
        Published(f"{norm}-{size}", "imagenet_error", error, "%", "Wu & He 2018, ResNet-50")
        for norm, errors in {"batch": (34.7, 27.3, 24.8, 23.7, 23.6), "group": (24.1, 24.2, 24.0, 24.2, 24.1)}.items()
        for size, error in zip(SIZES[:5], errors, strict=True)
    ),
)
"""Equal numbers of samples, not of steps; the learning rate grows with the batch."""
