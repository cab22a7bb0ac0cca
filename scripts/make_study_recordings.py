"""Make assets/recordings/studies/<name>.json: the named experiments, measured.

Run from the top of the repository, with the data set of the CIFAR-10 studies:
``python -m scripts.make_study_recordings --cifar10 file:PATH.npz [NAME ...]``. Without names all studies are
run. A study that was stopped goes on; one whose recording lies there is passed over unless ``--again``.
Numbers only. A repetition on the same versions gives the same numbers, times aside.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bnviz.studies import STUDIES, recording_of

SAMPLE = "CIFAR-10, 12,000-image sample"


def main() -> int:
    """Run the studies one after the other; stops at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(STUDIES))
    parser.add_argument("--cifar10", default="cifar10", metavar="NAME", help="a data set, or file:PATH.npz")
    parser.add_argument("--label", default=SAMPLE, help=f"what to call it (default: {SAMPLE})")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="also those that are there")
    parser.add_argument("--work", metavar="FOLDER", help="where finished units are kept")
    arguments = parser.parse_args()
    for name in arguments.names or STUDIES:
        target = recording_of(name)
        if target.exists() and not arguments.again:
            print(f"{name} is there", file=sys.stderr)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if (code := subprocess.run(command(name, target, arguments), check=False).returncode) != 0:  # noqa: S603
            return code
        print(f"{name}: {target.stat().st_size / 1e3:.0f} kB", file=sys.stderr)
    return 0


def command(name: str, target: Path, arguments: argparse.Namespace) -> list[str]:
    """Return the command that runs a study."""
    parts = [sys.executable, "-m", "bnviz", "experiment", "run", name, "--out", str(target)]
    parts += ["--seeds", str(arguments.seeds), "--workers", str(arguments.workers)]
    if STUDIES[name].base.dataset == "cifar10" and arguments.cifar10 != "cifar10":
        parts += ["--dataset", arguments.cifar10, "--label", arguments.label]
    return [*parts, *(["--work", arguments.work] if arguments.work else [])]


if __name__ == "__main__":
    sys.exit(main())
