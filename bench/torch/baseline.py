"""The baseline and the baseline with a linear code (src/nets/build/baseline.ts)."""

import torch
from torch import nn

from layers import Dense, conv, double, flatten, pool, unflatten


class Baseline(nn.Module):
    """[n, 1, 28, 28] → logits of the same shape."""

    def __init__(self, latent_size: int, is_linear: bool):
        super().__init__()
        self.is_linear = is_linear
        self.encoder_conv = conv(1, 32)
        self.latent = Dense(6272, latent_size)
        self.decoder_dense = Dense(latent_size, 6272)
        self.decoder_conv = conv(32, 32)
        self.reconstruction = conv(32, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # The larger of two ReLUs is the ReLU of the larger: a quarter of the numbers are left.
        x = torch.relu_(pool(self.encoder_conv(x)))
        x = self.latent(flatten(x))
        if not self.is_linear:
            x = torch.relu_(x)
        x = unflatten(torch.relu_(self.decoder_dense(x)), 14, 32)
        return self.reconstruction(torch.relu_(self.decoder_conv(double(x))))
