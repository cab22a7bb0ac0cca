"""inspect_checkpoint: what a state dict shows about its normalization layers, without the model's code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from bnviz.config import InputError
from bnviz.diagnosis.checkpoint import LARGEST, Checkpoint, Source, read_checkpoint
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.html_report import MOST_FINDINGS, finding_card
from bnviz.diagnosis.html_style import fragment, page, text
from bnviz.diagnosis.stored_differences import differences, parameter_difference, unmatched
from bnviz.diagnosis.stored_norms import StoredNorm, stored_norms
from bnviz.diagnosis.stored_rules import all_findings
from bnviz.diagnosis.tables import html_table, number, plain, printable, text_table
from bnviz.files.write import atomic
from bnviz.text.catalogue import translate

_SHOWN = 30
_MOST_NAMES = 1000
_ORDER = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class InspectedLayer:
    """One normalization layer of a state dict.

    Attributes:
        name: what its tensors' names begin with.
        channels: number of channels.
        keeps: whether it has running statistics.
        tracked: how many batches they were updated with; None where the file does not say.
        n_not_finite: channels with NaN, infinity or a negative variance.
        mean: root mean square of the running mean; NaN without statistics.
        variance: smallest, median and largest running variance, of the finite ones; empty without statistics.
        gamma: median of |gamma|; NaN without one.
    """

    name: str
    channels: int
    keeps: bool
    tracked: int | None
    n_not_finite: int
    mean: float
    variance: tuple[float, ...]
    gamma: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """What ``inspect_checkpoint`` found.

    Attributes:
        label: name of the file.
        entry: where in the file the state dict is; "" for the file itself.
        tensors: number of tensors.
        values: number of values in them.
        layers: the normalization layers, in the order of the state dict.
        findings: what is wrong, the worst first.
        against: name of the other file, or of this file's averaged weights; "" where nothing was compared.
        moved: ||a - b|| / ||b|| over the parameters of both; NaN where nothing could be compared.
        unmatched: (kind, name, detail) of tensors without a partner; kind is "missing" for one that is not in
            ``entry``, "extra" for one that is only there, or "shape".
        unread: names of tensors that were not looked at.
        also: the other state dicts of the file.
    """

    label: str
    entry: str
    tensors: int
    values: int
    layers: tuple[InspectedLayer, ...]
    findings: tuple[Finding, ...]
    against: str = ""
    moved: float = float("nan")
    unmatched: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def serious(self) -> tuple[Finding, ...]:
        """The findings above "note"."""
        return tuple(finding for finding in self.findings if finding.severity != "note")

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON, with each finding's title and link; NaN becomes None."""
        told = [{**asdict(each), "title": each.title, "cure": each.cure, "link": each.link} for each in self.findings]
        return dict(plain({**asdict(self), "findings": told}))

    def worded(self, language: str = "en") -> str:
        """Return the report in words."""
        lines = list(self.facts(language))
        for finding in self.findings:
            mark = translate(f"diagnosis.severity.{finding.severity}", language)
            lines += [f"[{mark}] {printable(finding.worded('title', language), 400)}"]
            lines += [f"    {finding.worded('cure', language)}"]
        if not self.findings:
            lines.append(translate("reports.inspection.none", language))
        table = text_table(self._heads(language), [_cells(layer) for layer in self._shown()])
        return "\n".join([*lines, "", *table, *self._more(language), translate("reports.inspection.limits", language)])

    def facts(self, language: str = "en") -> Iterator[str]:
        """Yield sentences about the file: what is in it, and what could not be compared."""
        facts = {"label": self.label, "tensors": f"{self.tensors:,}", "values": f"{self.values:,}"}
        keeping = sum(layer.keeps for layer in self.layers)
        yield _said("headline", language, **facts, norms=str(len(self.layers)), keeping=str(keeping))
        if self.entry:
            yield _said("entry", language, entry=self.entry)
        if self.against:
            key = "against" if self.moved == self.moved else "apart"
            yield _said(key, language, label=self.against, moved=number(100 * self.moved))
        of_one_file = {"missing": self.against, "extra": self.entry} if self.against in self.also else {}
        for kind in ("missing", "extra", "shape"):
            names = [f"{name} {detail}" for which, name, detail in self.unmatched if which == kind]
            if names:
                key = "only" if of_one_file.get(kind) else kind
                yield _said(key, language, names=_listed(names, language), label=of_one_file.get(kind, ""))
        if self.unread:
            yield _said("unread", language, names=_listed(self.unread, language))
        if self.also:
            yield _said("also", language, names=_listed(self.also, language))

    def __str__(self) -> str:
        return self.worded()

    def _repr_html_(self) -> str:
        return fragment(self._parts("en"))

    def save(self, path: str | Path, language: str = "en") -> Path:
        """Write the report as .html or .json, by the ending of the path; the page is in a language.

        Raises:
            InputError: another ending.
        """
        target = Path(path)
        if target.suffix == ".json":
            content = json.dumps(self.to_dict(), indent=1, allow_nan=False) + "\n"
        elif target.suffix == ".html":
            title = translate("reports.inspection.title", language, label=printable(self.label))
            content = page(title, self._parts(language), language)
        else:
            raise InputError(f"path: found {target.name!r:.80}, expected a name that ends with .html or .json")
        with atomic(target) as part:
            part.write_text(content, encoding="utf-8")
        return target

    def _parts(self, language: str) -> str:
        head, *facts = self.facts(language)
        notes = "".join(f"<p>{text(each, 400)}</p>" for each in (head, *facts))
        cards = "".join(finding_card(each, language) for each in self.findings[:MOST_FINDINGS])
        found = cards or f"<p>{text(translate('reports.inspection.none', language))}</p>"
        table = html_table(self._heads(language), [_cells(layer) for layer in self._shown()])
        rest = "".join(f"<p><small>{text(each)}</small></p>" for each in self._more(language))
        words = {key: text(translate(f"reports.inspection.{key}", language)) for key in ("about", "findings", "layers")}
        limits = text(translate("reports.inspection.limits", language), 400)
        return (
            f'<header><div class="label">{words["about"]}</div><h1>{text(self.label)}</h1>{notes}</header>'
            f"<section><h2>{words['findings']}</h2>{found}</section>"
            f'<section><h2>{words["layers"]}</h2><div class="scroll">{table}</div>{rest}</section>'
            f'<footer class="foot"><small>{limits}</small></footer>'
        )

    def _shown(self) -> list[InspectedLayer]:
        """Return the layers of the findings first, then the others, as many as a screen holds."""
        named = {finding.layer for finding in self.findings}
        return sorted(self.layers, key=lambda layer: layer.name not in named)[:_SHOWN]

    def _heads(self, language: str) -> list[str]:
        names = ("layer", "channels", "tracked", "mean", "variance", "gamma")
        return [translate(f"reports.inspection.head.{name}", language) for name in names]

    def _more(self, language: str) -> list[str]:
        left = len(self.layers) - _SHOWN
        return [translate("reports.more_layers", language, count=left)] if left > 0 else []


