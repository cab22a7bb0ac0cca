"""Sweeps and studies on a Ray cluster that somebody started by hand."""

from bnviz.experiments.cluster.connection import Cluster, ClusterError, connected
from bnviz.experiments.cluster.sweep import run_sweep_on
from bnviz.experiments.cluster.units import units_on

__all__ = ["Cluster", "ClusterError", "connected", "run_sweep_on", "units_on"]
