"""The benchmark of sweeps measures two ways of training the same nets."""

import torch

from bnviz.bench.sweep import PLAYGROUND, stacked_sweeps, sweep_row, usable_cores
from bnviz.cli.main import main


def test_a_row_compares_both_ways():
    row = sweep_row("tiny", PLAYGROUND.with_fields(depth=1, width=4), budget=10.0, steps=5, rounds=1)
    assert row.what == "tiny: one after the other / stacked"
    assert abs(row.value - row.detail["ratios"][0]) < 0.01
    assert row.value > 1  # 48 nets in two stacks; the gain is more than tenfold, so a pause cannot hide it
    assert row.met == (row.value >= 10)


def test_both_sizes_are_measured_and_the_threads_left_as_they_were(monkeypatch, capsys):
    seen = []

    def measured(what, base, budget):
        threads = torch.get_num_threads()
        seen.append((base.dataset, budget, threads))
        torch.set_num_threads(1)  # beside other tests, two threads of so small a net wait for each other
        points = base.with_fields(dataset="spirals", depth=1, width=4)  # to evaluate 48 nets on digits takes seconds
        row = sweep_row(what, points, budget, steps=1, rounds=1)
        torch.set_num_threads(threads)
        return row

    monkeypatch.setattr("bnviz.bench.sweep.sweep_row", measured)
    before = torch.get_num_threads()
    assert len(stacked_sweeps()) == 2
    assert torch.get_num_threads() == before
    assert seen == [("spirals", 10.0, usable_cores()), ("mnist", 3.0, usable_cores())]
    assert main(["bench", "--only", "sweep"]) == 0
    assert capsys.readouterr().out.count("one after the other / stacked") == 2


def test_a_measurement_that_there_is_not_is_named_and_not_an_empty_table(capsys):
    assert main(["bench", "--json", "--only", "nonsense"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "--only must be part of one of training, " in output.err
    assert output.err.rstrip().endswith("got 'nonsense'")
