"""``python -m bnviz experiment``: list the named experiments, run one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bnviz.cli import claims, words
from bnviz.cli.common import Commands, out_path, print_json
from bnviz.cli.engine import add_engine_arguments, engine_of, tell_lost
from bnviz.cli.stopping import stopping
from bnviz.config import InputError, Value, parse_field
from bnviz.config.numbers import count_of

if TYPE_CHECKING:
    from bnviz.cluster import Cluster
    from bnviz.studies import Study, StudyProgress, StudyResult
    from bnviz.studies.run_study import Executor


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("experiment", help="list the named experiments of the literature, run one")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|run")
    listing = actions.add_parser("list", help="what there is")
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    listing.set_defaults(run=show)
    running = actions.add_parser("run", help="train all arms from several seeds; a second call goes on")
    running.add_argument("name", metavar="NAME")
    running.add_argument(
        "--seeds", metavar="N", help="seeds 0 to N-1 (default 3); for words also FIRST-LAST (default 111-115)"
    )
    running.add_argument("--only", metavar="NAME,NAME", help="words: only these checks")
    running.add_argument("--steps", type=int, metavar="N", help="updates of a unit")
    running.add_argument("--arms", metavar="NAME,NAME", help="only these arms")
    running.add_argument("--dataset", metavar="NAME", help="another data set, or file:PATH of an .npz")
    running.add_argument("--label", metavar="TEXT", help="what to call the data set")
    running.add_argument(
        "--set", dest="changes", action="append", nargs="+", default=[], metavar="KEY=VALUE", help="change fields"
    )
    running.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default 1)")
    running.add_argument("--work", metavar="FOLDER", help="where finished units are kept")
    add_engine_arguments(running)
    running.add_argument("--out", metavar="FILE.json", help="write the result with its curves")
    running.add_argument("--json", action="store_true", help="print one JSON object")
    running.set_defaults(run=run)


def show(arguments: argparse.Namespace) -> int:
    """Print every named experiment."""
    from bnviz.studies import STUDIES, recording_of

    rows: list[dict[str, Any]] = [
        {
            "name": study.name,
            "dataset": study.base.dataset,
            "net": study.base.net,
            "steps": study.steps,
            "seeds": study.seeds,
            "arms": [arm.name for arm in (*study.arms, *study.combined)],
            "recorded": recording_of(study.name).is_file(),
        }
        for study in STUDIES.values()
    ]
    if arguments.json:
        print_json({"experiments": rows})
        return 0
    for row in rows:
        recorded = "recorded" if row["recorded"] else "-"
        print(
            f"{row['name']:20} {row['net']:10} {row['dataset']:13} {len(row['arms']):3} arms "
            f"{row['steps']:7,} steps  {recorded}"
        )
    print("claims               every claim of the ledger that a run can test (see docs/claims.md)")
    print("words                every measured sentence of the app, on seeds that it was not written from")
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Run what is left of a study, or the ledger, or the check of the words; print what came out.

    Returns 1 when a study was stopped or all of it diverged, or when a sentence does not hold.
    """
    if arguments.name == "words":
        return words.run(arguments)
    arguments.seeds = _count(arguments)
    if arguments.name == "claims":
        return claims.run(arguments)
    return _run_study(arguments)


def _run_study(arguments: argparse.Namespace) -> int:
    from bnviz.studies import StudyStopped, run_study, save_study
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    out, study = out_path(arguments.out), _study(arguments)
    seeds = range(study.seeds if arguments.seeds is None else arguments.seeds)
    folder = _folder(arguments.work)
    facts: dict[str, Any] = {"command": _command(arguments)}
    if arguments.label is not None:
        facts["dataset"] = arguments.label
    if arguments.engine == "ray" and arguments.workers != 1:
        raise InputError("--workers belongs to --engine local; a cluster has as many as its nodes offer")
    with engine_of(arguments) as cluster, stopping() as stop:
        executor = None if cluster is None else _executor(cluster)
        if cluster is not None:
            facts |= {"engine": "ray", "workers": cluster.cpus()}
        try:
            result = run_study(
                study,
                tuple(seeds),
                folder,
                workers=arguments.workers,
                stop=stop,
                on_progress=_show_progress,
                allow_any_path=True,
                facts=facts,
                executor=executor,
            )
        except StudyStopped:
            print("\nbnviz: stopped; the same command goes on from here", file=sys.stderr)
            return 1
    if out is not None:
        save_study(result, out)
    _print_result(result, out, as_json=arguments.json)
    return 1 if all(unit.diverged is not None for unit in result.units) else 0