def inspect_checkpoint(
    path: Source, against: Source | None = None, *, entry: str | None = None, largest: int = LARGEST
) -> Inspection:
    """Say what a checkpoint shows about its normalization layers, without the code of the model.

    Only tensors are read; nothing that the file holds is executed (see ``read_checkpoint``). Without ``against``, a
    file that holds averaged weights beside the model's is compared with itself: the average against the model.

    Args:
        path: a .pt, .pth or .safetensors file with a state dict, its bytes, or the state dict itself.
        against: another one of the same architecture that is right, such as the model of an average.
        entry: which state dict, where a file holds several, such as "model_ema".
        largest: bytes that a file may have.

    Raises:
        InputError: a file cannot be read, is damaged, or holds more than tensors.
    """
    mine = read_checkpoint(path, entry, largest)
    label, second = _second(mine, against, largest)
    other = None if second is None else stored_norms(second)
    norms = stored_norms(mine.tensors, _keeping(other or ()))
    found = list(all_findings(norms, mine.tensors))
    if second is not None and other is not None:
        if against is None:  # the average is what may lack something
            averages = stored_norms(second, _keeping(norms))
            seen = [_prefixed(each, f"{label}.") for each in differences(averages, norms, second, mine.tensors)]
        else:
            seen = list(differences(norms, other, mine.tensors, second))
        found = [*_explained(found, seen), *seen]
    return Inspection(
        label=mine.label,
        entry=mine.entry,
        tensors=len(mine.tensors),
        values=sum(each.numel() for each in mine.tensors.values()),
        layers=tuple(_layer(norm) for norm in norms),
        findings=tuple(sorted(found, key=lambda each: _ORDER.index(each.severity))),
        against=label,
        moved=float("nan") if second is None else parameter_difference(mine.tensors, second),
        unmatched=() if second is None else tuple(unmatched(mine.tensors, second))[:_MOST_NAMES],
        unread=mine.unread[:_MOST_NAMES],
        also=tuple(mine.others)[:_MOST_NAMES],
    )


