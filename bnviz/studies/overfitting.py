"""A thousand images: how far training and test accuracy part, with BN's noise of several sizes."""

from bnviz.studies.records import Arm, Expectation
from bnviz.studies.study import Study
from bnviz.studies.vgg11 import NARROW

IMAGES = 1000

OVERFIT = Study(
    name="overfit",
    base=NARROW,
    arms=(
        Arm("none", (("norm", "none"), ("lr", 0.05), ("batch_size", 32)), steps=2500),
        Arm("batch-8", (("batch_size", 8), ("lr", 0.02)), steps=2500),
        Arm("batch-128", (("batch_size", 128), ("lr", 0.1)), steps=400),
        Arm("batch-full", (("batch_size", IMAGES), ("lr", 0.2)), steps=150),
    ),
    steps=400,
    threshold=0.3,
    evaluations=20,
    n_train=IMAGES,
    expected=(
        Expectation("batch-8", "batch-full", "gap"),
        Expectation("batch-128", "none", "gap"),
        Expectation("batch-128", "none", "accuracy"),
    ),
)
"""Every arm trains until it knows the thousand images; a full batch has no noise left."""
