"""The lines of code to copy, by door and by where they run; they are the same in every language."""

from __future__ import annotations

from collections.abc import Mapping

_WATCH = """import bnviz

with bnviz.watch(model, optimizer) as watcher:
    train(model, optimizer)
bnviz.save(watcher.history, "run.npz")"""

_LIGHTNING = """from bnviz.integrations.lightning import WatchCallback

watching = WatchCallback(every=10, path="run.npz")
trainer = lightning.Trainer(callbacks=[watching])
trainer.fit(model, loader)"""

_TRANSFORMERS = """from bnviz.integrations.transformers import WatchCallback

watching = WatchCallback(every=10, path="run.npz")
trainer = Trainer(model, arguments, train_dataset=data, callbacks=[watching])
trainer.train()"""

_SKORCH = """from bnviz.integrations.skorch import WatchCallback

watching = WatchCallback(every=10, path="run.npz")
net = NeuralNetClassifier(Net, callbacks=[watching])
net.fit(x, y)"""

_DIAGNOSE = """import bnviz

diagnosis = bnviz.diagnose(model, loader)
print(diagnosis)
diagnosis.save("report.json")"""

_CHECKPOINT = """import torch

torch.save(model.state_dict(), "model.pt")"""

_INSPECT = """import bnviz

inspection = bnviz.inspect_checkpoint("model.pt")
print(inspection)"""

SNIPPETS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "recording": {
        "script": (_WATCH, "python"),
        "lightning": (_LIGHTNING, "python"),
        "transformers": (_TRANSFORMERS, "python"),
        "skorch": (_SKORCH, "python"),
    },
    "report": {
        "script": (_DIAGNOSE, "python"),
        "command": ("python -m bnviz diagnose my_project:model my_project:loader --json > report.json", "bash"),
    },
    "checkpoint": {
        "script": (_CHECKPOINT, "python"),
        "inspect": (_INSPECT, "python"),
        "command": ("python -m bnviz inspect model.pt", "bash"),
    },
}
"""Door, then place, then code and its language."""
