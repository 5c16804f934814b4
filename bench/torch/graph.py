"""Any net that is a graph of layers (src/nets/spec.ts), where PyTorch has all of its kinds."""

import functools
import math

import torch
from torch import nn
from torch.nn import functional as F

from layers import Dense, dropout, flatten, norm
from loom import Clamp, drawn_masks

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "elu": F.elu,
    "swish": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda x: torch.softmax(x, 1),
    "softplus": F.softplus,
    "softsign": F.softsign,
    "gelu": F.gelu,
    "selu": F.selu,
    "mish": F.mish,
    "relu6": F.relu6,
    "hardSigmoid": F.hardsigmoid,
    "hardSigmoidTfjs": lambda x: (x / 5 + 0.5).clamp(0, 1),
}


def activation(named) -> "callable":
    """The function of an activation's name, or of such as {"leakyRelu": slope}."""
    if isinstance(named, dict):
        ((kind, value),) = named.items()
        if kind == "leakyRelu":
            return lambda x: F.leaky_relu(x, value)
        if kind == "cappedRelu":
            return lambda x: x.clamp(0, value)
        if kind == "thresholdedRelu":
            return lambda x: F.threshold(x, value, 0)
        raise ValueError(f"PyTorch's side of the bench has no activation {kind}.")
    if named == "clamp":
        return Clamp.apply
    if named not in ACTIVATIONS:
        raise ValueError(f"PyTorch's side of the bench has no activation {named}.")
    return ACTIVATIONS[named]


