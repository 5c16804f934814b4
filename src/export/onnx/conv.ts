/** Convolutions as ONNX operators: kernels turned channels first, and the zeros around images. */

import { type NetLayer, refuse } from "../graph";
import { isOn, oneOf, pairOf, weightOf } from "../settings";
import { activated } from "./activation";
import type { OnnxBuilder } from "./builder";

/** Zeros before and after that `same` adds, as TensorFlow: the odd one goes to the end. */
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

export function writeConv(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const kernel = weightOf(layer, 0);
  const [height, width, from, filters] = kernel.shape as [number, number, number, number];
  const strides = pairOf(layer, "strides");
  const dilations = pairOf(layer, "dilationRate");
  if (dilations.some((rate) => rate !== 1)) refuse(layer, "dilation is not supported");
  const inputs = [
    input,
    to.floats(`${name}/kernel`, channelsFirst(kernel.values, height * width, from, filters), [
      filters,
      from,
      height,
      width,
    ]),
    ...biasOf(to, layer),
  ];
  return activated(to, layer, (output) =>
    to.node("Conv", inputs, output, {
      attributes: {
        kernel_shape: [height, width],
        strides,
        pads: padsOf(layer, [height, width], strides),
      },
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

/** The bias, where the layer has one: a convolution's or a dense layer's. */
export function biasOf(to: OnnxBuilder, layer: NetLayer): string[] {
  if (!isOn(layer, "useBias")) return [];
  const bias = weightOf(layer, 1);
  return [to.floats(`${to.tensorOf(layer.name)}/bias`, bias.values, bias.shape)];
}
