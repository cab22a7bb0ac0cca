"""What a recording may say of itself: checked part by part, because viewers and figures rely on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bnviz.config import InputError
from bnviz.telemetry.records import BINS, MAX_UNITS

Test = Callable[[Any], bool]

MAX_BYTES = 2**20
"""Longest description, as JSON."""

_MAX_LAYERS = 512
_MAX_POINTS = 2000


def read_description(text: bytes, label: str, format_name: str, version: int) -> dict[str, Any]:
    """Read the description of a recording and check each part that we know.

    Args:
        text: JSON.
        label: how messages call the file.
        format_name: the format that it must name.
        version: the version that it must name.

    Raises:
        InputError: no JSON, another format, or a part that bnviz would not write.
    """
    try:
        meta = json.loads(text)
        json.dumps(meta, allow_nan=False, ensure_ascii=False).encode()  # no NaN, no half characters
    except (ValueError, RecursionError) as error:
        raise InputError(f"{label}: found an unreadable description, expected JSON in meta") from error
    expected = f"expected {format_name} version {version}"
    if not isinstance(meta, dict):
        raise InputError(f"{label}: found no description, {expected}")
    if (meta.get("format"), meta.get("version")) != (format_name, version):
        found = f"{meta.get('format')!s:.40} version {meta.get('version')!s:.20}"
        raise InputError(f"{label}: found {found}, {expected}")
    for name, test in _PARTS.items():
        if name not in meta and name not in _OPTIONAL:
            raise InputError(f"{label}: found no {name} in its description, expected a whole recording")
        if name in meta and not test(meta[name]):
            raise InputError(
                f"{label}: found {name} = {meta[name]!r:.80} in its description, expected what bnviz writes"
            )
    return meta


def _text(value: Any) -> bool:  # noqa: ANN401 - anything that JSON can hold, here and below
    return isinstance(value, str) and len(value) <= 2000


def _number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _count(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32


def _flag(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, bool)


def _range(value: Any) -> bool:  # noqa: ANN401
    return _row(_number, _number)(value) and value[0] < value[1]


def _value(value: Any) -> bool:  # noqa: ANN401
    return value is None or _text(value) or _flag(value) or _number(value)


def _word(*words: object) -> Test:
    return lambda value: any(value is word or (type(value) is type(word) and value == word) for word in words)


def _maybe(test: Test) -> Test:
    return lambda value: value is None or test(value)


def _list(test: Test, most: int, least: int = 0) -> Test:
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(test(item) for item in value)


def _row(*tests: Test) -> Test:
    return lambda value: (
        isinstance(value, list)
        and len(value) == len(tests)
        and all(test(item) for test, item in zip(tests, value, strict=True))
    )


def _names(test: Test) -> Test:
    return lambda value: isinstance(value, dict) and len(value) <= 100 and all(map(test, value.values()))


def _parts(**tests: Test) -> Test:
    return lambda value: (
        isinstance(value, dict) and all(name in value and test(value[name]) for name, test in tests.items())
    )


def _with(required: Test, **optional: Test) -> Test:
    """Return a test of parts some of which may be missing, as in recordings of earlier versions."""
    return lambda value: (
        required(value) and all(name not in value or test(value[name]) for name, test in optional.items())
    )


def _arm(value: Any) -> bool:  # noqa: ANN401
    """Check an arm; its widths are one a layer, and the largest is its width."""
    if not _ARM(value):
        return False
    widths = value.get("widths")
    return widths is None or (len(widths) == len(value["layers"]) and max(widths) == value["width"])


_ARM_NEEDED = _parts(
    changes=_names(_value),
    config=_names(_value),
    layers=_list(_text, _MAX_LAYERS, least=1),
    units=_list(_count, MAX_UNITS, least=1),
    width=_count,
    normalized=_flag,
    position=_word("before", "after"),
    saturation=_maybe(_parts(activation=_text, low=_number, high=_number, region=_range)),
    weights_hash=_text,
)
_ARM = _with(_ARM_NEEDED, net=_text, widths=_list(_count, _MAX_LAYERS, least=1))

_PARTS: dict[str, Test] = {
    "arms": _list(_arm, 3, least=1),
    "bins": _word(BINS),
    "edges": _parts(linear=_range, norm=_range, activation=_range),
    "dataset": _with(
        _parts(
            name=_text,
            n_train=_count,
            n_test=_count,
            classes=_list(_text, 1000),
            source=_text,
            is_plane=_flag,
            points=_maybe(_list(_row(_number, _number, _count), _MAX_POINTS)),
        ),
        n_evaluated=_count,
    ),
    "chance": lambda value: _number(value) and 0 <= value <= 1,
    "max_steps": _count,
    "provenance": _parts(date=_text, seed=_maybe(_count), versions=_names(_text), device=_text),
    "marks": _list(_row(_count, _word("changed", "diverged"), _text, lambda arm: arm == -1 or _count(arm)), 200),
    "surfaces": _list(_row(_count, _word("random", "pca", "pca-own"), _word("batch", "running")), 24),
    "boundary": _maybe(_count),
    "batches_hashes": _list(_text, 3),
    "watched": _parts(model=_text),
}

_OPTIONAL = ("batches_hashes", "watched")
