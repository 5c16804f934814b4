"""The nets by name, and the weights that they start from.

Nets that end in a sigmoid give its logits here: the loss takes them.
"""

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from baseline import Baseline
from graph import Graph
from loom import Loom
from modified import Modified


def build(job: dict) -> nn.Module:
    """The job's net: that of its graph where it has one, else the preset's, which is written for speed."""
    if job["graph"] is not None:
        return Graph(job["graph"], job["recipe"]["endsInSigmoid"])
    preset, latent_size = job["preset"], job["latentSize"]
    if preset in ("baseline", "baseline-linear"):
        return Baseline(latent_size, is_linear=preset == "baseline-linear")
    if preset == "modified":
        return Modified(latent_size)
    if preset in ("loom", "nested"):
        return Loom(latent_size, job["loom"])
    raise ValueError(f"There is no net {preset} here.")


def arrays(layer: nn.Module) -> list:
    """A layer's weights in Keras's order: kernels and bias; gamma, beta, mean and variance; or slopes."""
    if isinstance(layer, nn.Sequential):
        return [array for each in layer for array in arrays(each)]
    bias = getattr(layer, "bias", None)
    found = [layer.weight] if bias is None else [layer.weight, bias]
    if isinstance(layer, _BatchNorm):
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
        found = arrays(net.get_submodule(("layer_" if isinstance(net, Graph) else "") + each["name"]))
        for array, shape in zip(found, each["shapes"], strict=True):
            size = array.numel()
            given = values[start : start + size].view(shape)
            start += size
            # [height, width, inputs, filters], [inputs, outputs] and slopes of images become PyTorch's, and where each
            # channel has filters of its own [height, width, channels, filters] one row of filters.
            order = {4: (3, 2, 0, 1), 3: (2, 0, 1), 2: (1, 0), 1: (0,)}[len(shape)]
            if len(shape) == 4 and shape[2] > 1 and array.shape[1] == 1:
                order = (2, 3, 0, 1)
            with torch.no_grad():
                array.copy_(given.permute(order).reshape(array.shape))
    if start != len(values):
        raise ValueError(f"{len(values)} weights were given, {start} taken.")
