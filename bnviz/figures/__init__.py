"""Figures of a run: pure functions from records to Plotly figures, with one theme."""

from bnviz.figures.alt import alt_text
from bnviz.figures.boundary import boundary
from bnviz.figures.contours import contours
from bnviz.figures.curves import curves
from bnviz.figures.distributions import distributions
from bnviz.figures.figure1 import figure1
from bnviz.figures.gradients import gradients
from bnviz.figures.parameters import parameters
from bnviz.figures.saturation import saturation
from bnviz.text.catalogue import arm_labels

__all__ = [
    "alt_text",
    "arm_labels",
    "boundary",
    "contours",
    "curves",
    "distributions",
    "figure1",
    "gradients",
    "parameters",
    "saturation",
]
