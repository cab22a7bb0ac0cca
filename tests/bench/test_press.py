"""A class that presses one button, in a small form."""

from __future__ import annotations

import threading

from bnviz.bench import press


def test_all_finish_and_the_lab_goes_on_training() -> None:
    def work(report: press.ProgressCallback) -> None:
        for done in range(30):
            threading.Event().wait(0.002)
            report(done, 30)

    press_rows = press.twelve_press(work, visitors=3, window_s=0.3)
    by_unit = {row.unit: row for row in press_rows}
    assert by_unit["runs"].value == 3
    assert by_unit["ratio"].value > 0
    rates = by_unit["ratio"].detail["steps_per_s"]
    assert set(rates) == {"alone", "beside", "without_permits"}
    assert 0 < by_unit["s"].value < press.PATIENCE_S
