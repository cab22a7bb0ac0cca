"""Questions asked of nets and records."""

from bnviz.analysis.boundary import decision_boundary
from bnviz.analysis.landscape import loss_surface, surface_of_twins

__all__ = ["decision_boundary", "loss_surface", "surface_of_twins"]
