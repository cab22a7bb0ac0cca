"""The values that a field accepts: one description for the widget and for the check."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.config.errors import InputError
from bnviz.config.numbers import number, whole_number, written

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number in [lo, hi].

    Attributes:
        lo: smallest accepted value.
        hi: largest accepted value.
        default: value of a new config.
        log: whether a slider moves by factors.
        integer: whether only whole numbers are accepted.
        optional: whether None ("none" in text) is accepted too.
    """

    lo: float
    hi: float
    default: float | int | None
    log: bool = False
    integer: bool = False
    optional: bool = False

    def check(self, name: str, value: Value) -> None:
        """Raise InputError unless value lies within these bounds."""
        if value is None and self.optional:
            return
        accepted = f"{'a whole number' if self.integer else 'a number'} from {written(self.lo)} to {written(self.hi)}"
        if self.optional:
            accepted += " or none"
        right_type = isinstance(value, int if self.integer else (int, float)) and not isinstance(value, bool)
        if not right_type or not self.lo <= value <= self.hi:  # type: ignore[operator]  # NaN is outside of every range
            raise InputError(f"{name} must be {accepted}, got {_found(value)}")

    def parse(self, name: str, text: str) -> Value:
        """Read a value from text; raises InputError for any other text."""
        if self.optional and text.lower() == "none":
            return None
        try:
            value: Value = whole_number(text) if self.integer else number(text)
        except InputError:
            self.check(name, text)  # raises with the message of a wrong number
            raise
        self.check(name, value)
        return value


def _found(value: Value) -> str:
    """Return a wrong value as it is shown; one that takes more digits than can be read keeps its exponent."""
    if isinstance(value, int | float) and not isinstance(value, bool) and (value == 0 or 1e-12 <= abs(value) < 1e15):
        return written(value)
    return f"{value!r:.80}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words."""

    options: tuple[str, ...]
    default: str

    def check(self, name: str, value: Value) -> None:
        """Raise InputError unless value is one of the options."""
        if value not in self.options:
            raise InputError(f"{name} must be one of {', '.join(self.options)}, got {value!r:.80}")

    def parse(self, name: str, text: str) -> Value:
        """Read a value from text; raises InputError for any other text."""
        self.check(name, text)
        return text


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    default: bool

    def check(self, name: str, value: Value) -> None:
        """Raise InputError unless value is a bool."""
        if not isinstance(value, bool):
            raise InputError(f"{name} must be true or false, got {value!r:.80}")

    def parse(self, name: str, text: str) -> Value:
        """Read true/false (also 1/0, yes/no) from text."""
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        if text.lower() not in words:
            raise InputError(f"{name} must be true or false, got {text!r:.80}")
        return words[text.lower()]


@dataclass(frozen=True, slots=True)
class Name:
    """A short printable name, of a data set or of a user's file."""

    default: str
    longest: int = 400

    def check(self, name: str, value: Value) -> None:
        """Raise InputError unless value is a printable name of bounded length."""
        if not isinstance(value, str) or not 0 < len(value) <= self.longest or not value.isprintable():
            raise InputError(f"{name} must be a name of 1 to {self.longest} printable characters, got {value!r:.80}")

    def parse(self, name: str, text: str) -> Value:
        """Read a name from text."""
        self.check(name, text)
        return text


@dataclass(frozen=True, slots=True)
class Numbers:
    """A choice of layers: "all", or rising numbers from 1 with points between them ("1.3.8").

    Commas are not possible, because they separate the arms of an experiment in its text form.
    """

    default: str
    highest: int = 64

    def check(self, name: str, value: Value) -> None:
        """Raise InputError unless value is "all" or rising whole numbers."""
        if value == "all":
            return
        parts = value.split(".") if isinstance(value, str) and len(value) <= 400 else []
        numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 3]
        rising = all(low < high for low, high in zip([0, *numbers], numbers, strict=False))
        written = ".".join(map(str, numbers))
        if not numbers or written != value or not rising or numbers[-1] > self.highest:
            raise InputError(
                f"{name} must be all or rising layer numbers from 1 to {self.highest} such as 1.3.8, got {value!r:.80}"
            )

    @staticmethod
    def includes(value: str, number: int) -> bool:
        """Return whether a layer is among the numbers."""
        return value == "all" or str(number) in value.split(".")

    def parse(self, name: str, text: str) -> Value:
        """Read the numbers from text."""
        self.check(name, text)
        return text


Field = Bounds | Choice | Flag | Name | Numbers
