"""A recording that stands in for an experiment whose data may be others."""

import hand_made_history as hand_made
from live_viewer import tiny

from bnviz.live import wire


def test_a_recording_of_other_data_hands_over_to_the_experiment_beside_it(session, watch):
    viewer = watch(session)
    session.show(hand_made.history(2), tiny())
    viewer.until(lambda: viewer.of(wire.HELLO))
    assert session.source == "recorded"
    session.train()
    viewer.until(lambda: session.source == "live" and session.run.step > 1)
    assert session.run.experiment == tiny()
