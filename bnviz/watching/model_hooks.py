"""ModelHooks: places hooks on a model, and leads what runs to the pass that is being observed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

import torch
from torch import nn
from torch.overrides import _get_current_function_mode
from torch.utils.hooks import RemovableHandle

from bnviz.watching.budget import Budget, quiet
from bnviz.watching.functions import FunctionMode
from bnviz.watching.hooks import Hook, place
from bnviz.watching.nonlinearities import LINEAR, nonlinearity_of
from bnviz.watching.norm_table import NormTable
from bnviz.watching.passes import OpenCall, Pass, Role
from bnviz.watching.unseen import OTHER_THREAD, hidden_modules, is_backward, no_place

Places = Literal["none", "model", "layers", "all"]


class Listener(Protocol):
    """What is told when the model runs."""

    def began(self, module: nn.Module, has_gradients: bool) -> Pass | None:
        """A module is called from outside of the model; returns the pass to observe, or None."""

    def ended(self, module: nn.Module) -> None:
        """That call has ended."""

    def failed(self, error: Exception) -> None:
        """Observing failed; no further call is reported."""


class ModelHooks:
    """Hooks on a model and their bookkeeping; the model itself is not changed otherwise.

    Args:
        model: the watched model.
        table: its normalization layers.
        listener: is told of calls from outside.
        budget: gets the time that is spent here.
    """

    def __init__(self, model: nn.Module, table: NormTable, listener: Listener, budget: Budget) -> None:
        self.model, self.names = model, {module: name for name, module in model.named_modules()}
        self.hidden: dict[nn.Module, str] = {}
        self.ran: set[nn.Module] = set()
        self.roles: dict[nn.Module, Role] = {}
        self._table, self._listener, self._budget = table, listener, budget
        self._before, self._after = Hook(self._before_module), Hook(self._after_module)
        self._handles: list[RemovableHandle] = []
        self._places: Places = "none"
        self._open: list[OpenCall] = []
        self._pass: Pass | None = None
        self._mode: FunctionMode | None = None
        self._thread: int | None = None
        self.unseen: Counter[str] = Counter()

    def place(self, places: Places) -> None:
        """Place hooks on the model alone, on the layers that are observed, or on every module; remove all others."""
        if places == self._places and places in ("none", "model"):
            return
        self.remove()
        self._places = places
        if places == "none":
            return
        if places != "model":
            self.look_around()
        wanted = [] if isinstance(self.model, torch.jit.ScriptModule) else [self.model]  # which refuses hooks
        if places != "model":
            layers = [m for m, role in self.roles.items() if places == "all" or role != "other"]
            wanted += [m for m in layers if m is not self.model and m not in self.hidden]
        for module in wanted:
            self._handles += place(module, self._before, self._after)

    def remove(self) -> None:
        """Remove all hooks."""
        for handle in self._handles:
            handle.remove()
        self._handles, self._places = [], "none"

    def close(self) -> None:
        """Remove all hooks, and the function mode where an interrupt left it."""
        self.remove()
        self._leave()
        self._open = []

    @property
    def is_hidden(self) -> bool:
        """Whether hooks of the model itself are not called."""
        return self.model in self.hidden

    def look_around(self) -> None:
        """Find modules that were added since, and what each of them is."""
        self._table.find(self.model)
        self.hidden = hidden_modules(self.model)
        self.names = {module: name for name, module in self.model.named_modules()}
        self.roles = {module: self._role(module) for module in self.names}

    def _role(self, module: nn.Module) -> Role:
        if self._table.of_module(module) is not None:
            return "norm"
        if isinstance(module, LINEAR):
            return "linear"
        return "other" if nonlinearity_of(module) is None else "nonlinearity"

    def _before_module(self, module: nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        if is_backward() or not self._is_own_thread():
            return
        try:
            if not self._open or module is self.model:  # the model is outermost, also after an interrupt
                self._enter(module)
            call = OpenCall(self.roles.get(module, "other"), module)
            self._open.append(call)
            if self._pass is not None and self._may_compute():
                with quiet(self._budget):
                    self._pass.before_module(call, args or tuple(kwargs.values()))
        except Exception as error:
            self._fail(error)

    def _after_module(
        self, module: nn.Module, _args: Sequence[Any], _kwargs: Mapping[str, Any], output: object
    ) -> None:
        if not self._open or is_backward() or not self._is_own_thread():
            return
        try:
            while (call := self._open.pop()).module is not module and self._open:
                pass
            has_run = self._pass is not None and output is not None and call.module is module
            if has_run:
                self.ran.add(module)
            if has_run and self._pass is not None and self._may_compute():
                with quiet(self._budget):
                    self._pass.after_module(call, output)
            if not self._open:
                self._leave()
                self._listener.ended(module)
        except Exception as error:
            self._fail(error)

    def _enter(self, module: nn.Module) -> None:
        self._open.clear()
        self._leave()
        if (why := no_place()) is not None:
            self.unseen[why] += 1
            return
        self._pass = self._listener.began(module, torch.is_grad_enabled())
        if self._pass is not None and not self.hidden:
            self._mode = FunctionMode(self._before_function, self._after_function)
            self._mode.__enter__()  # type: ignore[no-untyped-call]

    def _leave(self) -> None:
        mode, self._mode, self._pass = self._mode, None, None
        if mode is not None and _get_current_function_mode() is mode:  # type: ignore[no-untyped-call]
            mode.__exit__(None, None, None)  # type: ignore[no-untyped-call]

    def _before_function(
        self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> OpenCall | None:
        if self._pass is None or is_backward() or no_place() is not None:
            return None
        try:
            with quiet(self._budget):
                return self._pass.before_function(function, args, kwargs, self._open[-1] if self._open else None)
        except Exception as error:
            self._fail(error)
        return None

    def _after_function(self, call: object, output: object) -> None:
        if self._pass is None or not isinstance(call, OpenCall):
            return
        try:
            with quiet(self._budget):
                self._pass.after_function(call, output, self._open[-1] if self._open else None)
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """End the recording; the loop continues."""
        self.close()
        self._listener.failed(error)

    def _may_compute(self) -> bool:
        """Return whether the present place allows operations of ours; if not, count the reason."""
        why = no_place()
        if why is not None:
            self.unseen[why] += 1
        return why is None

    def _is_own_thread(self) -> bool:
        me = threading.get_ident()
        if self._thread is None:
            self._thread = me
        if self._thread != me:
            self.unseen[OTHER_THREAD] += 1
        return self._thread == me
