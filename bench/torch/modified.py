"""The write-up's modified net (src/nets/build/modified.ts)."""

import torch
from torch import nn

from layers import Dense, conv, double, dropout, flatten, norm, pool, unflatten

DROPOUT = 0.2


class Modified(nn.Module):
    """[n, 1, 28, 28] → logits of the same shape."""

    def __init__(self, latent_size: int):
        super().__init__()
        self.encoder_conv_1 = conv(1, 32)
        self.encoder_norm_1 = norm(32)
        self.encoder_conv_2 = conv(32, 64)
        self.encoder_norm_2 = norm(64)
        self.latent = Dense(3136, latent_size)
        self.decoder_dense = Dense(latent_size, 3136)
        self.decoder_norm_1 = norm(64)
        self.decoder_conv_1 = conv(64, 64)
        self.decoder_norm_2 = norm(64)
        self.decoder_conv_2 = conv(64, 32)
        self.decoder_norm_3 = norm(32)
        self.reconstruction = conv(32, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = pool(self.encoder_norm_1(torch.relu_(self.encoder_conv_1(x))))
        x = pool(self.encoder_norm_2(torch.relu_(self.encoder_conv_2(x))))
        x = torch.relu_(self.latent(self.dropped(flatten(x))))
        x = unflatten(torch.relu_(self.decoder_dense(x)), 7, 64)
        x = double(self.decoder_norm_1(x))
        x = double(self.decoder_norm_2(torch.relu_(self.decoder_conv_1(x))))
        x = self.decoder_norm_3(torch.relu_(self.decoder_conv_2(x)))
        return self.reconstruction(self.dropped(x))

    def dropped(self, x: torch.Tensor) -> torch.Tensor:
        return dropout(x, DROPOUT) if self.training else x
