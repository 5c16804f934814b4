"""The nets by name, and the weights that they start from.

Nets that end in a sigmoid give its logits here: the loss takes them.
"""

import torch
from torch import nn

from baseline import Baseline
from loom import Loom
from modified import Modified


def build(preset: str, latent_size: int, settings: dict) -> nn.Module:
    """The net, whose layers have the names of src/nets/build; `settings` are the loom's."""
    if preset in ("baseline", "baseline-linear"):
        return Baseline(latent_size, is_linear=preset == "baseline-linear")
    if preset == "modified":
        return Modified(latent_size)
    if preset in ("loom", "nested"):
        return Loom(latent_size, settings)
    raise ValueError(f"There is no net {preset} here.")


def arrays(layer: nn.Module) -> list:
    """A layer's weights in Keras's order: kernel and bias; or gamma, beta, mean and variance."""
    found = [layer.weight, layer.bias]
    if isinstance(layer, nn.BatchNorm2d):
        found += [layer.running_mean, layer.running_var]
    return found


def count(net: nn.Module) -> int:
    """Numbers in all weights, moving averages included, as tfjs counts them."""
    layers = [each for each in net.modules() if hasattr(each, "weight")]
    return sum(array.numel() for layer in layers for array in arrays(layer))


def load(net: nn.Module, layers: list, values: torch.Tensor) -> None:
    """Sets all weights: `layers` are {name, shapes} with Keras's shapes, `values` their numbers."""
    start = 0
    for each in layers:
        found = arrays(net.get_submodule(each["name"]))
        for array, shape in zip(found, each["shapes"], strict=True):
            size = array.numel()
            given = values[start : start + size].view(shape)
            start += size
            # [height, width, inputs, filters] and [inputs, outputs] become PyTorch's.
            order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[len(shape)]
            with torch.no_grad():
                array.copy_(given.permute(order))
    if start != len(values):
        raise ValueError(f"{len(values)} weights were given, {start} taken.")
