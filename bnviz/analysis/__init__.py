"""Questions asked of nets and records."""

from bnviz.landscape import loss_surface, surface_of_twins
from bnviz.landscape.boundary import decision_boundary

__all__ = ["decision_boundary", "loss_surface", "surface_of_twins"]
