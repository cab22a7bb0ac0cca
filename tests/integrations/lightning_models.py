"""Models of Lightning, apart from their tests: to import Lightning takes seconds."""

from __future__ import annotations

import pytest
import torch
from small_nets import norm_net, samples
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

lightning = pytest.importorskip("lightning", reason="no lightning: requirements-integrations.txt has it")


class Classifier(lightning.LightningModule):
    """Its steps call ``self.net``, so that ``forward`` is never called."""

    def __init__(self) -> None:
        super().__init__()
        self.net = norm_net()
        self.losses: list[float] = []

    def training_step(self, batch, _index):
        loss = functional.cross_entropy(self.net(batch[0]), batch[1])
        self.losses.append(loss.item())
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


class Validated(Classifier):
    def validation_step(self, batch, _index):
        scores = self.net(batch[0])
        self.log("val_loss", functional.cross_entropy(scores, batch[1]))
        self.log("val_acc", (scores.argmax(1) == batch[1]).float().mean())


class CallsItself(Classifier):
    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, _index):
        return functional.cross_entropy(self(batch[0]), batch[1])


class TwoOptimizers(Classifier):
    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.critic = nn.Linear(4, 1)

    def training_step(self, batch, _index):
        first, second = self.optimizers()
        for optimizer, values in ((first, self.net), (second, self.critic)):
            optimizer.zero_grad()
            self.manual_backward(values(batch[0]).square().mean())
            optimizer.step()

    def configure_optimizers(self):
        return [torch.optim.SGD(part.parameters(), lr=0.1) for part in (self.net, self.critic)]


def loader(count: int = 48) -> DataLoader:
    return DataLoader(TensorDataset(*samples(count)), batch_size=8)


def fit(model, callback=None, validates=False, **options):
    torch.manual_seed(3)
    quiet = ("enable_progress_bar", "enable_model_summary", "enable_checkpointing", "logger")
    trainer = lightning.Trainer(
        max_epochs=1,
        accelerator="cpu",
        callbacks=[] if callback is None else [callback],
        **dict.fromkeys(quiet, False),
        **options,
    )
    trainer.fit(model, loader(), loader(16) if validates else None)
    return model
