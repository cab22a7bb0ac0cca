"""What observing adds to a step, where runs take turns and where a GPU prepares itself."""

import pytest

from bnviz.training.plain_steps import PlainSteps


def test_an_observed_step_is_compared_with_plain_ones_in_its_place():
    plain = PlainSteps()
    for _ in range(100):
        plain.note(0.004, is_first=True, is_settled=True)
        plain.note(0.002, is_first=False, is_settled=True)
    assert plain.added_s(0.005, is_first=True) == pytest.approx(0.001)
    assert plain.added_s(0.005, is_first=False) == pytest.approx(0.002, rel=0.05)
    assert plain.added_s(0.001, is_first=False) == 0


def test_where_no_turn_began_with_a_plain_step_any_will_do():
    plain = PlainSteps()
    assert plain.added_s(0.005, is_first=True) == 0.005
    plain.note(0.002, is_first=False, is_settled=True)
    assert plain.added_s(0.005, is_first=True) == pytest.approx(0.003)


def test_steps_before_a_recording_say_nothing_of_those_after():
    plain = PlainSteps()
    for seconds in (0.5, 0.2, 0.01):
        plain.note(seconds, is_first=False, is_settled=False)
    plain.note(0.01, is_first=False, is_settled=True)
    assert plain.added_s(0.03, is_first=False) == pytest.approx(0.02)


def test_a_long_step_that_prepares_later_ones_does_not_stay_in_their_average():
    """After it nothing seemed to be added by observing, for some fifty steps."""
    plain = PlainSteps()
    for is_first in (True, False):
        plain.note(0.5, is_first=is_first, is_settled=False)
    plain.note(0.002, is_first=False, is_settled=True)
    assert plain.added_s(0.005, is_first=False) == pytest.approx(0.003)
    assert plain.added_s(0.005, is_first=True) == pytest.approx(0.003)
