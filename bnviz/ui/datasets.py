"""Labels and states of the data sets, for the pages that list them."""

from __future__ import annotations

from bnviz.data import data_status, dataset_names, user_files
from bnviz.ui.text import has, t
from bnviz.ui.visitor import visitor

NOT_HERE = "not fetched"


def visible_files() -> tuple[str, ...]:
    """Return the files that the visitor sees: the own uploads, and those that the host shares."""
    return user_files(visitor().name)


def trainable() -> dict[str, str]:
    """Return the data sets that can be trained on, each with its label."""
    here = [name for name in dataset_names() if data_status(name).state != NOT_HERE]
    return {name: dataset_label(name) for name in (*here, *visible_files())}


def status_words(name: str) -> str:
    """Return the state of a data set in words, with its size."""
    status = data_status(name, visitor().name)
    state = "missing" if status.state == NOT_HERE else status.state
    return t(f"data.state.{state}", size=f"{status.megabytes:,.0f}" if status.megabytes >= 1 else "< 1")


def dataset_label(name: str) -> str:
    """Return the label of a data set."""
    if name.startswith("file:"):
        return t("dataset.file", name=name.removeprefix("file:"))
    return t(f"dataset.{name}") if has(f"dataset.{name}") else name
