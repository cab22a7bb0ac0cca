"""Watcher: counts the steps of a loop, observes some of them, and keeps what was seen in a history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from time import perf_counter
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.norm_records import PHASES, NormRecords
from bnviz.telemetry.records import Frame, Mark
from bnviz.telemetry.run_description import RunDescription
from bnviz.watching.budget import Budget, quiet
from bnviz.watching.coverage import Coverage, coverage_of
from bnviz.watching.describe import describe
from bnviz.watching.flow import Event
from bnviz.watching.frames import FrameLayers, rewritten
from bnviz.watching.layers import SeenLayer, head_of, layers_of
from bnviz.watching.model_hooks import ModelHooks, Places
from bnviz.watching.modes import Modes
from bnviz.watching.norm_calls import Row, rows_of
from bnviz.watching.norm_table import NormTable
from bnviz.watching.passes import Pass
from bnviz.watching.scalars import Given, Scalars, WarnOnce, one_number
from bnviz.watching.updates import FOREIGN, Updates, is_foreign
from bnviz.watching.weights import gradient_norms, to_floats

NAN = float("nan")
MAX_LOOKED_AT = 512
"""Most layers whose modes are compared at every step, which costs some 0.3 us each; of more only at observed ones."""
MAX_CALLS = 16
"""Most calls of one layer in one step and phase that are kept; all are counted."""


class Watcher:
    """Records every ``every``-th step of a training loop outside of bnviz; see ``bnviz.watch``.

    It is a context manager; ``history`` fills while the loop runs inside the block.
    """

    def __init__(self, model: nn.Module, optimizer: Optimizer | None, every: int, share: float) -> None:
        self._model, self._optimizer, self._every = model, optimizer, every
        self._budget = Budget(share, free=max(2, 20 // every))
        self._table, self._layers, self._modes = NormTable(), FrameLayers(), Modes()
        self._hooks = ModelHooks(model, self._table, self, self._budget)
        self._handles: list[RemovableHandle] = []
        self._writers: list[Any] = []
        self._warn = WarnOnce()
        self._scalars = Scalars(self._warn)
        self._updates = Updates(model)
        self._remarks: tuple[str, ...] = ()
        self._step = self._frames = self._observed = self._evaluations = 0
        self._is_due = self._is_training = self._is_open = self._is_passing = False
        self._failure = ""
        self._called: Counter[str] = Counter()
        self._entered: set[nn.Module] = set()  # from outside, in this step
        self._rows: list[Row] = []
        self._calls: Counter[tuple[int, int]] = Counter()
        self._pass: Pass | None = None
        self._pass_modules: set[nn.Module] = set()
        self._candidate: tuple[str, list[SeenLayer], Event | None] | None = None
        self._gradients: list[Tensor | None] | None = None
        self._table.find(model)
        self._described = 0  # normalization layers that the description names
        self.history = RunHistory(self._description())

    @property
    def model(self) -> nn.Module:
        """The watched model."""
        return self._model

    @property
    def step(self) -> int:
        """Number of steps so far: of the optimizer, or without one of calls of the model in training mode.

        Without an optimizer, calls in evaluation mode count as steps until the first one in training mode.
        """
        return self._step

    @property
    def coverage(self) -> Coverage:
        """Which layers are watched, and which are not and why; what is called is known after the first step."""
        return coverage_of(
            self._model,
            self._table,
            self._hooks,
            steps=self._step,
            frames=self._frames,
            observed=self._observed,
            called=self._called,
            remarks=[*filter(None, (self._failure, *self._remarks, self._updates.sentence(self._step)))],
            left_out=self._layers.left_out,
        )

    def log(
        self,
        train_loss: Given = None,
        train_accuracy: Given = None,
        test_loss: Given = None,
        test_accuracy: Given = None,
        *more: object,
        **others: object,
    ) -> None:
        """Add numbers that only the loop knows; each is kept until the next call that gives it.

        Call it with train_loss between ``backward`` and ``step`` to draw the loss curve. Whatever is no number, or has
        another name, is told once and not kept.
        """
        given = self._scalars.read((train_loss, train_accuracy, test_loss, test_accuracy), more, others)
        if given[0] is not None:
            self.history.add_losses([given[0]])
        if given[2] is not None or given[3] is not None:
            self.history.add_evaluation(0, self._step, *self._scalars.values[2:])

    def leave_out(self, seconds: float) -> None:
        """Report time that is not the loop's, an evaluation for example: its share is not spent on observing."""
        if (number := one_number(seconds)) is None:
            self._warn.once(f"leave_out takes seconds, got {type(seconds).__name__}")
        else:
            self._budget.leave_out(number)

    def log_to(self, writer: object) -> None:
        """Also write what is observed to TensorBoard, or to any writer with ``add_scalar`` and ``add_histogram``.

        ::

            watcher.log_to(SummaryWriter("runs/mine"))

        Raises:
            InputError: the writer has no such methods.
        """
        # By name: what the packages of others need stands above the watch.
        self._writers.append(import_module("bnviz.integrations.tensorboard").HistoryWriter(writer, self.history))

    def __enter__(self) -> Self:
        if self._is_open:
            return self
        self._is_open = True
        try:
            self._guard(self._begin)
        except BaseException:  # an interrupt: the block is not entered
            self._is_open = False
            self._remove_hooks()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_open:
            return
        self._is_open = False
        try:
            self._remove_hooks()
            if not self._failure:
                with torch.no_grad():
                    self._end()
        except Exception as failure:
            self.failed(failure)
        self.history.describe(self._description())
        if kind is None and not self._frames and not self._failure and (self._step or self._hooks.is_hidden):
            self._warn.once(self.coverage.no_frames)
        elif kind is None and (calls := self._updates.sentence(self._step)):
            self._warn.once(calls)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the history in a notebook."""
        return self.history._repr_mimebundle_(include, exclude)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is None: what is watched is one model in one loop."""
        return type(None), ()

    def _begin(self) -> None:
        """Remember the modes, and place the hooks."""
        self._modes.changed_modes(self._table.norms)
        self._modes.changed_flags(self._table.norms)
        if self._optimizer is not None:
            self._handles.append(self._optimizer.register_step_pre_hook(self._before_step))
            self._handles.append(self._optimizer.register_step_post_hook(self._after_step))
            if is_foreign(self._model, self._optimizer):
                self._remarks = (FOREIGN,)
                self._warn.once(FOREIGN)
        self._hooks.place("all")  # what the loop calls is not known yet
        self._choose()

    def _remove_hooks(self) -> None:
        self._hooks.close()
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def began(self, module: nn.Module, has_gradients: bool) -> Pass | None:
        """Decide whether a call from outside is observed; it may begin a new step."""
        phase = "evaluation" if not self._model.training else "training" if has_gradients else "no_grad"
        self._called[self._hooks.names.get(module, "")] += 1
        if self._optimizer is None:
            self._count(module, phase)
        self._entered.add(module)
        if not self._is_due and (phase == "training" or not self._is_due_to_evaluate()):
            return None
        if self._pass is None or module is self._model or module in self._pass_modules or self._pass.phase != phase:
            with quiet(self._budget):
                self._finish_pass()
            by_calls = self._optimizer is None and not self._is_training
            may_be_a_step = phase == "training" or by_calls or (phase == "evaluation" and has_gradients)
            self._pass = Pass(phase, self._hooks.names, self._table, self._is_due and may_be_a_step)
        self._pass_modules.add(module)
        return self._pass

    def ended(self, module: nn.Module) -> None:
        """End the pass where the whole model was called."""
        if self._pass is not None and (module is self._model or self._is_passing):
            with quiet(self._budget):
                self._finish_pass()
        if self._is_passing:
            self._is_passing = False
            self._hooks.place("model")

    def failed(self, error: Exception) -> None:
        """Stop recording, and say so once: in the history, and as a warning."""
        if self._failure:
            return
        self._failure = f"recording stopped at step {self._step}: {type(error).__name__}: {error!s:.300}"
        self._pass, self._candidate, self._rows = None, None, []
        self._is_due = False
        self.history.add_mark(Mark(self._step, "changed", self._failure))
        self._warn.once(self._failure)

    def _count(self, module: nn.Module, phase: str) -> None:
        """Count steps by the calls of the model, where no optimizer tells them."""
        if phase == "training" and not self._is_training:
            self._is_training = True
        elif self._is_training and phase != "training":
            return
        self._updates.look()
        if module in self._entered:
            self._tell(self._modes.changed_modes(self._table.norms))
            self._close_step(is_updated=False)

    def _is_due_to_evaluate(self) -> bool:
        """Return whether this call in evaluation mode, or without gradients, is observed between observed steps."""
        if self._optimizer is None and not self._is_training:
            return False  # these calls are the steps
        self._evaluations += 1
        if (self._evaluations - 1) % self._every or self._failure or not self._budget.allows():
            return False
        self._is_passing = True
        self._hooks.place("layers")
        return True

    def _before_step(self, _optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:  # noqa: ANN401
        self._guard(self._prepare_update)

    def _after_step(self, _optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:  # noqa: ANN401
        if self._failure:
            self._step += 1
        else:
            self._guard(self._close_step, True)

    def _guard(self, action: Callable[..., None], *arguments: object) -> None:
        """Call a method; what goes wrong ends the recording and never the loop."""
        if self._failure:
            return
        try:
            action(*arguments)
        except Exception as error:
            self._hooks.close()
            self.failed(error)

    @property
    def _has_seen(self) -> bool:
        """Whether anything of this step was observed."""
        return self._pass is not None or self._candidate is not None or bool(self._rows)

    def _prepare_update(self) -> None:
        """Tell changed modes, and keep the gradients that the optimizer is about to use."""
        if self._is_due or len(self._table.norms) <= MAX_LOOKED_AT:
            self._tell(self._modes.changed_modes(self._table.norms))
        if self._has_seen:
            with quiet(self._budget):
                self._finish_pass()
                self._gradients = self._gradient_norms()

    def _gradient_norms(self) -> list[Tensor | None]:
        """Return the norms of the layers' gradients, the head's, then those of gamma and beta of every norm."""
        _, layers, head = self._candidate or ("", [], None)
        linear = [None if event is None else event.weight for event in (*(layer.linear for layer in layers), head)]
        return gradient_norms([*linear, *self._table.affine_parameters()])

    def _finish_pass(self) -> None:
        """Reduce the normalizations of the pass to numbers; its layers may become a frame."""
        finished, self._pass, self._pass_modules = self._pass, None, set()
        if finished is None:
            return
        phase = PHASES.index(finished.phase)
        for row in rows_of(finished.norm_calls):
            norm = row["norm"]
            call = self._calls[norm, phase]
            self._calls[norm, phase] += 1
            known = self._table.norms[norm]
            self._tell(self._modes.changed_finiteness(norm, known.name, known.channels, row["not_finite"]))
            if call < MAX_CALLS:
                self._rows.append(row | {"step": self._step, "phase": phase, "call": call})
        if finished.events:
            self._observed += self._candidate is None
        is_better = finished.phase == "training" or self._candidate is None or self._candidate[0] != "training"
        if finished.keeps_rows and is_better and (layers := layers_of(finished.events)):
            self._candidate = (finished.phase, layers, head_of(finished.events))
            self._gradients = None  # those of an earlier pass belong to other layers

    def _close_step(self, is_updated: bool) -> None:
        """Turn what was observed in this step into records and a frame, and choose what the next one is."""
        if self._has_seen:
            with quiet(self._budget):
                self._finish_pass()
                if is_updated and self._gradients is None:
                    self._gradients = self._gradient_norms()  # forward and backward ran inside of step(closure)
                self._keep(is_updated)
        self._entered.clear()
        self._step += 1
        if self._is_due or self._step % self._every == 0:
            self._choose()

    def _keep(self, is_updated: bool) -> None:
        _, layers, head = self._candidate or ("", [], None)
        gradients = to_floats(self._gradients) if self._gradients is not None else []
        of_norms = gradients[len(layers) + 1 :]
        if layers:
            self._add_frame(layers, head, gradients[: len(layers) + 1] or [NAN] * (len(layers) + 1), is_updated)
        if self._rows:
            calls = NormRecords.of_rows([self._completed(row, of_norms) for row in self._rows])
            self.history.add_norm_records(calls)
            for writer in self._writers:
                writer.write(None, calls)
        self._rows, self._candidate, self._gradients = [], None, None
        self._calls.clear()

    def _completed(self, row: Row, gradients: Sequence[float]) -> Row:
        norm, phase = row["norm"], row["phase"]
        own = gradients[2 * norm : 2 * norm + 2] if phase == 0 else ()
        gamma, beta = own if len(own) == 2 else (NAN, NAN)
        return row | {"calls": self._calls[norm, phase], "grad_gamma": gamma, "grad_beta": beta}

    def _add_frame(
        self, layers: list[SeenLayer], head: Event | None, gradients: Sequence[float], is_updated: bool
    ) -> None:
        former = self._layers.add(layers)
        record = self._layers.record(layers, head, gradients, self._scalars.values, is_updated)
        self._frames += 1
        if former is not None or self._described != len(self._table.norms):
            self._described = len(self._table.norms)
            frames = [rewritten(f, former, self._layers.n_units) for f in self.history.frames] if former else None
            self.history.describe(self._description(), frames)
        self.history.add_frame(frame := Frame(self._step, (record,)))
        for writer in self._writers:
            writer.write(frame)

    def _choose(self) -> None:
        """Decide whether this step is observed, and place the hooks for it."""
        started = perf_counter()
        self._is_due = not self._failure and self._step % self._every == 0 and self._budget.allows()
        if self._is_due:
            self._tell(self._modes.changed_flags(self._table.norms))
        by_calls = "" in self._called
        places: Places = ("layers" if by_calls else "all") if self._is_due else "model"
        if self._optimizer is None and not by_calls:
            places = "all"  # only a call from outside tells that a step begins
        self._hooks.place(places)
        self._budget.add(started, calls=0)

    def _end(self) -> None:
        """Keep what the last step gave; without an optimizer it is complete, with one it was not updated."""
        self._finish_pass()
        self._hooks.look_around()  # what was compiled meanwhile
        if self._optimizer is not None:
            self._candidate = None
        else:
            self._updates.look()
        is_step = self._optimizer is None and bool(self._entered)
        self._keep(is_updated=False)
        self._step += is_step

    def _tell(self, changes: Sequence[str]) -> None:
        for change in changes:
            self.history.add_mark(Mark(self._step, "changed", f"{change} from step {self._step}"[:500]))

    def _description(self) -> RunDescription:
        return describe(self._model, self.coverage, self._layers)
