"""Figures that a claim's note quotes from a recorded study are those of the study."""

from __future__ import annotations

from bnviz.ledger import effect_of, recorded
from bnviz.ledger.claim import claims
from bnviz.studies import load_study, recordings_of
from bnviz.studies.summary import summarize
from bnviz.studies.verdicts import verdicts_of


def test_the_note_on_vgg11_quotes_the_recording_of_the_published_width() -> None:
    wide = load_study(recordings_of("vgg11-cifar10")[1])
    claim = next(claim for claim in claims() if claim.id == "S0.19")
    steps, shared, best, _ = verdicts_of(wide)
    assert [v.expectation.measure for v in (steps, shared, best)] == ["steps_to_threshold", "accuracy", "accuracy"]
    assert {v.verdict for v in (steps, shared, best)} == {"as_expected"}
    numbers = [[abs(value or 0) for value in (v.difference, v.low, v.high)] for v in (steps, shared, best)]
    written = [f"{value:.0f}" for value in numbers[0]]
    written += [f"{100 * value:.1f}" for row in numbers[1:] for value in row]
    accuracies = [found.mean for arm in ("plain-lr0.05", "batch-lr0.1") if (found := summarize(wide, arm).accuracy)]
    written += [f"{100 * value:.0f}" for value in accuracies]
    for note in claim.note.values():
        assert all(number in note for number in written), written
        assert f"{wide.provenance['n_train']:,}" in note
        assert f"{len(wide.seeds)} " in note


def test_the_notes_on_whitened_inputs_quote_the_ledger() -> None:
    raw, centered = (effect_of(recorded(), f"E22.{form}_net_speedup") for form in ("whitened", "centered"))
    assert raw is not None
    assert centered is not None
    assert (raw.answer, centered.answer) == ("yes", "no")  # "whitening beyond centering costs updates here"
    written = [f"{value:.2f}" for value in (raw.mean, centered.mean, centered.low, centered.high)]
    for claim in claims():
        if claim.id in ("S1.9", "S2.6"):
            for note in claim.note.values():
                assert all(number in note for number in written), written
