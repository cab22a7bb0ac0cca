"""The paper's first experiment: three sigmoid layers on binary digits (Ioffe & Szegedy 2015, sec. 4.1)."""

from bnviz.config import PRESETS
from bnviz.studies.records import Arm, Expectation
from bnviz.studies.study import Study

FIGURE1 = Study(
    name="figure1",
    base=PRESETS["figure1"].with_fields(device="cpu"),
    arms=(Arm("none", (("norm", "none"),)), Arm("batch", (("norm", "batch"),))),
    steps=50_000,
    threshold=0.9,
    spacing="log",
    n_curve=0,
    expected=(Expectation("batch", "none", "steps_to_threshold"), Expectation("batch", "none", "accuracy")),
)
"""The paper gives neither learning rate nor spread of the initial weights; the preset says ours."""
