"""The upload of a door: a file is read once; one that is refused leaves a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.chapters.own_network.strip_figure import card_html
from bnviz.config import InputError
from bnviz.files import one_sentence
from bnviz.text.plain import plain
from bnviz.ui.text import t, wrong_sentence

Read = TypeVar("Read")

_DOORS: Mapping[str, str] = {
    "npz": "recording", "json": "report", "pt": "checkpoint", "pth": "checkpoint", "safetensors": "checkpoint",
}  # fmt: skip
"""Which door opens files of an ending; each takes all of them, so that it can say where another belongs."""


@dataclass(frozen=True, slots=True)
class Opened(Generic[Read]):
    """What a visitor opened: the file's name, its identity, and what was read."""

    name: str
    file_id: str
    value: Read


def upload(
    place: DeltaGenerator, door: str, kinds: Sequence[str], megabytes: int, read: Callable[[str, bytes], Read]
) -> Opened[Read] | None:
    """Draw the upload of a door and return what was read of its file; None before one is opened or if it is refused.

    Args:
        place: where it is drawn.
        door: name of the door, of its words and of its widget.
        kinds: endings that are accepted.
        megabytes: size of the largest file.
        read: takes the name and the bytes of the file; raises InputError, whose sentence is shown.
    """
    endings = [*kinds, *(each for each in _DOORS if each not in kinds)]
    given = place.file_uploader(t(f"own_network.upload.{door}"), endings, key=f"own_{door}", max_upload_size=megabytes)
    state: Any = st.session_state
    slot = f"bnviz.own.{door}"
    if given is None:
        state.pop(slot, None)
        place.caption(t(f"own_network.example.{door}"))
        return None
    other = _other_door(given.name, kinds)
    if other:
        place.error(t("own_network.elsewhere", name=plain(given.name), door=t(f"own_network.doors.{other}")))
        place.caption(t(f"own_network.example.{door}"))
        return None
    known: tuple[str, Read | None, str] = state.get(slot, ("", None, ""))
    if known[0] != given.file_id:
        try:
            with one_sentence(given.name, f"a {door} as this page describes it"):
                known = (given.file_id, read(given.name, given.getvalue()), "")
        except InputError as error:
            known = (given.file_id, None, str(error))
        state[slot] = known
    file_id, value, refusal = known
    if value is None:
        place.error(t("own_network.refused", error=wrong_sentence(refusal)))
        place.caption(t(f"own_network.example.{door}"))
        return None
    place.success(t(f"own_network.opened.{door}", name=plain(given.name)))
    return Opened(given.name, file_id, value)


def _other_door(name: str, kinds: Sequence[str]) -> str:
    """Return the door for a file that this one, which takes ``kinds``, cannot open; "" where this one may."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return "" if ending in kinds else _DOORS.get(ending, "")


def nothing_found(words: str) -> None:
    """Draw a quiet card that says that nothing is wrong."""
    st.html(card_html(words, t("own_network.card.healthy"), (), "healthy", ("", "")))
