/** `npm run -s score`: both SSIM protocols for pairs of images in a JSON file. */

import * as v from "valibot";
import { parseWith, SchemaError, whole } from "../config/schema";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import { sizeOf } from "../math/image-set";
import { ssimWang, ssimWriteup } from "../metrics/ssim";
import { flag, parseArguments, requiredText } from "./args";
import { UsageError } from "./errors";
import { readJsonFile } from "./input-file";

const SYNTAX = {
  name: "score",
  summary: "Scores pairs of 28×28 images with both SSIM protocols.",
  options: {
    pairs: requiredText("FILE", "a JSON file shaped like tests/golden/ssim.json"),
    json: flag("print an array of {ssim, ssimWriteup}"),
  },
};

/** 16,000 pairs as JSON with spaces. */
const MOST_BYTES = 200e6;

const Image = v.pipe(
  v.array(whole({ min: 0, max: 255 })),
  v.length(sizeOf(FASHION_MNIST), `must have ${sizeOf(FASHION_MNIST)} numbers`),
);
const PairsFile = v.object({
  pairs: v.array(v.object({ original: Image, reconstruction: Image })),
});
const SHAPE = `{"pairs": [{"original": […], "reconstruction": […]}, …]} with ${sizeOf(FASHION_MNIST)} bytes (0 to 255) an image`;

async function readPairs(file: string): Promise<v.InferOutput<typeof PairsFile>["pairs"]> {
  const content = await readJsonFile(file, MOST_BYTES, "--pairs: ");
  try {
    return parseWith(PairsFile, content, "all of it").pairs;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new UsageError(`--pairs: in ${file}, ${error.message}. It must be ${SHAPE}.`);
  }
}

/** Runs the command. @throws UsageError for arguments or a file that are not as they must be */
export async function score(
  argv: readonly string[],
  print: (text: string) => void = (text) => process.stdout.write(text),
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, print);
  if (!options) return;
  const unit = (bytes: readonly number[]) => Float64Array.from(bytes, (byte) => byte / 255);
  const scores = (await readPairs(options.pairs)).map((pair) => {
    const original = unit(pair.original);
    const reconstruction = unit(pair.reconstruction);
    return {
      ssim: ssimWang(original, reconstruction, FASHION_MNIST),
      ssimWriteup: ssimWriteup(original, reconstruction, FASHION_MNIST),
    };
  });
  if (options.json) {
    print(`${JSON.stringify(scores)}\n`);
    return;
  }
  print("pair   SSIM (Wang)   SSIM (write-up protocol)\n");
  for (const [index, { ssim, ssimWriteup }] of scores.entries()) {
    const row = [ssim.toFixed(6).padStart(11), ssimWriteup.toFixed(6).padStart(11)];
    print(`${String(index + 1).padStart(4)}   ${row.join("   ")}\n`);
  }
}
