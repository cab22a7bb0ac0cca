"""An address whose data set cannot be opened: an upload of another browser, one that was removed, one not fetched."""

from __future__ import annotations

from dataclasses import replace as with_changes
from typing import TYPE_CHECKING, Any

import streamlit as st

from bnviz.config import PRESETS, Experiment
from bnviz.lab.controls import load_into_widgets
from bnviz.text.plain import cut, plain
from bnviz.ui import menu
from bnviz.ui.datasets import dataset_label, file_name, is_here, trainable
from bnviz.ui.text import t

if TYPE_CHECKING:
    from bnviz.live.session import Session

_ABSENT = "bnviz.absent_data"
_ALWAYS = "mnist"
"""A data set that comes with the app and that every net can learn from."""


def replace(experiment: Experiment, session: Session) -> None:
    """Load the same networks on data that are here, where the address names data that are not.

    What the session has is left alone: an opened recording of such data, or a run whose file was removed meanwhile.
    """
    name = experiment.base.dataset
    known = session.experiment.base.dataset if session.experiment is not None else None
    if name == known or is_here(name):
        return
    other = _instead_of(experiment)
    st.session_state[_ABSENT] = (name, other)
    load_into_widgets(with_changes(experiment, base=experiment.base.with_fields(dataset=other)))
    st.rerun()


def notice(experiment: Experiment, session: Session) -> None:
    """Say which data set the address named, why it is not shown, and what to do; until other data are chosen."""
    state: Any = st.session_state
    name, other = state.get(_ABSENT, ("", ""))
    if not name:
        return
    if experiment.base.dataset != other or session.status.is_training:
        del state[_ABSENT]
        return
    with st.container(key="absent_data"):
        kind = "upload" if name.startswith("file:") else "fetched"
        shown = file_name(name) if kind == "upload" else dataset_label(name)
        st.warning(t(f"lab.absent.{kind}", name=plain(cut(shown)), other=plain(dataset_label(other))))
        if st.button(t(f"lab.absent.{kind}_act"), key="absent_act", icon=":material/arrow_forward:"):
            st.switch_page(menu.path("data"))


def _instead_of(experiment: Experiment) -> str:
    """Return the data set of the experiment's scene if its networks can learn from it here; else one that always is."""
    name = PRESETS[experiment.name].dataset if experiment.name in PRESETS else _ALWAYS
    nets = {config.net for config in experiment.configs}
    return name if nets == {"mlp"} and name in trainable() else _ALWAYS
