"""The settings of a survival map, and their form in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from bnviz.chapters.survival.sweep_queue import check_size
from bnviz.config import Changes, InputError, RunConfig, format_value
from bnviz.config.numbers import count_of
from bnviz.sweeps.grid import Sweep, parse_axis

DIGITS, RELU, POINTS = "digits", "relu", "points"
BASES: dict[str, RunConfig] = {
    DIGITS: RunConfig(),
    RELU: RunConfig(depth=3, activation="relu", init="kaiming"),
    POINTS: RunConfig(dataset="circles", depth=4, width=20, activation="tanh", batch_size=32),
}
"""The networks to choose from: the lab's default on digits, one with ReLU, and a small one on points of the plane."""

DATA = ("circles", "moons", "spirals", "xor")
ARMS: dict[str, tuple[Changes, ...]] = {
    "bn": ((("norm", "none"),), (("norm", "batch"),)),
    "bn_ln": ((("norm", "none"),), (("norm", "batch"),), (("norm", "layer"),)),
}
AXES: dict[str, str] = {
    "lr": "lr=0.001:10.0:8",
    "init_scale": "init_scale=0.1:10.0:6",
    "weight_decay": "weight_decay=0.0:0.1:6",
    "sgd_momentum": "sgd_momentum=0.0:0.95:6",
    "batch_size": "batch_size=2:256:8",
    "depth": "depth=1:10:6",
    "width": "width=4:100:5",
    "gamma_init": "gamma_init=0.1:2.0:6",
    "dropout": "dropout=0.0:0.5:6",
}
"""Fields that a map may vary, each with its default range."""

STEPS = (50, 100, 200, 300, 500, 1000)
MAX_SEEDS, MAX_SIDE = 5, 12


@dataclass(frozen=True, slots=True)
class MapRequest:
    """Settings of a survival map; equal settings give equal sweeps.

    Attributes:
        net: key of BASES.
        data: one of DATA, for the network on points; the others learn digits.
        arms: key of ARMS.
        seeds: 1 to MAX_SEEDS.
        steps: one of STEPS.
        x: axis along the columns, as ``parse_axis`` reads it.
        y: axis along the rows.
    """

    net: str = DIGITS
    data: str = "circles"
    arms: str = "bn"
    seeds: int = 3
    steps: int = 300
    x: str = AXES["lr"]
    y: str = AXES["init_scale"]

    def __post_init__(self) -> None:
        known = {"net": tuple(BASES), "data": DATA, "arms": tuple(ARMS), "steps": STEPS}
        for name, options in known.items():
            if getattr(self, name) not in options:
                found = f"{getattr(self, name)!r:.80}"
                raise InputError(f"map_{name} must be one of {', '.join(map(str, options))}, got {found}")
        if not 1 <= self.seeds <= MAX_SEEDS:
            raise InputError(f"map_seeds must be 1 to {MAX_SEEDS}, got {self.seeds}")
        for name, text in (("x", self.x), ("y", self.y)):
            object.__setattr__(self, name, axis_text(*axis_parts(text)))  # in one form, without spaces

    @property
    def base(self) -> RunConfig:
        """The recipe that all networks share."""
        base = BASES[self.net]
        return base.with_fields(dataset=self.data) if self.net == POINTS else base

    @property
    def blind_to_distance(self) -> bool:
        """Whether an arm cannot tell a point x from 2x: layer norm after a first layer without bias."""
        return self.net == POINTS and self.arms == "bn_ln"

    def sweep(self) -> Sweep:
        """Return the sweep; raises InputError when it is invalid or too large."""
        sweep = Sweep(self.base, parse_axis(self.x), parse_axis(self.y), ARMS[self.arms], self.seeds, self.steps)
        check_size(sweep)
        return sweep

    def to_query(self) -> dict[str, str]:
        """Return the settings that differ from the default map, as query parameters."""
        plain = MapRequest()
        return {
            f"map_{f.name}": str(getattr(self, f.name))
            for f in fields(self)
            if getattr(self, f.name) != getattr(plain, f.name)
        }

    def command(self) -> str:
        """Return the command line that trains the same map."""
        plain, base = RunConfig(), self.base
        changed = [
            f"{f.name}={format_value(getattr(base, f.name))}"
            for f in fields(base)
            if getattr(base, f.name) != getattr(plain, f.name)
        ]
        words = ["python -m bnviz sweep", *(f"--set {change}" for change in changed)]
        if self.arms != "bn":
            words.append("--arms none,batch,layer")
        words += [f"--x {self.x}", f"--y {self.y}", f"--seeds {self.seeds}", f"--steps {self.steps}"]
        return " ".join(words)


def from_query(query: Mapping[str, str]) -> tuple[MapRequest, str | None]:
    """Read settings from query parameters; wrong ones are left out and reported.

    Returns:
        The settings, and the first error or None.
    """
    found: dict[str, str | int] = {}
    error = None
    for f in fields(MapRequest):
        text = query.get(f"map_{f.name}")
        if text is None:
            continue
        try:
            value = _whole(f.name, text) if f.name in ("seeds", "steps") else text
            MapRequest(**{f.name: value})  # type: ignore[arg-type]
        except InputError as wrong:
            error = error or str(wrong)
        else:
            found[f.name] = value
    return MapRequest(**found), error  # type: ignore[arg-type]


def axis_parts(text: str) -> tuple[str, float, float, int]:
    """Return field, low, high and count of an axis that a map may have; raises InputError for others."""
    axis = parse_axis(text)
    if axis.field not in AXES or ":" not in text:
        raise InputError(f"a map's axis is FIELD=LOW:HIGH:COUNT with one of {', '.join(AXES)}, got {text!r:.80}")
    low, high, count = text.partition("=")[2].split(":")
    if int(count) > MAX_SIDE or not float(low) < float(high):
        raise InputError(f"a map's axis rises in 2 to {MAX_SIDE} values, got {text!r:.80}")
    return axis.field, float(low), float(high), int(count)


def axis_text(field: str, low: float, high: float, count: int) -> str:
    """Return the text that ``axis_parts`` reads."""
    whole = isinstance(parse_axis(AXES[field]).values[0], int)
    ends = (int(low), int(high)) if whole else (float(low), float(high))
    return f"{field}={ends[0]}:{ends[1]}:{count}"


def _whole(name: str, text: str) -> int:
    number = count_of(text)
    if number is None:
        raise InputError(f"map_{name} must be a whole number, got {text!r:.80}")
    return number