def _second(mine: Checkpoint, against: Source | None, largest: int) -> tuple[str, Mapping[str, Tensor] | None]:
    """Return the label and the tensors that are compared with: of the other file, or of this file's average."""
    if against is not None:
        other = read_checkpoint(against, None, largest)
        return other.label, other.tensors
    return mine.average() or ("", None)


def _keeping(norms: Iterable[StoredNorm]) -> frozenset[str]:
    return frozenset(norm.name for norm in norms if norm.keeps)


def _explained(found: Iterable[Finding], seen: list[Finding]) -> list[Finding]:
    """Leave out "never-updated" where the comparison says why: the buffers were not copied."""
    codes = {each.code for each in seen}
    return [each for each in found if not (each.code == "never-updated" and "missing-buffers" in codes)]


def _prefixed(finding: Finding, prefix: str) -> Finding:
    layer = f"{prefix}{finding.layer}"[:2000]
    return Finding(finding.code, finding.severity, layer, finding.channels, finding.evidence)


def _layer(norm: StoredNorm) -> InspectedLayer:
    nan = float("nan")
    spread: tuple[float, ...] = ()
    if norm.variance is not None and len(good := norm.variance[norm.variance.isfinite()]):
        spread = (float(good.min()), float(good.median()), float(good.max()))
    return InspectedLayer(
        name=norm.name[:2000],
        channels=norm.channels,
        keeps=norm.keeps,
        tracked=norm.tracked,
        n_not_finite=int(norm.bad.sum()),
        mean=nan if norm.mean is None else float(norm.mean.square().mean().sqrt()),
        variance=spread,
        gamma=nan if norm.gamma is None else float(norm.gamma.abs().median()),
    )


def _cells(layer: InspectedLayer) -> list[str]:
    spread = f"{number(layer.variance[0])} … {number(layer.variance[2])}" if layer.variance else ""
    name, tracked = printable(layer.name) or "(model)", "" if layer.tracked is None else f"{layer.tracked:,}"
    mean, gamma = ("" if each != each else number(each) for each in (layer.mean, layer.gamma))
    return [name, str(layer.channels), tracked, mean, spread, gamma]


def _said(key: str, language: str, **places: str) -> str:
    return translate(
        f"reports.inspection.{key}", language, **{name: printable(each, 400) for name, each in places.items()}
    )


def _listed(names: Iterable[str], language: str) -> str:
    every = list(names)
    told = ", ".join(printable(name, 60) for name in every[:5])
    more = len(every) - 5
    return f"{told}, {translate('reports.and_more', language, count=more)}" if more > 0 else told
