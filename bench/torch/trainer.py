"""One training step after the other, by a preset's recipe."""

import inspect

import torch
from torch import nn

from loss import Loss


def optimizer_for(net: nn.Module, recipe: dict) -> torch.optim.Optimizer:
    """Adam over all weights at once where this version can; AdamW with weight decay."""
    decay = recipe["weightDecay"]
    kind = torch.optim.AdamW if decay > 0 else torch.optim.Adam
    options = {"lr": recipe["learningRate"], "betas": (0.9, recipe["beta2"]), "eps": 1e-7}
    if "foreach" in inspect.signature(kind).parameters:
        options["foreach"] = True
    return kind(net.parameters(), weight_decay=decay, **options)


class Trainer:
    """`images` are [n, 1, 28, 28] in [0, 1], inputs and targets alike."""

    def __init__(self, net: nn.Module, images: torch.Tensor, recipe: dict):
        self.net = net
        self.images = images
        self.batch = recipe["batch"]
        self.loss = Loss(recipe["loss"], recipe["endsInSigmoid"], images.device)
        self.flips = recipe["flips"]
        self.clip_norm = recipe["clipNorm"]
        self.optimizer = optimizer_for(net, recipe)
        self.steps = 0

    def next_batch(self) -> torch.Tensor:
        start = self.steps % (len(self.images) // self.batch) * self.batch
        images = self.images[start : start + self.batch]
        if not self.flips:
            return images
        mirrored = torch.rand(self.batch, 1, 1, 1, device=images.device) < 0.5
        return torch.where(mirrored, images.flip(3), images)

    def step(self) -> torch.Tensor:
        """Trains on the next batch; the batch's loss before that, still on its device."""
        images = self.next_batch()
        self.steps += 1
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.net(images), images)
        loss.backward()
        if self.clip_norm is not None:
            nn.utils.clip_grad_norm_(self.net.parameters(), self.clip_norm)
        self.optimizer.step()
        return loss.detach()

    def evaluate(self) -> float:
        """Loss of the first batch as it is outside training."""
        self.net.eval()
        with torch.no_grad():
            images = self.images[: self.batch]
            loss = self.loss(self.net(images), images).item()
        self.net.train()
        return loss
