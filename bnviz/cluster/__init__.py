"""Sweeps and studies on a Ray cluster that somebody started by hand."""

from bnviz.cluster.connection import Cluster, ClusterError, connected
from bnviz.cluster.sweep import run_sweep_on
from bnviz.cluster.units import units_on

__all__ = ["Cluster", "ClusterError", "connected", "run_sweep_on", "units_on"]
