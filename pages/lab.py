"""The lab: an experiment, its live view, and paused panels in full resolution."""

from bnviz.lab.page import lab_page

lab_page()