def around(side: int, window: int, stride: int) -> tuple:
    """Pixels that Keras's "same" puts before and behind a side."""
    total = max((-(-side // stride) - 1) * stride + window - side, 0)
    return total // 2, total - total // 2


def pads_of(layer: dict, window: list, stride: tuple) -> list:
    """Before and behind rows and columns; nothing where the layer is not padded."""
    if layer.get("padding") != "same":
        return [(0, 0), (0, 0)]
    sides = layer["inputShapes"][0][:2]
    return [around(*each) for each in zip(sides, window, stride)]


def pooled(layer: dict):
    """The largest or the mean of each window, of those of its pixels that are in the image."""
    size = tuple(layer["size"])
    stride = tuple(layer.get("stride", size))
    (top, bottom), (left, right) = pads_of(layer, size, stride)
    outside = (left, right, top, bottom)
    if layer["kind"] == "maxPool":
        return lambda inputs, _: F.max_pool2d(F.pad(inputs[0], outside, value=-math.inf), size, stride)

    def means(inputs, _):
        x = F.pad(inputs[0], outside)
        if not any(outside):
            return F.avg_pool2d(x, size, stride)
        counts = F.pad(torch.ones_like(inputs[0][:1, :1]), outside)
        return F.avg_pool2d(x, size, stride) / F.avg_pool2d(counts, size, stride)

    return means


class Conv(nn.Conv2d):
    """Any stride and dilation, padded as Keras pads; in groups where channels have filters of their own."""

    def __init__(self, layer: dict, filters: int, groups: int = 1):
        _, _, channels = layer["inputShapes"][0]
        stride = tuple(layer.get("stride", (1, 1)))
        dilation = tuple(layer.get("dilation", (1, 1)))
        kernel = tuple(layer["kernel"])
        extents = [(size - 1) * rate + 1 for size, rate in zip(kernel, dilation)]
        (top, bottom), (left, right) = pads_of(layer, extents, stride)
        self.outside = (left, right, top, bottom)
        is_even = top == bottom and left == right
        super().__init__(
            channels,
            filters,
            kernel,
            stride,
            padding=(top, left) if is_even else 0,
            dilation=dilation,
            groups=groups,
            bias=layer["kind"] != "separable",
        )
        self.is_even = is_even

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x if self.is_even else F.pad(x, self.outside))


class ConvTranspose(nn.ConvTranspose2d):
    """Cut as Keras cuts: half of what is too much before, the rest behind."""

    def __init__(self, layer: dict):
        _, _, channels = layer["inputShapes"][0]
        stride = tuple(layer.get("stride", (1, 1)))
        kernel = tuple(layer["kernel"])
        # Pixels at the end that no kernel smaller than its stride reaches.
        rest = tuple(max(step - size, 0) for size, step in zip(kernel, stride))
        super().__init__(channels, layer["filters"], kernel, stride, output_padding=rest)
        self.height, self.width, _ = layer["outputShape"]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = super().forward(x)
        top, left = (x.shape[2] - self.height) // 2, (x.shape[3] - self.width) // 2
        return x[:, :, top : top + self.height, left : left + self.width]


class LayerNorm(nn.LayerNorm):
    """Of each pixel's channels."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.dim() == 2:
            return super().forward(x)
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class EachPrelu(nn.Module):
    """A slope for each number of an image, channels first as the images are."""

    def __init__(self, shape: list):
        super().__init__()
        order = shape[-1:] + shape[:-1]
        self.weight = nn.Parameter(torch.zeros(order))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.where(x > 0, x, x * self.weight)


def corners(factors: list):
    """Bilinear as tfjs's: new pixel i lies at i / factor, and none lies beyond the last old one."""

    def mixed(x: torch.Tensor, axis: int, factor: int) -> torch.Tensor:
        size = x.shape[axis]
        places = torch.arange(size * factor, device=x.device)
        first = torch.div(places, factor, rounding_mode="floor")
        share = ((places % factor) / factor).view([-1 if each == axis else 1 for each in range(4)])
        second = (first + 1).clamp(max=size - 1)
        return torch.lerp(x.index_select(axis, first), x.index_select(axis, second), share)

    return lambda inputs, _: mixed(mixed(inputs[0], 2, factors[0]), 3, factors[1])


def shaped(x: torch.Tensor, shape: list) -> torch.Tensor:
    """The same numbers, channels last, in another shape."""
    flat = flatten(x) if x.dim() == 4 else x
    return flat.view(-1, *shape).permute(0, 3, 1, 2) if len(shape) == 3 else flat.reshape(-1, *shape)


def depth_to_space(x: torch.Tensor, block: int) -> torch.Tensor:
    """As TensorFlow's: a pixel's numbers lie channels last."""
    n, channels, height, width = x.shape
    left = channels // block**2
    x = x.view(n, block * block, left, height, width).transpose(1, 2)
    return F.pixel_shuffle(x.reshape(n, channels, height, width), block)


def permuted(x: torch.Tensor, order: list) -> torch.Tensor:
    """Axes counted channels last; a vector has one alone."""
    return x if x.dim() == 2 else x.permute(0, 2, 3, 1).permute(0, *order).permute(0, 3, 1, 2)


def module_of(layer: dict) -> "nn.Module | None":
    """What has the layer's weights; None where it has none."""
    kind = layer["kind"]
    channels = layer["inputShapes"][0][-1]
    if kind == "conv":
        return Conv(layer, layer["filters"])
    if kind == "depthwise":
        return Conv(layer, channels * layer.get("times", 1), channels)
    if kind == "separable":
        pixels = nn.Conv2d(channels, layer["filters"], 1)
        return nn.Sequential(Conv(layer, channels, channels), pixels)
    if kind == "convTranspose":
        return ConvTranspose(layer)
    if kind == "dense":
        return Dense(channels, layer["units"])
    if kind == "batchNorm":
        is_image = len(layer["inputShapes"][0]) == 3
        kind = nn.BatchNorm2d if is_image else nn.BatchNorm1d
        return norm(channels, kind, layer.get("momentum", 0.99), layer.get("epsilon", 1e-3))
    if kind == "layerNorm":
        return LayerNorm(channels, eps=layer.get("epsilon", 1e-3))
    if kind == "groupNorm":
        return nn.GroupNorm(layer["groups"], channels, eps=layer.get("epsilon", 1e-3))
    if kind == "prelu":
        return EachPrelu(layer["inputShapes"][0]) if layer.get("each") else nn.PReLU(channels, init=0.0)
    return None


def alike(inputs: list) -> list:
    """Vectors as images of one pixel where there are images among them."""
    axes = max(x.dim() for x in inputs)
    return [x if x.dim() == axes else x[..., None, None] for x in inputs]


JOINS = {
    "add": lambda inputs: sum(inputs[1:], inputs[0]),
    "multiply": lambda inputs: functools.reduce(torch.mul, inputs),
    "subtract": lambda inputs: inputs[0] - inputs[1],
    "average": lambda inputs: sum(inputs[1:], inputs[0]) / len(inputs),
    "maximum": lambda inputs: functools.reduce(torch.maximum, inputs),
    "minimum": lambda inputs: functools.reduce(torch.minimum, inputs),
}


def noisy(layer: dict):
    """Normal numbers added to all, or multiplied with them."""
    if layer["kind"] == "gaussianNoise":
        return lambda inputs, trained: (
            inputs[0] + layer["deviation"] * torch.randn_like(inputs[0]) if trained else inputs[0]
        )
    deviation = math.sqrt(layer["rate"] / (1 - layer["rate"]))
    return lambda inputs, trained: (
        inputs[0] * (1 + deviation * torch.randn_like(inputs[0])) if trained else inputs[0]
    )


def drawn(inputs: list, trained: bool) -> torch.Tensor:
    """Of means and log-variances, which lie side by side: in training normal numbers, else the means."""
    mean, log_variance = inputs[0].chunk(2, 1)
    return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean) if trained else mean


def divergence(inputs: list) -> torch.Tensor:
    """From N(0, 1), in nats an image."""
    mean, log_variance = inputs[0].chunk(2, 1)
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum() / len(mean)


def plain(layer: dict):
    """A layer without weights as a function of its inputs and of whether it is trained."""
    kind = layer["kind"]
    if kind in ("maxPool", "averagePool"):
        return pooled(layer)
    if kind == "globalPool":
        return lambda inputs, _: inputs[0].amax((2, 3)) if layer["of"] == "max" else inputs[0].mean((2, 3))
    if kind in ("pad", "crop"):
        top, bottom, left, right = (side if kind == "pad" else -side for side in layer["edges"])
        return lambda inputs, _: F.pad(inputs[0], (left, right, top, bottom))
    if kind == "permute":
        return lambda inputs, _: permuted(inputs[0], layer["order"])
    if kind == "upsample":
        factor, mode = [float(side) for side in layer["factor"]], layer.get("interpolation", "nearest")
        if mode == "bilinearTfjs":
            return corners(layer["factor"])
        return lambda inputs, _: F.interpolate(inputs[0], scale_factor=factor, mode=mode)
    if kind == "depthToSpace":
        return lambda inputs, _: depth_to_space(inputs[0], layer["block"])
    if kind in ("flatten", "reshape"):
        return lambda inputs, _: shaped(inputs[0], layer["outputShape"])
    if kind == "rescale":
        return lambda inputs, _: inputs[0] * layer["scale"] + layer.get("offset", 0)
    if kind == "activation":
        applied = activation(layer["activation"])
        return lambda inputs, _: applied(inputs[0])
    if kind == "dropout":
        return lambda inputs, trained: dropout(inputs[0], layer["rate"]) if trained else inputs[0]
    if kind == "nestedDropout":
        return lambda inputs, trained: (
            inputs[0] * drawn_masks(inputs[0], layer["evenTo"]) if trained else inputs[0]
        )
    if kind == "spatialDropout":
        return lambda inputs, trained: F.dropout2d(inputs[0], layer["rate"], trained)
    if kind == "alphaDropout":
        return lambda inputs, trained: F.alpha_dropout(inputs[0], layer["rate"], trained)
    if kind in ("gaussianDropout", "gaussianNoise"):
        return noisy(layer)
    if kind == "sample":
        return drawn
    if kind in JOINS:
        return lambda inputs, _: JOINS[kind](alike(inputs))
    if kind == "concat":
        return lambda inputs, _: torch.cat(inputs, 1)
    raise ValueError(f"PyTorch's side of the bench has no layer {kind}.")


class Graph(nn.Module):
    """`layers` are those of the net, each with the names of its inputs and with shapes."""

    def __init__(self, layers: list, ends_in_sigmoid: bool):
        super().__init__()
        self.steps = []
        for place, layer in enumerate(layers):
            module = module_of(layer)
            name = f"layer_{layer['name']}"
            if module is not None:
                self.add_module(name, module)
            is_logits = ends_in_sigmoid and place == len(layers) - 1
            ends = activation("linear" if is_logits else layer.get("activation", "linear"))
            step = (name, ends) if module is not None else plain(layer)
            if module is None and is_logits:
                step = lambda inputs, _: inputs[0]
            self.steps.append((layer["name"], layer["inputs"], step))
        # What codes that are drawn cost.
        self.samples = {layer["name"] for layer in layers if layer["kind"] == "sample"}
        self.divergence = None
        self.last = {}
        for place, (_, inputs, _) in enumerate(self.steps):
            self.last.update({each: place for each in inputs})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made = {"image": x}
        for place, (name, inputs, step) in enumerate(self.steps):
            given = [made[each] for each in inputs]
            if name in self.samples:
                self.divergence = divergence(given)
            if isinstance(step, tuple):
                module, ends = step
                x = ends(self.get_submodule(module)(*given))
            else:
                x = step(given, self.training)
            made[name] = x
            for each in inputs:
                if self.last[each] == place:
                    made.pop(each, None)
        return x
