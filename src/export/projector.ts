/** Codes for TensorFlow's Embedding Projector: vectors, what is known of each, and their pictures. */

import { encode as encodePng } from "fast-png";
import type { Dataset } from "../datasets/dataset";
import { imageQuality } from "../metrics/metrics";
import { type ExportFile, jsonFile, textFile } from "./files";

export interface CodesInput {
  /** What the vectors are called: "loom, 128 numbers". */
  readonly title: string;
  readonly dataset: Dataset;
  /** The images whose codes they are. */
  readonly indices: Uint32Array;
  /** indices.length × latentSize. */
  readonly codes: Float32Array;
  /** indices.length × an image's numbers, in [0, 1]. */
  readonly reconstructions: Float32Array;
}

const FILES = {
  codes: "codes.tsv",
  metadata: "metadata.tsv",
  sprite: "sprites.png",
  config: "projector_config.json",
} as const;

/** @throws RangeError where sizes do not fit together or there is no image */
export function projectorFiles(input: CodesInput): ExportFile[] {
  const { title, indices, codes } = input;
  const { height, width } = input.dataset.shape;
  const size = codes.length / indices.length;
  return [
    textFile(FILES.codes, codesText(codes, size)),
    textFile(FILES.metadata, metadataText(input)),
    { path: FILES.sprite, bytes: spriteSheet(input) },
    jsonFile(FILES.config, {
      embeddings: [
        {
          tensorName: title,
          tensorShape: [indices.length, size],
          tensorPath: FILES.codes,
          metadataPath: FILES.metadata,
          sprite: { imagePath: FILES.sprite, singleImageDim: [height, width] },
        },
      ],
    }),
    textFile("README.md", README),
  ];
}

/** One vector a line, without a heading; nine digits bring every float back to its bits. */
function codesText(codes: Float32Array, size: number): string {
  const lines: string[] = [];
  for (let at = 0; at < codes.length; at += size) {
    lines.push(Array.from(codes.subarray(at, at + size), digits).join("\t"));
  }
  return `${lines.join("\n")}\n`;
}

const digits = (value: number): string => String(Number(value.toPrecision(9)));

function metadataText({ dataset, indices, reconstructions }: CodesInput): string {
  const { ssim, mse } = imageQuality(dataset, indices, reconstructions);
  const rows = Array.from(indices, (index, row) => [
    dataset.spec.classNames[dataset.labels[index]!]!,
    index,
    ssim[row]!.toFixed(4),
    mse[row]!.toFixed(6),
  ]);
  return [["class", "image", "ssim", "mse"], ...rows].map((row) => `${row.join("\t")}\n`).join("");
}

/** All images in a square, row by row in the order of the vectors. */
function spriteSheet({ dataset, indices }: CodesInput): Uint8Array {
  const columns = Math.ceil(Math.sqrt(indices.length));
  const { height: tall, width: wide, channels } = dataset.shape;
  const [width, height] = [columns * wide, columns * tall];
  const data = new Uint8Array(width * height * channels);
  const line = wide * channels;
  for (const [place, index] of indices.entries()) {
    const [left, top] = [(place % columns) * wide, Math.floor(place / columns) * tall];
    for (let y = 0; y < tall; y++) {
      const from = (index * tall + y) * line;
      const to = ((top + y) * width + left) * channels;
      data.set(dataset.images.subarray(from, from + line), to);
    }
  }
  return encodePng({ width, height, data, channels, depth: 8 });
}

const README = `# Codes of the test images

- \`${FILES.codes}\`: one latent vector a line, tabs between its numbers.
- \`${FILES.metadata}\`: class, number in the data set, and how well the net rebuilt the image: SSIM
  (Wang et al. 2004) and mean squared error.
- \`${FILES.sprite}\`: the images, in the same order.
- \`${FILES.config}\`: what belongs to what.

At https://projector.tensorflow.org press Load and choose \`${FILES.codes}\` and \`${FILES.metadata}\`.
To see the images as well, serve this folder from an address that the projector may fetch from,
write that address before the paths in \`${FILES.config}\`, and open
\`https://projector.tensorflow.org/?config=\` with the address of that file behind it.
`;
