import pytest
from hand_made import make_history, make_plane, make_surface

from bnviz.telemetry.history import History
from bnviz.telemetry.records import BoundaryRecord, Mark, SurfaceRecord


@pytest.fixture
def history() -> History:
    made = make_history()
    made.add_mark(Mark(2, "changed", "lr 0.5 -> 0.1"))
    return made


@pytest.fixture
def surface() -> SurfaceRecord:
    return make_surface()


@pytest.fixture
def plane() -> BoundaryRecord:
    return make_plane()
