"""The door of checkpoints: what a state dict says by itself, without the model's code."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.chapters.own_network.cached import shipped_inspection
from bnviz.chapters.own_network.checkpoint_strip import MAX_CHECKPOINT_MB, checkpoint_strip, read_checkpoint_upload
from bnviz.chapters.own_network.strip_part import found
from bnviz.chapters.own_network.upload_part import nothing_found, upload
from bnviz.diagnosis.inspection import Inspection
from bnviz.text.plain import plain
from bnviz.ui.text import language, t


def draw(place: DeltaGenerator) -> None:
    """Draw the upload and what the checkpoint shows."""
    opened = upload(place, "checkpoint", ("pt", "pth", "safetensors"), MAX_CHECKPOINT_MB, read_checkpoint_upload)
    if opened is None:
        inspection_view(shipped_inspection(), t("own_network.checkpoint.example"))
    else:
        inspection_view(opened.value, t("own_network.checkpoint.title", name=plain(opened.name)))


def inspection_view(inspection: Inspection, title: str) -> None:
    """Draw an inspection: what is in the file, what concerns the whole model, the strip of its layers."""
    st.subheader(title, anchor=False)
    st.text("\n".join(list(inspection.facts(language()))[1:]) or t("own_network.checkpoint.flat"))
    layers = len(inspection.layers)
    for column, (key, value) in zip(
        st.columns(3), (("tensors", inspection.tensors), ("values", inspection.values), ("layers", layers)), strict=True
    ):
        column.metric(t(f"own_network.checkpoint.{key}"), f"{value:,}")
    if not inspection.findings:
        nothing_found(t("reports.inspection.none"))
    rows = checkpoint_strip(inspection)
    found("checkpoint", rows, inspection.findings, t("own_network.checkpoint.strip", n=len(rows)))
    st.caption(t("reports.inspection.limits"))
