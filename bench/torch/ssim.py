"""1 − SSIM as a loss (src/engine/tfjs/ssim.ts has the formula)."""

import torch
from torch.nn import functional as F


def filtered(maps: torch.Tensor, taps: torch.Tensor) -> torch.Tensor:
    """Weighted means over all windows of each map: [m, n, h, w] → [m, n, h', w'].

    All maps are channels of one image, each with a filter of its own: of the ways to write two
    separable convolutions this is the fastest, over ten times as fast as maps as images of a batch.
    """
    count, images, height, width = maps.shape
    channels, size = count * images, len(taps)
    flat = maps.reshape(1, channels, height, width)
    rows = taps.view(1, 1, size, 1).expand(channels, 1, size, 1)
    columns = taps.view(1, 1, 1, size).expand(channels, 1, 1, size)
    means = F.conv2d(F.conv2d(flat, rows, groups=channels), columns, groups=channels)
    return means.view(count, images, *means.shape[2:])


class Ssim:
    """One protocol: a window, the factor of its covariances and the formula's two constants."""

    def __init__(self, protocol: dict, device: torch.device):
        self.taps = torch.tensor(protocol["taps"], device=device)
        self.factor = protocol["covarianceFactor"]
        self.c1, self.c2 = protocol["c1"], protocol["c2"]

    def loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Mean over all windows of all images and channels of [n, c, h, w]."""
        x, y = outputs.flatten(0, 1), targets.flatten(0, 1)
        maps = torch.stack([x, (x - y).square(), x.square() + y.square()])
        mean_x, off, squares = filtered(maps, self.taps)
        # The targets' means need no gradient.
        (mean_y,) = filtered(y[None], self.taps)
        apart = (mean_x - mean_y).square()
        energy = mean_x.square() + mean_y.square()
        u = apart / (energy + self.c1)
        w = (off - apart) * self.factor / ((squares - energy) * self.factor + self.c2)
        return (u + w - u * w).mean()
