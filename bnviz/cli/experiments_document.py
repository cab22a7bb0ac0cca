"""``python -m bnviz record experiments-doc``: docs/experiments.md, every number of it read from a recorded study."""

from __future__ import annotations

from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.files.write import atomic
from bnviz.studies import STUDIES, load_study, recording_of
from bnviz.studies.records import StudyResult
from bnviz.studies.summary import ArmSummary, Spread, summarize_arms, verdicts_of
from bnviz.text.catalogue import study_arm_label, translate

DOC = Path(__file__).resolve().parents[2] / "docs" / "experiments.md"

HEAD = """# The named experiments

What `python -m bnviz experiment list` names, measured. `python -m bnviz record experiments-doc` writes this
page from the recordings in `assets/recordings/studies`, which the pages *Convolution*, *The paper's ImageNet
results* and *Relatives and beyond* draw. Spread is the standard deviation over the seeds. "As expected" and
"opposite" need a difference of means larger than the pooled standard deviation; anything smaller is "not
seen". The runs are small and short: directions can be compared with what was published, levels cannot.
"""

VERDICTS = {
    "as_expected": "as expected",
    "opposite": "**opposite**",
    "not_seen": "not seen",
    "too_few_seeds": "too few seeds",
}


def record_document(options: RecordOptions) -> list[Path]:
    """Write the page; a study without a recording has a line that says how to make one."""
    target = options.target(DOC)
    with atomic(target) as file:
        file.write_text(page(), encoding="utf-8")
    return [target]


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for name in STUDIES:
        path = recording_of(name)
        parts.append(section(load_study(path)) if path.is_file() else unrecorded(name))
    return "\n".join(parts)


def unrecorded(name: str) -> str:
    """Return a section that says how to record it."""
    title = translate(f"study.{name}.title")
    return f"## {title}\n\nNot recorded yet: `python -m bnviz experiment run {name}`.\n"


def section(result: StudyResult) -> str:
    """Return one study: question, table of arms, verdicts, published figures, how it was made."""
    key = f"study.{result.name}"
    lines = [
        f"## {translate(f'{key}.title')} (`{result.name}`)",
        "",
        f"{translate(f'{key}.question')} Source: {translate(f'{key}.source')} Expected: {translate(f'{key}.expect')}",
        "",
        f"| arm | test accuracy | best | gap | steps to {result.threshold:.0%} | diverged | ms per step |",
        "|---|---|---|---|---|---|---|",
        *(arm_row(result, summary) for summary in summarize_arms(result)),
        "",
    ]
    lines += [verdict_line(result, place) for place in range(len(verdicts_of(result)))]
    if result.published:
        lines += ["", f"Published: {'; '.join(published(result))}."]
    return "\n".join([*lines, "", provenance(result), ""])


def arm_row(result: StudyResult, summary: ArmSummary) -> str:
    """Return a table's row."""
    steps = "-" if summary.steps_to_threshold is None else f"{summary.steps_to_threshold:,.0f}"
    reached = "" if summary.reached in (0, summary.seeds) else f" ({summary.reached} of {summary.seeds})"
    cells = (
        study_arm_label(result.name, summary.arm),
        spread(summary.accuracy),
        spread(summary.best),
        spread(summary.gap),
        steps + reached,
        str(summary.diverged or "-"),
        "-" if summary.step_ms is None else f"{summary.step_ms:.3g}",
    )
    return f"| {' | '.join(cells)} |"


def spread(value: Spread | None) -> str:
    """Write mean and standard deviation in percent."""
    if value is None:
        return "-"
    return f"{100 * value.mean:.1f}" + ("" if value.sd is None else f" ± {100 * value.sd:.1f}") + " %"


def verdict_line(result: StudyResult, place: int) -> str:
    """Return one expectation and its outcome."""
    verdict = verdicts_of(result)[place]
    measure = verdict.expectation.measure.removeprefix("extra:").replace("_", " ")
    better, worse = study_arm_label(result.name, verdict.better), study_arm_label(result.name, verdict.worse)
    if verdict.better == verdict.worse:
        against = verdict.expectation.against.removeprefix("extra:").replace("_", " ")
        text = f"{better}: *{measure}* better than *{against}*"
    else:
        text = f"*{better}* better than *{worse}* by {measure}"
    return f"- {text}: {VERDICTS.get(verdict.verdict, verdict.verdict)}."


def published(result: StudyResult) -> list[str]:
    """Return the numbers of the literature, with their sources."""
    return [
        f"{study_arm_label(result.name, number.arm)} {number.what.replace('_', ' ')} {number.value:g} {number.unit} "
        f"({number.source})"
        for number in result.published
    ]


def provenance(result: StudyResult) -> str:
    """Return where the numbers come from, and the command that repeats them."""
    facts = result.provenance
    minutes = float(facts["seconds"]) / 60
    return (
        f"{facts['dataset']}, {facts['n_train']:,} training and {facts['n_test']:,} test images; "
        f"{len(result.seeds)} seeds; {facts['cores']} CPU cores shared with other work, PyTorch "
        f"{facts['versions']['torch']}, {minutes:.0f} minutes of runs added up, {facts['date']}.\n"
        f"`{facts['command']}`"
    )
