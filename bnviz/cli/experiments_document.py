"""``python -m bnviz record experiments-doc``: docs/experiments.md, every number of it read from a recorded study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.files.documents import write_text
from bnviz.studies import DEVICES, STUDIES, load_study, recordings_of
from bnviz.studies.measures import SHARES
from bnviz.studies.paired import reach
from bnviz.studies.records import StudyResult
from bnviz.studies.rule import ALPHA
from bnviz.studies.summary import ArmSummary, Spread, summarize_arms
from bnviz.studies.verdicts import AS_EXPECTED, OPEN, OPPOSITE, TOO_FEW, Verdict, verdicts_of
from bnviz.text.catalogue import study_arm_label, translate
from bnviz.text.numbers import signed_number

DOC = Path(__file__).resolve().parents[2] / "docs" / "experiments.md"

HEAD = """# The named experiments

What `python -m bnviz experiment list` names, measured. `python -m bnviz record experiments-doc` writes this
page from the recordings in `assets/recordings/studies`, which the pages *Convolution*, *The paper's ImageNet
results* and *Relatives and beyond* draw. In the tables, the spread is the standard deviation over the seeds.

Each expectation is judged by the one rule of this app, as in [the ledger of claims](claims.md): the two arms are
compared seed by seed (a seed fixes initial weights and the order of the images), and the interval around the mean
difference misses the true mean in one of 100 cases. On one side of 0 it says "as expected" or "opposite"; otherwise
the expectation is "open", which does not mean that the arms are equal. A seed in which one of the two networks
diverged has no difference and is left out, unless that would turn the lead around; one that never reached the
threshold counts with its last step.

{reaches}. Few seeds decide only large effects.
Of {count} expectations, {counts}. If none of them were true, chance would decide about {chance:.1f}.

The runs are small and short: directions can be compared with what was published, levels cannot.
"""

WORDS = {AS_EXPECTED: "as expected", OPPOSITE: "**opposite**", OPEN: "open", TOO_FEW: "too few seeds"}


def record_document(options: RecordOptions) -> list[Path]:
    """Write the page; a study without a recording has a line that says how to make one."""
    return [write_text(options.target(DOC), page())]


def page() -> str:
    """Return the whole page."""
    parts, verdicts, seeds = [], list[Verdict](), set[int]()
    for name in STUDIES:
        paths = [path for path in recordings_of(name) if path.is_file()]
        for path in paths:
            result = load_study(path)
            verdicts += verdicts_of(result)
            seeds.add(len(result.seeds))
            parts.append(section(result, path.stem))
        if not paths:
            parts.append(unrecorded(name))
    return "\n".join([head(verdicts, sorted(seeds)), *parts])


def head(verdicts: Sequence[Verdict], seeds: Sequence[int]) -> str:
    """Return how the page came about, the rule, and how many expectations it decides."""
    found = [(word.strip("*"), sum(verdict.verdict == name for verdict in verdicts)) for name, word in WORDS.items()]
    reaches = ", ".join(f"{reach(n):.1f} with {n} seeds" for n in seeds)
    return HEAD.format(
        reaches=f"The interval reaches this many standard deviations to each side: {reaches}",
        count=len(verdicts),
        counts=", ".join(f"{number} are {word}" for word, number in found if number),
        chance=2 * ALPHA * len(verdicts),
    )


def unrecorded(name: str) -> str:
    """Return a section that says how to record it."""
    title = translate(f"study.{name}.title")
    return f"## {title}\n\nNot recorded yet: `python -m bnviz experiment run {name}`.\n"


def section(result: StudyResult, file: str) -> str:
    """Return one study: question, table of arms, verdicts, published figures, how it was made.

    Args:
        result: the study.
        file: name of its recording, which is the study's own or that of another recipe.
    """
    key = f"study.{file}"
    lines = [
        f"## {translate(f'{key}.title')} (`{file}`)",
        "",
        f"{translate(f'{key}.question')} Source: {translate(f'{key}.source')} Expected: {translate(f'{key}.expect')}",
        "",
        f"| arm | test accuracy | best | gap | steps to {result.threshold:.0%} | diverged | ms per step |",
        "|---|---|---|---|---|---|---|",
        *(arm_row(result, summary) for summary in summarize_arms(result)),
        "",
    ]
    lines += [verdict_line(result, verdict) for verdict in verdicts_of(result)]
    if result.published:
        lines += ["", f"Published: {'; '.join(published(result))}."]
    return "\n".join([*lines, "", provenance(result, file), ""])


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


def verdict_line(result: StudyResult, verdict: Verdict) -> str:
    """Return one expectation, its outcome, and the interval that says so."""
    measure = verdict.expectation.measure.removeprefix("extra:").replace("_", " ")
    better, worse = study_arm_label(result.name, verdict.better), study_arm_label(result.name, verdict.worse)
    if verdict.better == verdict.worse:
        against = verdict.expectation.against.removeprefix("extra:").replace("_", " ")
        text = f"{better}: *{measure}* better than *{against}*"
    else:
        text = f"*{better}* better than *{worse}* by {measure}"
    return f"- {text}: {WORDS[verdict.verdict]}{measured(verdict)}."


def measured(verdict: Verdict) -> str:
    """Return the difference of a verdict with its interval; a share is written in points."""
    if verdict.difference is None or verdict.low is None or verdict.high is None:
        return ""
    measure = verdict.expectation.measure
    share = measure in SHARES or measure.startswith("extra:")
    unit = " points" if share else {"step_ms": " ms", "steps_to_threshold": " steps"}.get(measure, "")
    numbers = [100 * value if share else value for value in (verdict.difference, verdict.low, verdict.high)]
    mean, low, high = (signed_number(value, int(share)) for value in numbers)
    left = f", {verdict.left_out} left out" if verdict.left_out else ""
    return f" ({mean}{unit}, interval {low} to {high}; {verdict.seeds} seeds{left})"


def published(result: StudyResult) -> list[str]:
    """Return the numbers of the literature, with their sources."""
    return [
        f"{study_arm_label(result.name, number.arm)} {number.what.replace('_', ' ')} {number.value:g} {number.unit} "
        f"({number.source})"
        for number in result.published
    ]


def provenance(result: StudyResult, file: str) -> str:
    """Return where the numbers come from, and the command that repeats them."""
    facts = result.provenance
    minutes = float(facts["seconds"]) / 60
    device = f"one {DEVICES[file]}" if file in DEVICES else f"{facts['cores']} CPU cores shared with other work"
    return (
        f"{facts['dataset']}, {facts['n_train']:,} training and {facts['n_test']:,} test images; "
        f"{len(result.seeds)} seeds; {device}, PyTorch "
        f"{facts['versions']['torch']}, {minutes:.0f} minutes of runs added up, {facts['date']}.\n"
        f"`{facts['command']}`"
    )
