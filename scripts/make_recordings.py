"""Make the recordings that the app ships: real runs at fixed steps, so that a repetition is the same.

Run from the top of the repository: ``python -m scripts.make_recordings``. What a visitor sees before
pressing Train comes from here; its badge says "recorded", and the recording itself says when it was made,
with which seed and versions.
"""

from pathlib import Path

import torch

from bnviz.api.train import run_steps
from bnviz.config import preset
from bnviz.telemetry.recording import save

ROOT = Path(__file__).resolve().parents[1]
STEPS = 2000
SURFACES_AT = (0, 50, 200, 600, 1200, 2000)
DENSE, LATER = 20, 80  # few enough frames to reach a browser within the page's first second


def main() -> None:
    """Record the default scene."""
    torch.set_num_threads(1)
    result = run_steps(preset("default"), STEPS, SURFACES_AT, dense=DENSE, later=LATER)
    target = ROOT / "assets" / "recordings" / "default.npz"
    save(result.history, target, **result.facts)
    frames, size = len(result.history.frames), target.stat().st_size / 1e6
    print(f"{target.relative_to(ROOT)}: {result.steps} steps, {frames} frames, {size:.2f} MB")


if __name__ == "__main__":
    main()