def _count(arguments: argparse.Namespace) -> int | None:
    """Return the number of seeds that is asked for, or None; raises InputError for options of words alone."""
    if arguments.only:
        raise InputError("--only belongs to words")
    text = arguments.seeds
    count = None if text is None else count_of(text)
    if text is not None and count is None:
        raise InputError(f"--seeds takes a number of seeds, got {text!r:.40}")
    return count


def _study(arguments: argparse.Namespace) -> Study:
    from bnviz.data import data_status
    from bnviz.studies import study_named

    changes: dict[str, Value] = {}
    for text in (text for group in arguments.changes for text in group):
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"--set takes KEY=VALUE, got {text!r:.80}")
        changes[name] = parse_field(name, value)
    if "seed" in changes:
        raise InputError("--set cannot change the seed; --seeds N runs the seeds 0 to N-1")
    arms = tuple(arguments.arms.split(",")) if arguments.arms else ()
    study = study_named(arguments.name).adjusted(changes, arguments.steps, arms, arguments.dataset)
    dataset = study.base.dataset
    if not dataset.startswith("file:") and data_status(dataset).state == "not fetched":
        raise InputError(
            f"{study.name} needs the data set {dataset}: fetch it with python -m bnviz data fetch {dataset}, "
            "or bring your own with --dataset file:PATH.npz"
        )
    return study


def _folder(text: str | None) -> Path:
    from bnviz.data.paths import data_dir

    if text is None:
        return data_dir() / "studies"
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise InputError(f"--work must name a folder, got {text!r:.80}")
    return path


def _command(arguments: argparse.Namespace) -> str:
    """Write the command that repeats this, without the folders of this machine."""
    from bnviz.studies import public_name

    parts = ["python -m bnviz experiment run", arguments.name]
    for option in ("seeds", "steps", "arms"):
        if (value := getattr(arguments, option)) is not None:
            parts.append(f"--{option} {value}")
    if arguments.dataset is not None:
        parts.append(f"--dataset {public_name(arguments.dataset)}")
    changes = [text for group in arguments.changes for text in group if not text.startswith("dataset=")]
    return " ".join([*parts, *(["--set", *changes] if changes else [])])


def _show_progress(progress: StudyProgress) -> None:
    """Write progress to stderr: in place on a terminal, else when a unit is finished."""
    left = "" if progress.seconds_left is None else f", about {_words_of(progress.seconds_left)} left"
    text = (
        f"unit {min(progress.units_done + 1, progress.units)} of {progress.units} "
        f"({progress.arm}, seed {progress.seed}), {progress.steps_done:,} of {progress.steps:,} steps{left}"
    )
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
        if progress.units_done == progress.units:
            print(file=sys.stderr)
    elif progress.steps_done and progress.unit_ended:
        print(text, file=sys.stderr, flush=True)


def _words_of(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _executor(cluster: Cluster) -> Executor:
    from bnviz.cluster import cluster_executor

    return cluster_executor(cluster, tell_lost)


def _print_result(result: StudyResult, out: Path | None, *, as_json: bool) -> None:
    from bnviz.studies.verdicts import row_of

    if as_json:
        print_json({**row_of(result), **({"out": str(out)} if out is not None else {})})
    else:
        _print_words(result, out)


def _print_words(result: StudyResult, out: Path | None) -> None:
    from bnviz.studies.summary import summarize_arms
    from bnviz.studies.verdicts import verdicts_of

    print(f"{result.name}: {len(result.seeds)} seeds, {result.provenance['dataset']}")
    for arm in summarize_arms(result):
        found = arm.accuracy
        accuracy = "accuracy unknown" if found is None else f"accuracy {found.mean:.3f}"
        if found is not None and found.sd is not None:
            accuracy += f" ± {found.sd:.3f}"
        reached = f"{arm.reached} of {arm.seeds} reached {result.threshold:g}"
        steps = "" if arm.steps_to_threshold is None else f" (median {arm.steps_to_threshold:,.0f} steps)"
        diverged = f", {arm.diverged} diverged" if arm.diverged else ""
        print(f"  {arm.arm}: {accuracy}, {reached}{steps}{diverged}")
    for verdict in verdicts_of(result):
        measure = verdict.expectation.measure
        seen = verdict.verdict.replace("_", " ")
        print(f"  {verdict.better} better than {verdict.worse} by {measure}: {seen}")
    if out is not None:
        print(f"result written to {out}")
