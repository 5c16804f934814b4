"""The loom and the nested net (src/nets/build/loom.ts and nested.ts)."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from layers import Dense, HalvingConv, conv, flatten, unflatten


class Clamp(torch.autograd.Function):
    """Clips to [0, 1]; the gradient passes everywhere but where it would lead further out."""

    @staticmethod
    def forward(context, x: torch.Tensor) -> torch.Tensor:
        y = x.clamp(0, 1)
        context.save_for_backward(y)
        return y

    @staticmethod
    def backward(context, gradient: torch.Tensor) -> torch.Tensor:
        (y,) = context.saved_tensors
        # A step goes against the gradient: one below 0 leads up, one above 0 leads down.
        gradient = torch.where(y >= 1, gradient.clamp(min=0), gradient)
        return torch.where(y <= 0, gradient.clamp(max=0), gradient)


def drawn_masks(code: torch.Tensor, even_to: float) -> torch.Tensor:
    """Each row has k ones, then zeros; k of a density ∝ 1 / max(k, even_to): src/math/philox.ts."""
    rows, size = code.shape
    even = min(even_to, size + 1)
    flat = (even - 1) / even_to
    place = torch.rand(rows, 1, device=code.device) * (flat + math.log((size + 1) / even))
    kept = torch.where(place < flat, 1 + place * even_to, even * (place - flat).exp())
    return (torch.arange(size, device=code.device) < kept.floor_()).float()


class Loom(nn.Module):
    """[n, 1, 28, 28] → the same shape, in [0, 1]."""

    def __init__(self, latent_size: int, settings: dict):
        super().__init__()
        self.code_maps = settings["codeMaps"]
        self.input_scale = settings["inputScale"]
        self.even_to = settings["evenTo"]
        self.length_units = settings["lengthUnits"]
        filters = settings["decoderFilters"]
        self.code_linear = Dense(784, latent_size)
        sizes = [1, *settings["encoderFilters"]]
        self.encoder = range(1, len(sizes))
        side = 28
        for i in self.encoder:
            self.add_module(f"encoder_conv_{i}", HalvingConv(sizes[i - 1], sizes[i]))
            side = math.ceil(side / 2)
        self.code_residual = Dense(side * side * sizes[-1], latent_size)
        self.skip_linear = Dense(latent_size, 784)
        if self.length_units:
            self.length_dense = Dense(latent_size, self.length_units)
        self.decoder_dense = Dense(latent_size + self.length_units, 196 * self.code_maps)
        self.decoder_view = nn.Conv2d(1, settings["viewFilters"], 2, stride=2)
        self.decoder_conv = conv(self.code_maps + settings["viewFilters"], filters)
        self.blocks = range(1, settings["blocks"] + 1)
        for i in self.blocks:
            self.add_module(f"decoder_block_{i}", conv(filters, filters))
        self.decoder_residual = conv(filters, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale = self.input_scale
        code = self.code_linear(x.reshape(-1, 784) * scale)
        for i in self.encoder:
            x = self.get_submodule(f"encoder_conv_{i}")(x)
        code = code + self.code_residual(flatten(x) * scale)
        mask = torch.ones_like(code)
        if self.even_to is not None and self.training:
            mask = drawn_masks(code, self.even_to)
            code = code * mask

        told = code
        if self.length_units:
            told = torch.cat([code, torch.relu_(self.length_dense(mask * scale))], 1)
        linear = self.skip_linear(code * scale).view(-1, 1, 28, 28)
        maps = unflatten(torch.relu_(self.decoder_dense(told)), 14, self.code_maps)
        x = torch.cat([maps, self.decoder_view(linear)], 1)
        x = torch.relu_(self.decoder_conv(x))
        for i in self.blocks:
            x = x + torch.relu_(self.get_submodule(f"decoder_block_{i}")(x))
        return Clamp.apply(linear + F.pixel_shuffle(self.decoder_residual(x), 2))
