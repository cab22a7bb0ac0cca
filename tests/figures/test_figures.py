from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from hand_made import make_history, record

from bnviz import figures
from bnviz.config import InputError
from bnviz.figures.distributions import bar_centers, shares
from bnviz.figures.theme import DARK, LIGHT, Theme, arm_slots
from bnviz.telemetry.history import History, RunHistory
from bnviz.telemetry.records import BoundaryRecord, SurfaceRecord
from bnviz.text.catalogue import translate


def trace(figure: go.Figure, name: str) -> go.Scatter:
    found = [each for each in figure.data if each.name == name]
    assert found, [each.name for each in figure.data]
    return found[0]


def test_distributions_show_shares_on_one_axis_for_all(history: History) -> None:
    figure = figures.distributions(history, 2)
    assert [each.name for each in figure.data] == ["Without BN"] * 2 + ["With BN"] * 2
    first = figure.data[0]
    assert first.x[0] == pytest.approx(-6.1)
    assert first.x[31] == pytest.approx(0.1)
    assert first.y[0] == pytest.approx(10.0)
    assert first.y[31] == pytest.approx(90.0)
    assert sum(figure.data[3].y) == pytest.approx(100.0)
    axes = [figure.layout[name] for name in ("xaxis", "xaxis2", "xaxis3", "xaxis4")]
    assert {axis.matches for axis in axes if axis.matches is not None} <= {"x", "x3"}
    assert len({axis.range for axis in axes}) == 1
    assert "(W u + b)" in figure.layout.xaxis4.title.text
    assert "share of values (%)" in [note.text for note in figure.layout.annotations]


def test_distributions_shade_the_saturated_region(history: History) -> None:
    shapes = figures.distributions(history, 0).layout.shapes
    assert {(shape.x0, shape.x1) for shape in shapes} == {(2.944, 6.0), (-6.0, -2.944)}
    outputs = figures.distributions(history, 0, "activation").layout.shapes
    assert {(shape.x0, shape.x1) for shape in outputs} == {(0.95, 1.0), (0.0, 0.05)}


def test_bar_centers_put_the_outside_beyond_the_edges() -> None:
    centers = bar_centers(0.0, 60.0)
    assert centers[0] == -0.5
    assert centers[1] == 0.5
    assert centers[-1] == 60.5


def test_shares_of_an_empty_histogram_are_zero() -> None:
    empty = record(0, 0)
    empty.histogram[:] = 0
    assert not shares(empty, "pre_activation").any()


def test_figure1_follows_one_unit(history: History) -> None:
    figure = figures.figure1(history, 1, 5)
    middle = trace(figure, "With BN, 50th percentile")
    np.testing.assert_array_equal(middle.x, [0, 2, 10])
    np.testing.assert_array_equal(middle.y, [0, 2, 10])
    np.testing.assert_array_equal(trace(figure, "Without BN, 85th percentile").y, [1, 3, 11])
    assert figure.layout.xaxis.title.text == "step"
    assert figure.layout.yaxis.range == (-6.0, 6.0)
    np.testing.assert_array_equal(figures.figure1(history, 1, 5, 2).data[0].x, [0, 2])


def test_figure1_names_the_recorded_units(history: History) -> None:
    with pytest.raises(InputError, match=r"unit 4 was not recorded; recorded are 4 from 0 to 7"):
        figures.figure1(history, 0, 4)


def test_saturation_is_in_percent_from_0_to_100(history: History) -> None:
    figure = figures.saturation(history, 10)
    np.testing.assert_array_equal(figure.data[1].y, [25.0, 50.0])
    assert list(figure.data[1].x) == ["layer 1", "layer 2"]
    assert figure.layout.yaxis.range == (-2, 102)
    titles = [figure.layout[name].title.text for name in ("yaxis", "yaxis2", "yaxis3")]
    assert titles == ["saturated outputs (%)", "dead units (%)", "mean derivative"]


def test_gradients_are_logarithmic_and_leave_out_what_a_logarithm_cannot_show(history: History) -> None:
    figure = figures.gradients(history, 0)
    norms, ratios = figure.data[0], figure.data[2]
    assert list(norms.x) == ["layer 1", "layer 2", "head"]
    assert norms.y[0] == pytest.approx(1e-4)
    assert np.isnan(norms.y[1])
    assert np.isnan(ratios.y[2])
    assert figure.layout.yaxis.type == figure.layout.yaxis2.type == "log"
    assert [shape.y0 for shape in figure.layout.shapes] == [1e-3]


def test_parameters_draw_only_what_is_normalized(history: History) -> None:
    figure = figures.parameters(history, 0)
    assert {each.name for each in figure.data} == {"With BN", "With BN, of the batch", "With BN, running"}
    gamma = figure.data[0]
    np.testing.assert_array_equal(gamma.y, [1.0, 1.0])
    np.testing.assert_allclose(gamma.error_y.array, [0.5, 0.5])
    np.testing.assert_allclose(gamma.error_y.arrayminus, [0.5, 0.5])


