"""Recorded studies on a page: reading them, the note on their source, tables and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import streamlit as st

from bnviz.config import InputError
from bnviz.figures.studies import label_of
from bnviz.studies import DEVICES, RECORDINGS
from bnviz.studies.files import load_study
from bnviz.studies.measures import SHARES, over_seeds, time_ratio
from bnviz.studies.paired import reach
from bnviz.studies.records import Published, StudyResult
from bnviz.studies.summary import Spread, summarize_arms
from bnviz.studies.verdicts import Verdict, verdicts_of
from bnviz.text.numbers import count, signed_number
from bnviz.ui.limits import limits_link
from bnviz.ui.results import table
from bnviz.ui.text import has, language, t, wrong_sentence
from bnviz.ui.url_state import param, set_param

COLUMNS = ("accuracy", "train_accuracy", "steps_to_threshold", "step_ms")


@lru_cache(maxsize=32)
def _read(path: str, changed: int) -> StudyResult:
    """Read a recording; its time of change (nanoseconds) is an argument so that the cache notices a newer file."""
    return load_study(path)


def recorded_study(name: str) -> StudyResult | None:
    """Return the shipped recording of a study, or None when it is missing or cannot be read.

    A damaged recording draws a warning that says what is wrong; a missing one draws nothing, see ``study_missing``.
    """
    path = RECORDINGS / f"{name}.json"
    try:
        return _read(str(path), path.stat().st_mtime_ns)
    except OSError:
        return None
    except InputError as error:
        st.warning(t("studies.damaged", error=wrong_sentence(error)))
        return None


def study_missing(name: str) -> None:
    """Draw a note that a study is not recorded yet, with the command that records it."""
    out = f"assets/recordings/studies/{name}.json"
    st.info(t("studies.missing", command=f"python -m bnviz experiment run {name} --out {out}"))


def opened_study(name: str) -> StudyResult | None:
    """Draw the note on a study's source and return the study; if it is missing, draw what to do and return None."""
    result = recorded_study(name)
    if result is None:
        study_missing(name)
    else:
        study_note(result)
    return result


def badge(kind: str) -> None:
    """Draw a badge that says where numbers come from (``chapter.badge.<kind>``)."""
    st.html(f'<span class="bnviz-badge bnviz-{kind}">{escape(t(f"chapter.badge.{kind}"))}</span>')


def study_note(result: StudyResult, file: str = "") -> None:
    """Draw the note on a study's source: when, where, on which data and with which command it was recorded.

    Args:
        result: the study.
        file: name of its recording, where it is not the study's own.
    """
    facts = result.provenance
    dataset, n_train = str(facts.get("dataset", result.base.dataset)), count(facts.get("n_train"))
    is_sample = f", {n_train}-" in dataset  # then the name says the number, too
    words = escape(
        t(
            "studies.note_sample" if is_sample else "studies.note",
            date=facts.get("date", "–"),
            device=device_of(result, file),
            dataset=dataset.partition(",")[0] if is_sample else dataset,
            n_train=n_train,
            n_test=count(facts.get("n_test")),
            seeds=len(result.seeds),
            torch=_torch(facts.get("versions")),
        )
    )
    command = escape(str(facts.get("command", "")))
    code = f" <code>{command}</code>" if command else ""
    st.html(f'<p class="bnviz-why">{words}{code}</p>')


def device_of(result: StudyResult, file: str = "") -> str:
    """Return what a study was computed on; ``file`` as in ``study_note``."""
    return DEVICES.get(file) or t(f"studies.device.{'cuda' if result.base.device == 'cuda' else 'cpu'}")


def study_table(
    result: StudyResult,
    arms: Sequence[str] = (),
    columns: Sequence[str] = COLUMNS,
    *,
    reference: str = "",
    published: str = "",
) -> None:
    """Draw a table with one row per arm: mean and standard deviation over the seeds, and published numbers.

    Args:
        result: the study.
        arms: names; all by default.
        columns: measures, or ``extra:NAME`` of a share.
        reference: arm that the column "step_ms" is compared with.
        published: ``what`` of published numbers for a last column, marked as reported.
    """
    names = tuple(arms) or tuple(arm.name for arm in result.arms)
    known = {number.arm: number for number in result.published if number.what == published}
    head = [t("studies.head.arm"), *(_heading(column, result, reference) for column in columns)]
    if known:
        what = t(f"studies.what.{published}") if has(f"studies.what.{published}") else published
        head.append(t("studies.head.reported", what=what))
    rows = []
    for name in names:
        cells = [label_of(result, name, language()), *(_cell(result, name, c, reference) for c in columns)]
        rows.append((*cells, _printed(known.get(name))) if known else tuple(cells))
    table(tuple(head), rows)


