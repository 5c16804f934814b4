/** Convolutions as ONNX operators: kernels turned channels first, and the zeros around images. */

import type { NetLayer } from "../graph";
import { dilationOf, isOn, oneOf, pairOf, weightOf } from "../settings";
import { activated } from "./activation";
import type { OnnxBuilder } from "./builder";

/**
 * Zeros before and after that `same` adds, as TensorFlow: the odd one goes to the end.
 *
 * @param kernel pixels from its first tap to its last
 */
export function padsOf(
  layer: NetLayer,
  kernel: readonly [number, number],
  strides: readonly number[],
) {
  if (oneOf(layer, "padding", ["valid", "same"]) === "valid") return [0, 0, 0, 0];
  const [height, width] = layer.inputShapes[0] as [number, number];
  const totals = [height, width].map((size, axis) => {
    const stride = strides[axis]!;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel[axis]! - size);
  });
  const before = totals.map((total) => Math.floor(total / 2));
  return [...before, ...totals.map((total, axis) => total - before[axis]!)];
}

/** Where a convolution's kernel goes, of every form that a convolution with a window has. */
function windowAttributes(layer: NetLayer, [height, width]: readonly [number, number]) {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const strides = pairOf(layer, "strides");
  const dilations = dilationOf(layer);
  const extents = [(height - 1) * dilations[0] + 1, (width - 1) * dilations[1] + 1] as const;
  return {
    kernel_shape: [height, width],
    strides,
    dilations,
    pads: padsOf(layer, extents, strides),
  };
}

export function writeConv(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  const { values, shape } = weightOf(layer, 0);
  const [height, width, from, filters] = shape as [number, number, number, number];
  const turned = channelsFirst(values, height * width, from, filters);
  const kernel = to.floats(`${name}/kernel`, turned, [filters, from, height, width]);
  const attributes = windowAttributes(layer, [height, width]);
  return activated(to, layer, (output) =>
    to.node("Conv", [input, kernel, ...biasOf(to, layer)], output, { attributes }),
  );
}

/** A convolution of each channel by itself: as many groups as channels. */
function writeChannelwise(
  to: OnnxBuilder,
  layer: NetLayer,
  input: string,
  bias: readonly string[],
  output: string,
): string {
  const { values, shape } = weightOf(layer, 0);
  const [height, width, from, times] = shape as [number, number, number, number];
  const turned = channelsFirst(values, height * width, 1, from * times);
  const name = `${to.tensorOf(layer.name)}/depthwise_kernel`;
  const kernel = to.floats(name, turned, [from * times, 1, height, width]);
  return to.node("Conv", [input, kernel, ...bias], output, {
    attributes: { ...windowAttributes(layer, [height, width]), group: from },
  });
}

export function writeDepthwise(to: OnnxBuilder, layer: NetLayer, input: string): string {
  return activated(to, layer, (output) =>
    writeChannelwise(to, layer, input, biasOf(to, layer), output),
  );
}

export function writeSeparable(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  const channelwise = writeChannelwise(to, layer, input, [], `${name}/depthwise`);
  const { values, shape } = weightOf(layer, 1);
  const [from, filters] = shape.slice(-2) as [number, number];
  const kernel = to.floats(`${name}/pointwise_kernel`, channelsFirst(values, 1, from, filters), [
    filters,
    from,
    1,
    1,
  ]);
  return activated(to, layer, (output) =>
    to.node("Conv", [channelwise, kernel, ...biasOf(to, layer, 2)], output, {
      attributes: { kernel_shape: [1, 1] },
    }),
  );
}

/** A dense layer that takes a pixel of an image at a time. */
export function writePixelwise(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const { values, shape } = weightOf(layer, 0);
  const [from, filters] = shape as [number, number];
  const kernel = to.floats(
    `${to.tensorOf(layer.name)}/kernel`,
    channelsFirst(values, 1, from, filters),
    [filters, from, 1, 1],
  );
  return activated(to, layer, (output) =>
    to.node("Conv", [input, kernel, ...biasOf(to, layer)], output, {
      attributes: { kernel_shape: [1, 1] },
    }),
  );
}

export function writeConvTranspose(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const kernel = weightOf(layer, 0);
  // tfjs keeps it as [height, width, to, from]: that of the convolution whose gradient it is.
  const [height, width, filters, from] = kernel.shape as [number, number, number, number];
  const strides = pairOf(layer, "strides");
  const sizes = layer.inputShapes[0] as readonly [number, number, number];
  const isSame = oneOf(layer, "padding", ["valid", "same"]) === "same";
  // The zeros of the convolution from the output back to the input; `valid` has none.
  const totals = [height, width].map((side, axis) =>
    isSame ? Math.max(0, (sizes[axis]! - 1) * strides[axis]! + side - layer.shape[axis]!) : 0,
  );
  const before = totals.map((total) => Math.floor(total / 2));
  // [h, w, to, from] → [from, to, h, w]: ONNX lists the input's channels first here.
  const values = channelsFirst(kernel.values, height * width, filters, from);
  const inputs = [
    input,
    to.floats(`${name}/kernel`, values, [from, filters, height, width]),
    ...biasOf(to, layer),
  ];
  return activated(to, layer, (output) =>
    to.node("ConvTranspose", inputs, output, {
      attributes: {
        kernel_shape: [height, width],
        strides,
        pads: [...before, ...totals.map((total, axis) => total - before[axis]!)],
        // Sizes that the strides leave open, such as 7 → 14 with a kernel smaller than its stride.
        output_padding: [height, width].map((side, axis) =>
          Math.max(
            0,
            layer.shape[axis]! - ((sizes[axis]! - 1) * strides[axis]! + side - totals[axis]!),
          ),
        ),
      },
    }),
  );
}

/** [places, a, b] → [b, a, places]. */
function channelsFirst(values: Float32Array, places: number, a: number, b: number): Float32Array {
  const moved = new Float32Array(values.length);
  for (let place = 0; place < places; place++) {
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) {
        moved[(j * a + i) * places + place] = values[(place * a + i) * b + j]!;
      }
    }
  }
  return moved;
}

/** The bias, where the layer has one: the array behind its kernels. */
export function biasOf(to: OnnxBuilder, layer: NetLayer, index = 1): string[] {
  if (!isOn(layer, "useBias")) return [];
  const bias = weightOf(layer, index);
  return [to.floats(`${to.tensorOf(layer.name)}/bias`, bias.values, bias.shape)];
}
