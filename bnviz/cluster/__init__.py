"""Sweeps and studies on a Ray cluster that is already running."""

from bnviz.cluster.connection import Cluster, ClusterError, connected
from bnviz.cluster.executor import cluster_executor
from bnviz.cluster.sweep import run_sweep_on

__all__ = ["Cluster", "ClusterError", "cluster_executor", "connected", "run_sweep_on"]