def study_verdicts(result: StudyResult, arms: Sequence[str] = ()) -> None:
    """Draw a table of the expectations of a study: expected, measured, and the verdict.

    Args:
        result: the study.
        arms: only expectations between these; all by default.
    """
    shown = [v for v in verdicts_of(result) if not arms or {v.better, v.worse} <= set(arms)]
    if not shown:
        return
    head = tuple(t(f"studies.head.{name}") for name in ("expected", "difference", "interval", "verdict"))
    rows = [(_expected(v, result), *_difference(v, result), f"**{t(f'studies.verdict.{v.verdict}')}**") for v in shown]
    table(head, rows)
    seeds = len(result.seeds)
    st.caption(t("studies.rule") + " " + t("studies.reach", seeds=seeds, reach=f"{reach(seeds):.1f}"))
    limits_link()


def study_alt(result: StudyResult, measure: str, arms: Sequence[str] = ()) -> str:
    """Return the alternative text of a study's figure: mean and spread of a measure, for every arm."""
    names = tuple(arms) or tuple(arm.name for arm in result.arms)
    numbers = "; ".join(
        f"{label_of(result, name, language())} {_spread(over_seeds(result, name, measure), measure)}" for name in names
    )
    what = _measure(measure, result)
    return t("studies.alt", what=what, seeds=len(result.seeds), numbers=numbers)


def pick_arms(result: StudyResult, key: str, default: Sequence[str], max_arms: int = 6) -> tuple[str, ...]:
    """Draw a choice of arms, kept in the address; return their names, or the defaults if none is chosen."""
    names = [arm.name for arm in result.arms]
    start = ([name for name in default if name in names] or names)[:max_arms]
    if key not in st.session_state:
        asked = [name for name in param(key).split(",") if name in names]
        st.session_state[key] = asked[:max_arms] or start
    chosen = st.multiselect(
        t("studies.pick"),
        names,
        max_selections=max_arms,
        key=key,
        format_func=lambda name: label_of(result, name, language()),
    )
    set_param(key, ",".join(chosen) or None, ",".join(start))
    return tuple(chosen) or tuple(start)


def _heading(column: str, result: StudyResult, reference: str) -> str:
    heading = _measure(column, result)
    if column == "step_ms" and reference:
        return t("studies.head.against", what=heading, arm=label_of(result, reference, language()))
    return heading


def _measure(measure: str, result: StudyResult) -> str:
    if measure.startswith("extra:"):
        name = measure.removeprefix("extra:")
        keys = (f"study.extra.{name}", f"studies.extra.{name}")
        return next((t(key) for key in keys if has(key)), name)
    return t(f"studies.head.{measure}", threshold=f"{100 * result.threshold:g}")


def _cell(result: StudyResult, arm: str, column: str, reference: str) -> str:
    found = over_seeds(result, arm, column)
    if column == "steps_to_threshold":
        summary = next(each for each in summarize_arms(result) if each.arm == arm)
        steps = summary.steps_to_threshold
        reached = t("studies.of", n=summary.reached, seeds=summary.seeds)
        return f"– ({reached})" if steps is None else f"{steps:,.0f} ({reached})"
    if column == "step_ms" and reference:
        ratio = time_ratio(result, arm, reference)
        return "–" if found is None or ratio is None else f"{found.mean:.1f} (× {ratio:.2f})"
    return _spread(found, column)


def _spread(found: Spread | None, measure: str) -> str:
    if found is None:
        return "–"
    share = measure in SHARES or measure.startswith("extra:")
    factor, digits = (100, 1) if share else (1, 0 if measure == "steps_to_threshold" else 1)
    mean = f"{factor * found.mean:.{digits}f}"
    return mean if found.sd is None else f"{mean} ± {factor * found.sd:.{digits}f}"


def _expected(verdict: Verdict, result: StudyResult) -> str:
    expectation = verdict.expectation
    measure = expectation.measure
    values = {
        "better": label_of(result, verdict.better, language()),
        "worse": label_of(result, verdict.worse, language()),
    }
    if measure.startswith("extra:"):
        against = expectation.against or measure
        key = "studies.expect.same" if verdict.better == verdict.worse else "studies.expect.extra"
        return t(key, **values, one=_measure(measure, result), other=_measure(against, result))
    return t(f"studies.expect.{measure}", **values, threshold=f"{100 * result.threshold:g}")


def _difference(verdict: Verdict, result: StudyResult) -> tuple[str, str]:
    measure = verdict.expectation.measure
    share = measure in SHARES or measure.startswith("extra:")
    unit = {"steps_to_threshold": t("studies.steps"), "step_ms": t("studies.ms")}.get(measure, "")
    factor, digits, unit = (100.0, 1, t("studies.points")) if share else (1.0, int(measure == "step_ms"), unit)

    def signed(value: float) -> str:
        return signed_number(factor * value, digits)

    if verdict.difference is None:
        return "–", "–"
    difference = signed(verdict.difference) + unit
    if verdict.low is None or verdict.high is None:
        return difference, "–"
    left = t("studies.left_out", n=verdict.left_out, seeds=len(result.seeds)) if verdict.left_out else ""
    return difference, t("studies.interval", low=signed(verdict.low), high=signed(verdict.high)) + left


def _printed(number: Published | None) -> str:
    return "–" if number is None else f"{number.value:g} {number.unit} ({number.source})"


def _torch(versions: object) -> str:
    return str(versions.get("torch", "–")) if isinstance(versions, dict) else "–"
