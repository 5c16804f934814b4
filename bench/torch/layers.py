"""Layers as the nets need them, in the forms that are fastest on a CPU, or on a GPU where x is."""

import torch
from torch import nn
from torch.nn import functional as F

# Without MKL, nn.Linear calls the system's BLAS. Debian's standard one is the reference BLAS, which
# reaches a fifth of what oneDNN's convolutions do, or less.
HAS_FAST_BLAS = torch.backends.mkl.is_available()


class Dense(nn.Linear):
    """y = x · Wᵀ + b for x of [n, inputs], as a 1 × 1 convolution where oneDNN is the faster."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if HAS_FAST_BLAS or x.is_cuda:
            return super().forward(x)
        inputs, outputs = self.in_features, self.out_features
        kernel = self.weight.view(outputs, inputs, 1, 1)
        return F.conv2d(x.reshape(-1, inputs, 1, 1), kernel, self.bias).view(-1, outputs)


def conv(inputs: int, filters: int, size: int = 3) -> nn.Conv2d:
    """Stride 1, as large as its input: Keras's "same"."""
    return nn.Conv2d(inputs, filters, size, padding=size // 2)


class HalvingConv(nn.Conv2d):
    """3 × 3, stride 2, ReLU on squares; Keras's "same" pads even sides right and below only."""

    def __init__(self, inputs: int, filters: int):
        super().__init__(inputs, filters, 3, stride=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        before = x.shape[2] % 2
        return torch.relu_(super().forward(F.pad(x, (before, 1, before, 1))))


def flatten(x: torch.Tensor) -> torch.Tensor:
    """Numbers of each image with the channels last, as Keras has them; no copy."""
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], -1)


def unflatten(x: torch.Tensor, side: int, channels: int) -> torch.Tensor:
    """The other way round: [n, side² · channels] → [n, channels, side, side]; no copy."""
    return x.view(-1, side, side, channels).permute(0, 3, 1, 2)


def double(x: torch.Tensor) -> torch.Tensor:
    """Nearest-neighbour up-sampling by 2."""
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def pool(x: torch.Tensor) -> torch.Tensor:
    """The largest of each 2 × 2 pixels."""
    return F.max_pool2d(x, 2)


def norm(
    channels: int, kind: type = nn.BatchNorm2d, momentum: float = 0.99, epsilon: float = 1e-3
) -> nn.Module:
    """Keras's defaults; PyTorch's momentum is the part of a moving average that a step renews."""
    return kind(channels, eps=epsilon, momentum=1 - momentum)


def dropout(x: torch.Tensor, rate: float) -> torch.Tensor:
    """Numbers become 0 with probability `rate`, the others grow; 16 random bits decide on each.

    F.dropout draws Bernoulli numbers one by one, which takes nine times as long on a CPU.
    """
    if x.is_cuda:
        return F.dropout(x, rate)
    words = torch.empty((x.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    numbers = words.view(torch.int16)[: x.numel()].float()
    factors = numbers.ge_(rate * 2**16 - 2**15).mul_(1 / (1 - rate))
    return x * factors.as_strided(x.shape, x.stride())
