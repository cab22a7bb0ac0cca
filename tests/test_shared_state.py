"""Nothing is shared and changed behind a user's back, and every thread has a name of ours."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from house import imported, sources, where

MUTATORS = {
    "append",
    "extend",
    "insert",
    "remove",
    "pop",
    "clear",
    "update",
    "add",
    "discard",
    "setdefault",
    "popitem",
    "sort",
    "reverse",
    "appendleft",
    "popleft",
}
MUTABLE_CALLS = {"list", "dict", "set", "defaultdict", "deque", "OrderedDict", "Counter", "bytearray"}
# State of the process, not of a user, each behind a lock of its own.
PROCESS_WIDE = {
    ("bnviz.data.fetch", "_BUSY"),
    ("bnviz.data._torchvision", "_KEPT"),
    ("bnviz.training.device_trial", "_tried"),
}


def module_level_mutables(tree: ast.Module) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        literal = isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp))
        called = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in MUTABLE_CALLS
        if literal or called:
            found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found


def mutations(tree: ast.AST, names: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """Places that change one of these names: x.append(...), x[k] = ..., del x[k], x += ..., global x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if node.func.attr in MUTATORS and isinstance(owner, ast.Name) and owner.id in names:
                yield node, owner.id
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            if isinstance(node.value, ast.Name) and node.value.id in names:
                yield node, node.value.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            if node.target.id in names:
                yield node, node.target.id
        elif isinstance(node, ast.Global):
            yield from ((node, name) for name in node.names)


def test_nothing_at_module_level_is_shared_and_changed():
    broken = [
        f"{where(file, node)}: {name} is shared by all users and changed here"
        for file, tree in sources().items()
        for node, name in mutations(tree, set(module_level_mutables(tree)))
        if (file, name) not in PROCESS_WIDE
    ]
    assert broken == []


def test_no_class_holds_a_mutable_that_its_instances_share():
    broken = [
        f"{where(file, node)}: {cls.name}.{name} is shared by all instances"
        for file, tree in sources().items()
        for cls in ast.walk(tree)
        if isinstance(cls, ast.ClassDef)
        for name, node in module_level_mutables(ast.Module(cls.body, [])).items()
    ]
    assert broken == []


def test_the_search_for_shared_state_finds_it():
    tree = ast.parse("seen = []\nnames: dict[str, int] = {}\ndef f(x):\n    seen.append(x)\n    names[x] = 1\n")
    assert set(module_level_mutables(tree)) == {"seen", "names"}
    assert [name for _, name in mutations(tree, {"seen", "names"})] == ["seen", "names"]


def test_every_thread_has_a_name_of_ours():
    threading = {
        file: tree
        for file, tree in sources().items()
        if {"threading", "threading.Thread"} & {what for _, what in imported(tree)}
    }
    assert len(threading) > 2
    for file, tree in threading.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "Thread":
                name = next((k.value for k in node.keywords if k.arg == "name"), None)
                assert name is not None, f"{where(file, node)}: a thread without a name"
                assert "bnviz-" in ast.unparse(name), f"{where(file, node)}: its name starts with bnviz-"
