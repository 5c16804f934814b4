/**
 * What a trained net can be written as, for programs other than this one.
 *
 * Everything here is computed from the net and handed back as bytes: the page's worker makes a
 * download of it, the command line a folder.
 */

import type * as tf from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import type { ExportTarget } from "../config/export-targets";
import { netTitle } from "../config/recipes";
import type { Dataset, Split } from "../datasets/dataset";
import { pickImages } from "../math/image-set";
import { decoderOf, encoderOf } from "../nets/build/halves";
import { type ExportFile, textFile } from "./files";
import { readGraph } from "./graph";
import { kerasFiles } from "./keras";
import { onnxFile } from "./onnx";
import { projectorFiles } from "./projector";
import { tfjsFiles } from "./tfjs";
import { tfjsLayersModule } from "./tfjs-layers";

export interface ExportSource {
  /** With its trained weights. */
  readonly model: tf.LayersModel;
  readonly config: RunConfig;
  /** The run's images and their split. */
  images(): Promise<{ readonly dataset: Dataset; readonly split: Split }>;
  /** A net's outputs for bytes that stand for 0 to 1, one after the other. */
  predict(model: tf.LayersModel, images: Uint8Array): Promise<Float32Array>;
}

/**
 * The net in that form, as files of one folder.
 *
 * @throws ExportError where the net has a layer that the form has not
 */
export function exportFiles(target: ExportTarget, source: ExportSource): Promise<ExportFile[]> {
  switch (target) {
    case "keras":
      return toKeras(source);
    case "onnx":
      return toOnnx(source);
    case "tfjs":
      return toTfjs(source);
    case "tsv":
      return toProjector(source);
  }
}

/** "Loom, 128 numbers" */
function titleOf({ config }: ExportSource): string {
  const { latentSize } = config;
  return `${netTitle(config)}, ${latentSize === 1 ? "one number" : `${latentSize} numbers`}`;
}

async function toKeras(source: ExportSource): Promise<ExportFile[]> {
  const { model, config, predict } = source;
  const { dataset, split } = await source.images();
  return kerasFiles({
    graph: await readGraph(model),
    config,
    dataset,
    split,
    reconstruct: (indices) => predict(model, pickImages(dataset, indices)),
  });
}

async function toOnnx(source: ExportSource): Promise<ExportFile[]> {
  const { model } = source;
  const title = titleOf(source);
  const encoder = encoderOf(model);
  const decoder = decoderOf(model);
  try {
    const [whole, first, second] = await Promise.all([model, encoder, decoder].map(readGraph));
    return [
      {
        path: "autoencoder.onnx",
        bytes: onnxFile(whole!, { input: "image", output: "reconstruction" }, title),
      },
      {
        path: "encoder.onnx",
        bytes: onnxFile(first!, { input: "image", output: "code" }, `Encoder of ${title}`),
      },
      {
        path: "decoder.onnx",
        bytes: onnxFile(
          second!,
          { input: "code", output: "reconstruction" },
          `Decoder of ${title}`,
        ),
      },
      textFile("README.md", onnxReadme(title, source.config, whole!.input.shape)),
    ];
  } finally {
    encoder.dispose();
    decoder.dispose();
  }
}

async function toTfjs(source: ExportSource): Promise<ExportFile[]> {
  const { model } = source;
  const named = model.layers.flatMap((layer) => [
    layer.getClassName(),
    String(layer.getConfig().activation),
  ]);
  const module = tfjsLayersModule(named);
  return [
    ...(await tfjsFiles(model)),
    ...(module === null ? [] : [textFile("layers.js", module)]),
    textFile(
      "README.md",
      tfjsReadme(titleOf(source), (await readGraph(model)).input.shape, module !== null),
    ),
  ];
}

async function toProjector(source: ExportSource): Promise<ExportFile[]> {
  const { model, predict } = source;
  const { dataset, split } = await source.images();
  const indices = split.test;
  const pixels = pickImages(dataset, indices);
  const encoder = encoderOf(model);
  try {
    const codes = await predict(encoder, pixels);
    const outputs = await predict(model, pixels);
    return projectorFiles({
      title: titleOf(source),
      dataset,
      indices,
      codes,
      reconstructions: outputs.map((value) => Math.min(Math.max(value, 0), 1)),
    });
  } finally {
    encoder.dispose();
  }
}

/** @param shape of one image */
function onnxReadme(title: string, { latentSize }: RunConfig, shape: readonly number[]): string {
  const image = shape.join(", ");
  return `# ${title}, as ONNX

- \`autoencoder.onnx\`: \`image\` [n, ${image}] to \`reconstruction\` [n, ${image}]
- \`encoder.onnx\`: \`image\` [n, ${image}] to \`code\` [n, ${latentSize}]
- \`decoder.onnx\`: \`code\` [n, ${latentSize}] to \`reconstruction\` [n, ${image}]

All numbers are 32-bit floats; pixels go from 0 (black) to 1. Operator set 17.

    import numpy as np
    import onnxruntime as ort

    image = np.zeros([1, ${image}], np.float32)
    (code,) = ort.InferenceSession("encoder.onnx").run(None, {"image": image})
    (reconstruction,) = ort.InferenceSession("decoder.onnx").run(None, {"code": code})
`;
}

/** @param shape of one image */
function tfjsReadme(title: string, shape: readonly number[], hasLayers: boolean): string {
  const image = shape.join(", ");
  const own = hasLayers
    ? `
The net has layers that tfjs has not: \`layers.js\` defines them, so import it first.
`
    : "";
  return `# ${title}, for tfjs

\`model.json\` has the layers and \`weights.bin\` their numbers. Serve the folder, then
${own}
    ${hasLayers ? 'import "./layers.js";\n    ' : ""}const model = await tf.loadLayersModel("model.json");
    const reconstruction = model.predict(tf.zeros([1, ${image}]));

Images are [n, ${image}], pixels from 0 (black) to 1. The layer \`latent\` gives the code:

    const encoder = tf.model({ inputs: model.inputs, outputs: model.getLayer("latent").output });
`;
}
