"""What cannot be seen, and why, in words: values without numbers, transforms, compiled and scripted modules."""

from __future__ import annotations

import gc
import sys

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor

COMPILED = "it runs inside torch.compile, which calls no hooks"
SCRIPTED = "it runs as TorchScript, which calls no hooks"
TRANSFORMED = "it ran inside a transform of torch.func (vmap, grad), where values cannot be read"
TRACED = "it ran while torch traced, captured or intercepted its operations, which would have seen ours as well"
OTHER_THREAD = "it ran in another thread (a replica of DataParallel, for example)"


def no_numbers(value: object) -> str | None:
    """Return why the numbers of a tensor cannot be read, or None where they can."""
    if not isinstance(value, Tensor):
        return f"its input is {type(value).__name__}, not one tensor"
    if torch._C._functorch.is_functorch_wrapped_tensor(value):
        return TRANSFORMED
    if isinstance(value, FakeTensor) or value.is_meta:
        return "its input has a shape but no numbers (a fake tensor, or one on the device meta)"
    if value.is_nested or value.is_sparse or value.is_quantized or not value.is_floating_point():
        return f"its input is not a dense tensor of real numbers ({value.dtype}, layout {value.layout})"
    return "its input was empty" if not value.numel() else None


def no_place() -> str | None:
    """Return why nothing may be computed at this place of a program, or None where it may.

    An operation of ours would become part of a trace, of a captured CUDA graph, or of what a checkpoint that chooses
    operations keeps, and inside of a transform of torch.func it would be transformed.
    """
    if torch._C._functorch.peek_interpreter_stack() is not None:
        return TRANSFORMED
    has_cuda = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    is_captured = has_cuda and torch.cuda.is_current_stream_capturing()
    if torch._C._len_torch_dispatch_stack() or torch._C._get_tracing_state() is not None or is_captured:
        return TRACED
    return None


def is_backward() -> bool:
    """Return whether a backward pass is at work: a forward pass inside it is the recomputation of a checkpoint."""
    return torch._C._current_graph_task_id() != -1


def hidden_modules(model: nn.Module) -> dict[nn.Module, str]:
    """Return the modules whose hooks are not called when the model runs, each with the reason."""
    hidden: dict[nn.Module, str] = {}
    for module in model.modules():
        reason = COMPILED if _is_compiled(module) else SCRIPTED if isinstance(module, torch.jit.ScriptModule) else None
        if reason is not None:
            for inner in module.modules():
                hidden.setdefault(inner, reason)
    return hidden


def is_compiled_elsewhere(model: nn.Module) -> bool:
    """Return whether torch.compile made another module of this one, which runs it without calling its hooks."""
    if "torch._dynamo" not in sys.modules:
        return False
    return any(type(each) is dict and each.get("_orig_mod") is model for each in gc.get_referrers(model))


def _is_compiled(module: nn.Module) -> bool:
    if getattr(module, "_compiled_call_impl", None) is not None:
        return True
    return type(module).__name__ == "OptimizedModule" and type(module).__module__.startswith("torch._dynamo")
