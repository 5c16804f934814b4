/** `npm run -s pack`: a trained net as the small files that come with the page. */

import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { encode } from "fast-png";
import type { Dataset } from "../datasets/dataset";
import type { Trainer } from "../engine/device";
import { pickImages, toBytes } from "../math/image-set";
import { pcaQuality } from "../metrics/metrics";
import { buildNet } from "../nets/build";
import { netOf } from "../nets/presets";
import { isNested, type NetSpec } from "../nets/spec";
import { markdownTable } from "../report/table";
import {
  PACKED_VERSION,
  type PackedManifest,
  packWeights,
  parsePackedManifest,
  unpackNet,
} from "../runs/packed-net";
import type { RunResult } from "../runs/results";
import { STRIP_PLACES, STRIP_SIZES } from "../runs/strip";
import { evaluate } from "../training/evaluate";
import { predictPixels } from "../training/score";
import { createTrainer } from "../training/trainer";
import { parseArguments, requiredText, text } from "./args";
import { nodeDevices } from "./devices";
import { CommandError, UsageError } from "./errors";
import { prepareFolder } from "./folders";
import { readSavedModel } from "./model-files";
import { type ReadDataset, type RunImages, runImages } from "./run";

const NETS = fileURLToPath(new URL("../../public/nets", import.meta.url));

const SYNTAX = {
  name: "pack",
  summary:
    "Rounds a trained net's weights to a byte each, judges what is left of it on the test split, and\n" +
    "writes it to small files: <preset>.bin and, with settings and figures, <preset>.json; of a nested\n" +
    "net also <preset>.png, garments through 1 to 256 numbers and back.",
  options: {
    from: requiredText("DIR", "Folder that `train --save` wrote"),
    out: text("DIR", "Folder for the files; else public/nets"),
  },
};

/** What the command reaches outside itself; tests replace it. */
export interface PackHost {
  readonly stdout: { write(text: string): unknown };
  readonly readDataset: ReadDataset;
}

const NODE_HOST: PackHost = {
  stdout: process.stdout,
  readDataset: async (...chosen) => (await import("./data")).readDataset(...chosen),
};

/**
 * Runs the command.
 *
 * @throws UsageError for arguments that are not allowed and folders that cannot be used, CommandError
 *   where the preset builds another net by now, or the images are others than it was trained on
 */
export async function pack(argv: readonly string[], host: PackHost = NODE_HOST): Promise<void> {
  const options = parseArguments(SYNTAX, argv, (help) => host.stdout.write(help));
  if (!options) return;
  const { from, out } = options;
  await nodeDevices();
  const { model, result } = await readSavedModel(from, "--from");
  if (!result) {
    model.dispose();
    throw new UsageError(
      `--from: the net in ${from} was imported; pack takes what \`train --save\` wrote, with its run's figures.`,
    );
  }
  const arrays = arraysOf(model);
  model.dispose();
  const { preset } = result.config;
  const file = `${preset}.bin`;
  const folder = out ?? NETS;
  const output = { folder, option: out === null ? null : "--out" };
  await prepareFolder(output, [file, `${preset}.json`, `${preset}.png`]);
  const bytes = packWeights(arrays);
  const images = await runImages(host.readDataset)(result.config);
  if (images.dataset.spec.source !== result.data) {
    throw new CommandError(
      `The net in ${from} was trained on ${result.data} images, and here are ${images.dataset.spec.source} ones. ` +
        "Run `npm run data` first.",
    );
  }
  const draft = parsePackedManifest({
    version: PACKED_VERSION,
    file,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    // Device and threads are of the machine that trained it, and change no weight.
    config: { ...result.config, device: "auto", threads: null },
    arrays: arrays.map(({ name, shape }) => ({ name, shape })),
    testImages: images.split.test.length,
    figures: [],
  });
  const { weights } = unpackNet(draft, bytes);
  const { trainer, dispose } = await packedTrainer(from, weights, draft, images.dataset);
  const { figures, strip } = await judge(trainer, draft, images).finally(dispose);
  // The weights come first: a manifest always finds the file it names.
  await writeFile(join(folder, file), bytes);
  const manifest = JSON.stringify({ ...draft, figures }, null, 2);
  await writeFile(join(folder, `${preset}.json`), `${manifest}\n`);
  if (strip) await writeFile(join(folder, `${preset}.png`), strip);
  host.stdout.write(told(result, bytes.length, figures, folder));
}

/** The net's weights, in the order of `model.getWeights()`. */
function arraysOf(model: tf.LayersModel) {
  return model.getWeights().map((weight, i) => ({
    name: model.weights[i]!.originalName,
    shape: weight.shape,
    values: weight.dataSync<"float32">(),
  }));
}

interface Judged {
  readonly figures: PackedManifest["figures"];
  /** A PNG file, of a nested net; null of others. */
  readonly strip: Uint8Array | null;
}

interface Packed {
  readonly trainer: Trainer;
  dispose(): void;
}

