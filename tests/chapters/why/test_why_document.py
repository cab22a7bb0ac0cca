"""docs/why.md says what the recording says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bnviz.chapters.why.document import DOC, PICTURE, origin, phases, results
from bnviz.chapters.why.findings import DRIFT, NOISE, SHIFT, SMOOTH, findings
from bnviz.chapters.why.ratio_svg import picture
from bnviz.chapters.why.recipes import FILE, read_parts
from bnviz.chapters.why.study import ShiftStudy
from bnviz.chapters.why.walk_recipe import recorded_walks
from bnviz.files.documents import filled


@pytest.mark.parametrize(("name", "part"), [("origin", origin), ("phases", phases), ("results", results)])
def test_its_measured_parts_are_those_of_the_recording(name: str, part: str) -> None:
    text = Path(DOC).read_text(encoding="utf-8")
    assert filled(text, {name: part(read_parts(FILE))}, DOC.name) == text


def test_its_picture_is_that_of_the_recording() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(read_parts(FILE).studies["figure1"])


def test_what_the_page_says_in_words_is_what_the_rule_says() -> None:
    """The sentences under the picture, by quantity: before, after, at equal loss."""
    said = {
        "l2": ("higher", "open", "open"),
        "relative": ("higher", "higher", "lower"),
        "jump": ("lower", "lower", "lower"),
        "batch_jump": ("higher", "higher", "higher"),
        "drift": ("lower", "open", "open"),
    }
    relu = recorded_walks().studies["relu"]
    assert _directions(relu, "l2") == ("lower", "open", "higher")
    assert [_directions(relu, quantity)[2] for quantity in ("relative", "angle")] == ["open", "open"]
    study = read_parts(FILE).studies["figure1"]
    for quantity, directions in said.items():
        assert _directions(study, quantity) == directions


def test_fewer_moments_of_the_same_net_part_the_answers_that_the_page_names() -> None:
    walked, whole = recorded_walks().studies["sigmoid"], read_parts(FILE).studies["figure1"]
    assert (len(walked.steps), len(whole.steps), walked.seeds) == (20, 29, whole.seeds)
    assert [_before(study) for study in (walked, whole)] == [17, 19]
    quantities = {each.quantity for each in (*SHIFT, *DRIFT)}
    few, many = ({name: _directions(study, name) for name in quantities} for study in (walked, whole))
    parted = {(name, k) for name in quantities for k, said in enumerate(few[name]) if said != many[name][k]}
    assert parted == {("angle", 1), ("drift", 1), ("drift", 2)}
    assert (few["angle"][1], *few["drift"][1:]) == ("higher", "lower", "higher")
    assert {many[name][k] for name, k in parted} == {"open"}


@pytest.mark.parametrize(
    ("scene", "asked", "said"),
    [
        ("figure1", "accuracy batch/none", ["lower"]),
        ("figure1", "learning batch/none", ["higher"]),
        ("vgg", "accuracy batch/none", ["higher"]),
        ("vgg_slow", "accuracy batch/none", ["higher"]),
        ("figure1", "band batch/none", ["open", "lower", "open"]),
        ("figure1", "change batch/none", ["open", "lower", "open"]),
        ("figure1", "beta batch/none", ["lower", "open", "open"]),
        ("vgg", "band batch/none", ["higher", "lower", "open"]),
        ("vgg", "change batch/none", ["higher", "lower", "open"]),
        ("vgg", "beta batch/none", ["higher", "lower", "lower"]),
        ("vgg_slow", "band batch/none", ["higher", "open", "higher"]),
        ("vgg_slow", "change batch/none", ["higher", "lower", "open"]),
        ("vgg_slow", "beta batch/none", ["higher", "lower", "open"]),
        ("figure1", "as_trained noisy/none", ["lower"]),
        ("figure1", "accuracy noisy/none", ["lower"]),
        ("vgg", "as_trained noisy/none", ["higher"]),
        ("vgg", "accuracy noisy/none", ["lower"]),
        ("vgg", "refreshed noisy/none", ["higher"]),
        ("figure1", "learning noise/none", ["higher"]),
        ("vgg", "learning noise/none", ["lower"]),
        ("figure1", "accuracy noise/none", ["open"]),
        ("vgg", "accuracy noise/none", ["lower"]),
        ("figure1", "l2 batch/none", ["higher", "open", "open"]),
        ("figure1", "angle batch/none", ["higher", "open", "lower"]),
        ("figure1", "relative batch/none", ["higher", "higher", "lower"]),
        ("vgg", "l2 batch/none", ["higher", "open", "open"]),
        ("vgg", "angle batch/none", ["open", "lower", "lower"]),
        ("vgg", "relative batch/none", ["open", "lower", "lower"]),
        ("vgg", "jump batch/none", ["lower", "lower", "lower"]),
        ("vgg_slow", "l2 batch/none", ["higher", "open", "open"]),
        ("vgg_slow", "angle batch/none", ["higher", "lower", "open"]),
        ("vgg_slow", "relative batch/none", ["higher", "lower", "open"]),
        ("vgg_slow", "jump batch/none", ["lower", "lower", "lower"]),
    ],
)
def test_what_the_page_says_of_differences_from_the_paper_is_what_the_rule_says(
    scene: str, asked: str, said: list[str]
) -> None:
    found = findings(read_parts(FILE).studies[scene], (*SHIFT, *DRIFT, *SMOOTH, *NOISE))
    of = [
        each.direction
        for each in found
        if f"{each.question.quantity} {each.question.arm}/{each.question.reference}" == asked
    ]
    assert of == said


def test_noisy_bn_ends_within_a_point_of_bn() -> None:
    found = findings(read_parts(FILE).studies["figure1"], NOISE)
    close = [each.verdict for each in found if each.question.paper == "close"]
    assert close == ["agrees"] * 3


def _before(study: ShiftStudy) -> int:
    """Return how many times as long the change of a gradient is with BN, before both nets have begun to learn."""
    (found,) = findings(study, SHIFT[:1])
    assert found.question.quantity == "l2"
    assert found.interval is not None
    return round(found.interval.mean)


def _directions(study: ShiftStudy, quantity: str) -> tuple[str, ...]:
    asked = tuple(q for q in (*SHIFT, *DRIFT) if q.quantity == quantity)
    return tuple(each.direction for each in findings(study, asked))


def test_a_part_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for 'results'"):
        filled("no markers", {"results": ["part"]}, DOC.name)
