/** What a layer is set to, in words: for those who read a net's summary. */

import type * as tf from "@tensorflow/tfjs";

type Settings = ReturnType<tf.layers.Layer["getConfig"]>;

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: "ReLU",
  elu: "ELU",
  selu: "SELU",
  linear: "",
};

/** "3×3, stride 2, ReLU"; empty where the layer's class says it all. */
export function layerDetail(layer: tf.layers.Layer): string {
  const settings = layer.getConfig();
  return parts(layer.getClassName(), settings)
    .filter((part) => part !== "")
    .join(", ");
}

function parts(className: string, settings: Settings): string[] {
  switch (className) {
    case "Conv2D":
    case "Conv2DTranspose":
      return [sides(settings.kernelSize), stride(settings.strides), activation(settings)];
    case "Dense":
    case "Activation":
      return [activation(settings)];
    case "MaxPooling2D":
    case "AveragePooling2D":
      return [sides(settings.poolSize)];
    case "UpSampling2D":
      return [sides(settings.size), text(settings.interpolation)];
    case "Dropout":
      return typeof settings.rate === "number" ? [`${Math.round(settings.rate * 100)}%`] : [];
    case "Rescaling":
      return [`× ${settings.scale}${settings.offset ? ` + ${settings.offset}` : ""}`];
    case "DepthToSpace":
      return [sides([settings.blockSize, settings.blockSize])];
    default:
      return [];
  }
}

function activation({ activation: name }: Settings): string {
  return ACTIVATIONS[text(name)] ?? text(name);
}

/** [3, 3] → "3×3" */
function sides(size: Settings[string]): string {
  return Array.isArray(size) ? size.join("×") : "";
}

/** Nothing for the usual stride of 1. */
function stride(strides: Settings[string]): string {
  const [down, across] = Array.isArray(strides) ? strides : [];
  if (down === 1 && across === 1) return "";
  return `stride ${down === across ? down : sides(strides)}`;
}

function text(value: Settings[string]): string {
  return typeof value === "string" ? value : "";
}