/**
 * The preset's net with these weights and all images on a device, ready to be asked; whoever takes it disposes of it.
 *
 * @param folder where the weights come from, for the error's words
 * @param weights those of `arrays`, one after another
 * @throws CommandError where the preset builds another net by now
 */
export async function packedTrainer(
  folder: string,
  weights: Float32Array,
  { config, arrays }: Pick<PackedManifest, "config" | "arrays">,
  dataset: Dataset,
): Promise<Packed> {
  const model = buildNet(netOf(config, dataset.shape), config.seed);
  const shapes = model.getWeights().map(({ shape }) => shape.join("×"));
  if (shapes.join() !== arrays.map(({ shape }) => shape.join("×")).join()) {
    throw new CommandError(
      `The preset ${config.preset} has changed since the net in ${folder} was trained: train it again.`,
    );
  }
  let at = 0;
  const tensors = arrays.map(({ shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    at += size;
    return tf.tensor(weights.subarray(at - size, at), shape);
  });
  model.setWeights(tensors);
  tf.dispose(tensors);
  const trainer = await createTrainer(model, config, await nodeDevices());
  await trainer.setSamples({ count: dataset.count, inputs: dataset.images });
  const dispose = () => {
    trainer.dispose();
    model.dispose();
  };
  return { trainer, dispose };
}

/** Judges it at each size that it serves. */
async function judge(
  trainer: Trainer,
  { config }: PackedManifest,
  images: RunImages,
): Promise<Judged> {
  const { dataset, split } = images;
  const net = netOf(config, dataset.shape);
  const { pca, basis } = await images.fit(config.latentSize);
  const figures: PackedManifest["figures"] = [];
  for (const kept of sizesOf(config.latentSize, net)) {
    if (isNested(net)) trainer.setKept(kept);
    const { quality } = await evaluate(trainer, dataset, split.test, async () => {});
    const { mean } = pcaQuality(pca, kept, dataset, split.test, basis);
    figures.push({ kept, net: quality, pca: mean });
  }
  const strip = isNested(net) ? await stripOf(trainer, config.latentSize, images) : null;
  return { figures, strip };
}

/**
 * Garments through more and more numbers and back, as a PNG file: a row for each of STRIP_PLACES, in it the garment
 * and what came back through each of STRIP_SIZES, or all of its numbers where the code has fewer.
 *
 * @param trainer of a nested net, with the data set's images; its number of kept numbers is changed
 */
export async function stripOf(
  trainer: Trainer,
  latentSize: number,
  { dataset, split }: Pick<RunImages, "dataset" | "split">,
): Promise<Uint8Array> {
  const garments = Uint32Array.from(
    STRIP_PLACES,
    (place) => split.test[place % split.test.length]!,
  );
  const columns = [pickImages(dataset, garments)];
  for (const size of STRIP_SIZES) {
    trainer.setKept(Math.min(size, latentSize));
    columns.push(toBytes(await predictPixels(trainer, garments)));
  }
  const { height, width, channels } = dataset.shape;
  const row = width * channels;
  const data = new Uint8Array(garments.length * height * columns.length * row);
  for (const [column, pixels] of columns.entries()) {
    for (let y = 0; y < garments.length * height; y++) {
      data.set(pixels.subarray(y * row, (y + 1) * row), (y * columns.length + column) * row);
    }
  }
  return encode({
    width: columns.length * width,
    height: garments.length * height,
    channels: channels === 1 ? 1 : 3,
    data,
  });
}

/** 1, 2, 4, … and the net's own size. */
function sizesOf(latentSize: number, net: NetSpec): number[] {
  if (!isNested(net)) return [latentSize];
  const powers = Array.from({ length: Math.ceil(Math.log2(latentSize)) }, (_, i) => 2 ** i);
  return [...powers, latentSize];
}

function told(
  { test }: RunResult,
  bytes: number,
  figures: PackedManifest["figures"],
  folder: string,
): string {
  const table = markdownTable<PackedManifest["figures"][number]>(
    [
      { title: "numbers", right: true, cell: ({ kept }) => String(kept) },
      { title: "SSIM (write-up)", right: true, cell: ({ net }) => net.ssimWriteup.toFixed(4) },
      { title: "PCA", right: true, cell: ({ pca }) => pca.ssimWriteup.toFixed(4) },
      { title: "SSIM", right: true, cell: ({ net }) => net.ssim.toFixed(4) },
      { title: "PCA", right: true, cell: ({ pca }) => pca.ssim.toFixed(4) },
      { title: "MSE", right: true, cell: ({ net }) => net.mse.toFixed(5) },
      { title: "PCA", right: true, cell: ({ pca }) => pca.mse.toFixed(5) },
    ],
    figures,
  );
  return [
    `${bytes.toLocaleString("en")} bytes in ${folder}. On the test split, after rounding:`,
    "",
    table,
    "",
    `Before rounding, with all its numbers: SSIM ${test.ssimWriteup.toFixed(4)} by the write-up's protocol.`,
    "",
  ].join("\n");
}
