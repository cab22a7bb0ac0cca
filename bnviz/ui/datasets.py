"""Labels and states of the data sets, for the pages that list them."""

from __future__ import annotations

from bnviz.config import InputError
from bnviz.data import data_status, dataset_names, user_files
from bnviz.data.user_files import PREFIX, UPLOAD_NAME, resolve
from bnviz.ui.text import has, t
from bnviz.ui.visitor import visitor

NOT_HERE = "not fetched"
_DIGITS = 4


def visible_files() -> tuple[str, ...]:
    """Return the files that the visitor sees: the own uploads, and those that the host shares."""
    return user_files(visitor().name)


def trainable() -> dict[str, str]:
    """Return the data sets that can be trained on, each with its label."""
    here = [name for name in dataset_names() if data_status(name).state != NOT_HERE]
    return {name: dataset_label(name) for name in (*here, *visible_files())}


def is_here(name: str) -> bool:
    """Return whether the visitor can train on a data set now: it is known, fetched, and no other browser's upload."""
    return _is_found(name, visitor().name)


def is_for_everyone(name: str) -> bool:
    """Return whether a link to a data set opens in every browser: an upload is its own browser's."""
    return not name.startswith(PREFIX) or _is_found(name, "")


def _is_found(name: str, owner: str) -> bool:
    if not name.startswith(PREFIX):
        return name in dataset_names() and data_status(name).state != NOT_HERE
    try:
        resolve(name, allow_any_path=False, owner=owner)
    except InputError:
        return False
    return True


def status_words(name: str) -> str:
    """Return the state of a data set in words, with its size."""
    status = data_status(name, visitor().name)
    state = "missing" if status.state == NOT_HERE else status.state
    return t(f"data.state.{state}", size=f"{status.megabytes:,.0f}" if status.megabytes >= 1 else "< 1")


def file_name(name: str) -> str:
    """Return what a file of a user is called: an upload as its visitor called it, without the hash of its content.

    Of several uploads that the visitor called the same, each keeps the first digits of its hash.
    """
    own, digits = _own_name(name)
    if not digits:
        return own
    same = [each for each in visible_files() if each != name and _own_name(each)[0] == own]
    return f"{own} ({digits[:_DIGITS]})" if same else own


def _own_name(name: str) -> tuple[str, str]:
    """Return the name of a file, and the hash that the name of an upload has after it."""
    text = name.removeprefix(PREFIX)
    if not UPLOAD_NAME.fullmatch(text):
        return text, ""
    own, _, rest = text.rpartition("-")
    return own, rest.partition(".")[0]


def dataset_label(name: str) -> str:
    """Return the label of a data set."""
    if name.startswith(PREFIX):
        return t("dataset.file", name=file_name(name))
    return t(f"dataset.{name}") if has(f"dataset.{name}") else name
