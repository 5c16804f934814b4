"""One training step after the other, by a preset's recipe."""

import inspect

import torch
from torch import nn

from loss import Loss


def optimizer_for(net: nn.Module, options: dict) -> torch.optim.Optimizer:
    """The optimiser of a recipe (src/engine/optimizer.ts), over all weights at once where it can be.

    AdamW decays weights by itself; for the others `Trainer.step` does.
    """
    kind, settings = options["kind"], {"lr": options["learningRate"]}
    if kind == "adam":
        decays = options["weightDecay"] > 0
        make = torch.optim.AdamW if decays else torch.optim.Adam
        settings["betas"] = (options["beta1"], options["beta2"])
        settings["eps"] = options["epsilon"]
        settings["weight_decay"] = options["weightDecay"]
    elif kind == "sgd":
        make = torch.optim.SGD
        settings["momentum"] = options["momentum"]
        settings["nesterov"] = options["nesterov"] and options["momentum"] > 0
    elif kind == "rmsprop":
        make = torch.optim.RMSprop
        settings["alpha"] = options["rho"]
        settings["eps"] = options["epsilon"]
        settings["momentum"] = options["momentum"]
        settings["centered"] = options["centered"]
    else:
        raise ValueError(f"There is no optimiser {kind} here.")
    if "foreach" in inspect.signature(make).parameters:
        settings["foreach"] = True
    return make(net.parameters(), **settings)


class Trainer:
    """`images` are [n, 1, 28, 28] in [0, 1], inputs and targets alike."""

    def __init__(self, net: nn.Module, images: torch.Tensor, recipe: dict):
        self.net = net
        self.images = images
        self.batch = recipe["batch"]
        self.loss = Loss(recipe["loss"], recipe["endsInSigmoid"], images.device)
        self.divergence_weight = recipe["divergence"]
        self.flips = recipe["flips"]
        options = recipe["optimizer"]
        self.clip_norm = options["clipNorm"]
        self.optimizer = optimizer_for(net, options)
        shrinks = options["kind"] != "adam" and options["weightDecay"] > 0
        self.shrinking = [p for p in net.parameters() if p.dim() > 1] if shrinks else []
        self.keep = 1 - options["learningRate"] * options["weightDecay"]
        self.steps = 0
        self.loss_of = self.plain_loss

    def plain_loss(self, images: torch.Tensor) -> torch.Tensor:
        loss = self.loss(self.net(images), images)
        cost = getattr(self.net, "divergence", None)
        return loss if cost is None else loss + self.divergence_weight * cost

    def compile(self) -> None:
        """Net and loss become one compiled function, when they are first called."""
        self.loss_of = torch.compile(self.plain_loss, dynamic=False)

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
        loss = self.loss_of(images)
        loss.backward()
        if self.clip_norm is not None:
            nn.utils.clip_grad_norm_(self.net.parameters(), self.clip_norm)
        if self.shrinking:
            with torch.no_grad():
                torch._foreach_mul_(self.shrinking, self.keep)
        self.optimizer.step()
        return loss.detach()

    def evaluate(self) -> float:
        """Loss of the first batch as it is outside training."""
        self.net.eval()
        with torch.no_grad():
            images = self.images[: self.batch]
            loss = self.plain_loss(images).item()
        self.net.train()
        return loss
