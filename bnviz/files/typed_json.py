"""JSON files as typed values: msgspec checks them and says where the first wrong part is.

A text with a pattern and a container must not be in one union: msgspec 0.20 to 0.22 then frees memory twice.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from bnviz.config import InputError
from bnviz.files.learned_types import learn

T = TypeVar("T")

Printable = Annotated[
    str, Meta(max_length=400, pattern="^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*$")
]
"""Text of at most 400 characters without control characters.

It must not be in a union with an object or a Struct: msgspec 0.22 corrupts memory on such types.
"""

Name = Annotated[Printable, Meta(min_length=1)]
Number = Annotated[float, Meta(gt=-1e300, lt=1e300)]
Share = Annotated[float, Meta(ge=0, le=1)]
Fact = Printable | int | Number | bool | None


def decode(content: bytes | str, kind: type[T], label: str, expected: str) -> T:
    """Read JSON as a type.

    Args:
        content: the text of the file.
        kind: a type that msgspec knows: dataclasses, Structs, annotated containers.
        label: name of the file in error messages.
        expected: what the file should be, for error messages: "a bnviz study".

    Raises:
        InputError: the text is no JSON, or a part has another type or is out of bounds; the sentence has its path.
    """
    learn(kind)
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{label}: this is not {expected}: {_sentence(error)}") from error


def convert(plain: object, kind: type[T], label: str, expected: str) -> T:
    """Check plain values as ``decode`` checks JSON.

    Raises:
        InputError: a part has another type or is out of bounds; the sentence has its path.
    """
    learn(kind)
    try:
        return msgspec.convert(plain, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"{label}: this is not {expected}: {_sentence(error)}") from error


def _sentence(error: BaseException) -> str:
    """Return an error's message in one line; a pattern is said in words."""
    text = str(error).partition("\n")[0]
    if "matching regex" in text:
        text = f"Expected printable text - at {text.rpartition(' at ')[2]}"
    return (text[:1].lower() + text[1:])[:300] if text.startswith("Expected") else text[:300]