def test_curves_show_loss_and_accuracy_with_marks(history: History) -> None:
    figure = figures.curves(history)
    np.testing.assert_allclose(trace(figure, "Without BN, training").y, [2.5, 2.0, 3.0])
    accuracy = next(each for each in figure.data if each.name == "With BN, test" and each.xaxis == "x2")
    np.testing.assert_allclose(accuracy.y, [75.0])
    assert figure.layout.yaxis.title.text == "loss (nats)"
    assert figure.layout.yaxis2.title.text == "test accuracy (%)"
    assert "lr 0.5 -> 0.1" in [note.text for note in figure.layout.annotations]


def test_contours_share_one_scale_and_say_what_was_done(surface: SurfaceRecord) -> None:
    figure = figures.contours(surface, ("Without BN", "With BN"))
    first = figure.data[0]
    assert first.z[1][1] == pytest.approx(-1.0)
    assert np.isnan(first.z[2][0])
    scale = figure.layout.coloraxis
    assert (scale.cmin, scale.cmax) == (pytest.approx(-1.0), pytest.approx(2.0))
    title = figure.layout.annotations[0].text
    assert "80 % of the path's variance" in title
    assert "BN running statistics" in title
    assert "variance in this plane" not in figure.layout.annotations[1].text
    assert figure.layout.xaxis.title.text == "first principal component"


def test_boundary_draws_probability_and_points(history: History, plane: BoundaryRecord) -> None:
    figure = figures.boundary(plane, history.description.dataset, ("Without BN", "With BN"))
    assert figure.data[0].z[0][0] == pytest.approx(0.75)
    assert trace(figure, "training points, 1").x[0] == 1.0
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0.0, 1.0)


def test_arms_keep_their_color_whatever_their_order() -> None:
    without, with_bn = (("norm", "none"),), (("norm", "batch"),)
    assert arm_slots((without, with_bn)) == (0, 1)
    assert arm_slots((with_bn, without)) == (1, 0)
    assert arm_slots((with_bn,)) == (1,)
    assert arm_slots(((("lr", 1.0),), (("lr", 2.0),), (("lr", 3.0),))) == (0, 1, 2)
    assert Theme(False, (1, 0)).color(0) == LIGHT[1]
    assert Theme(True).color(2) == DARK[2]
    assert Theme().fill(0, 0.5) == "rgba(213, 94, 0, 0.5)"


def test_paper_is_transparent_so_that_light_and_dark_both_work(history: History) -> None:
    layout = figures.curves(history, dark=True).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


@pytest.mark.parametrize(
    ("panel", "expected"),
    [
        ("distributions", "With BN 0.25 ± 0.25"),
        ("saturation", "With BN 25.0 %, 50.0 %"),
        ("gradients", "Without BN 0.0001, 0, 0.12"),
        ("curves", "Without BN 12.5 %; With BN 75.0 %"),
        ("parameters", "step 10"),
        ("boundary", "step 10"),
    ],
)
def test_alt_text_says_the_numbers(history: History, panel: str, expected: str) -> None:
    assert expected in figures.alt_text(history, panel, 10)


def test_alt_text_of_one_unit_and_of_a_surface(history: History, surface: SurfaceRecord) -> None:
    assert "With BN 9, 10, 11" in figures.alt_text(history, "figure1", 10, layer=1, unit=5)
    words = figures.alt_text(history, "contours", 10, surface=surface)
    assert "step 7" in words
    assert "Without BN 0.1; With BN 10" in words


def test_a_run_without_frames_is_refused_in_words() -> None:
    empty = RunHistory(make_history().description)
    with pytest.raises(InputError, match="holds no frame yet"):
        figures.distributions(empty, 0)


def test_distributions_never_crop_a_bar(history: History) -> None:
    figure = figures.distributions(history, 0)
    low, high = figure.layout.yaxis.range
    assert low == 0
    assert high == pytest.approx(94.5)


def test_saturation_leaves_out_what_no_arm_can_have(history: History) -> None:
    for arm in history.frames[-1].arms:
        arm.dead_fraction[:] = np.nan
    figure = figures.saturation(history, 10)
    assert len(figure.data) == 4
    assert figure.layout.yaxis2.title.text == "mean derivative"


def test_now_is_where_the_path_ends_not_the_middle_of_a_principal_plane(surface: SurfaceRecord) -> None:
    path = np.full_like(surface.path, np.nan)
    path[:, :2] = [[0.0, 0.0], [1.5, -0.5]]  # two points, the rest missing
    drawn = figures.contours(replace(surface, path=path, plane="pca-own"), ("Without BN", "With BN"))
    marks = [mark for mark in drawn.data if mark.name == translate("figure.trace.now")]
    assert [(mark.x[0], mark.y[0]) for mark in marks] == [(1.5, -0.5)] * 2
    assert drawn.layout.xaxis.title.text == "first principal component"
    nowhere = figures.contours(replace(surface, path=np.full_like(path, np.nan)), ("Without BN", "With BN"))
    assert all(m.x[0] == m.y[0] == 0.0 for m in nowhere.data if m.name == translate("figure.trace.now"))
