"""What docs/speed.md says of each measurement: what it is, what it is compared with, and what nothing could pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one measurement.

    Attributes:
        title: of the section.
        text: what is measured.
        anchors: what a figure is compared with, by a part of its name; "" stands for all others.
        limits: what nothing could pass, by a part of its name, where the figure does not say it in numbers.
        together: the line of the table that all figures share; "kind": those with the same words after ": " share one.
        in_readme: whether the README shows them.
    """

    title: str
    text: str
    anchors: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    together: str = ""
    in_readme: bool = True


_LOOP = "the plain loop"
_ONE = "1: it costs nothing"
GROUPS: Mapping[str, Group] = {
    "training": Group(
        "Training with a viewer",
        "Both networks of the default scene, with five layers, train in a session of the app. Everything is recorded, "
        "and a viewer takes every frame. The same networks train in the plain loop: modules, autograd, `torch.optim`, "
        "and nothing recorded. The two take turns, and the figure is the median of the ratios. Above 1, watched "
        "training is faster than the loop you would write. By processor time, only the thread that trains counts, and "
        "neither other programs nor what turns observations into frames.",
        {"bare loop": _LOOP},
        {"bare loop": "matrix products alone"},
    ),
    "cost": Group(
        "Where the time of watched training goes",
        "Each part is measured alone, in processor seconds, and multiplied by how often it happened in a session with "
        "a viewer.",
        {"steps": "the whole time of the run", "": "one core"},
        {"steps": "1: nothing but steps"},
        in_readme=False,
    ),
    "conv": Group(
        "Convolutional networks",
        "One step of VGG11 or ResNet-20 with everything recorded, over the same step without recording.",
        {"": "the same step, not recorded"},
        {"": _ONE},
        together="kind",
    ),
    "watch": Group(
        "`bnviz.watch` in your own loop",
        "A loop that is watched at every tenth step, over the same loop alone; processor time.",
        {"": "the same loop, not watched"},
        {"": _ONE},
    ),
    "zoo": Group(
        "`bnviz.watch` on public architectures",
        "The same for architectures of torchvision and timm with random weights, on tiny batches, where watching "
        "weighs most.",
        {"": "the same loop, not watched"},
        {"": _ONE},
        together="loop watched at every=10 / bare",
        in_readme=False,
    ),
    "start": Group(
        "Start",
        "From the command to the first byte of a page, each time in a new process.",
        {"": "an empty Streamlit app"},
        {"": "Streamlit's own start"},
    ),
    "control": Group(
        "Controls",
        "From a change of the width to the first frame of the new networks, without the way to the browser.",
        limits={"": "one step and one frame"},
    ),
    "browser": Group(
        "In the browser",
        "The real app in headless Chromium, whose software rendering shares the cores with training.",
        limits={"painted a second": "60: the screen", "scrubbing": "1: every move"},
    ),
    "pages": Group(
        "Every page",
        "Each page as a visitor meets it: in a browser without a cache, on a server that is warm.",
        limits={"pictures drawn": "1: every move"},
        together="kind",
        in_readme=False,
    ),
    "beside": Group(
        "Beside TensorFlow Playground",
        "The lab and TensorFlow Playground, both served from this machine and measured in the same browser; the figure "
        "is the lab's over Playground's. Playground trains tiny networks without BN.",
        {"": "TensorFlow Playground"},
        in_readme=False,
    ),
    "sweep": Group(
        "Sweeps",
        "Networks of a sweep train as one stack, over the same networks one after another.",
        {"": "one after another"},
    ),
    "surface": Group(
        "Loss surfaces",
        "The usual loop, which evaluates one point after another, over ours, on the same network and images.",
        {"": "point by point"},
        {"": "matrix products alone"},
    ),
    "memory": Group("Memory", "What one more session adds to the process."),
    "crowd": Group("A class at once", "Twenty sessions train at the same time.", limits={"slowest": "1: all alike"}),
    "press": Group(
        "A class presses one button",
        "Twelve visitors press the button of a chapter's heaviest run while a lab trains beside them.",
        {"its share": "a thirteenth of what all cores could step"},
    ),
}
"""By the names of ``bench --only``, in the order of the page."""


def groups_of(names: Iterable[str]) -> Iterator[tuple[str, Group]]:
    """Yield the measurements of a file in the order of the page; those without words here come last."""
    found = tuple(names)
    yield from ((name, group) for name, group in GROUPS.items() if name in found)
    others = (name for name in found if name not in (*GROUPS, "scaling"))
    yield from ((name, Group(f"`bench --only {name}`", "", in_readme=False)) for name in others)


def chosen(words: Mapping[str, str], what: str) -> str:
    """Return the words for a figure: of the first part that its name contains; a dash where there are none."""
    return next((text for part, text in words.items() if part in what), "–")
