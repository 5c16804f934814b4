/** `npm run -s score`: both SSIM protocols for pairs of images in a JSON file. */

import * as v from "valibot";
import { parseWith, SchemaError, whole } from "../checks/schema";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import { SHAPE_ENTRIES } from "../datasets/spec-schema";
import { type ImageShape, sizeOf } from "../math/image-set";
import { ssimWang, ssimWriteup } from "../metrics/ssim";
import { hasSsim, UNIFORM_SIDE } from "../metrics/ssim-protocols";
import { flag, parseArguments, requiredText } from "./args";
import { UsageError } from "./errors";
import { readJsonFile } from "./input-file";

const SYNTAX = {
  name: "score",
  summary: "Scores pairs of images with both SSIM protocols.",
  options: {
    pairs: requiredText("FILE", "a JSON file shaped like tests/golden/ssim.json"),
    json: flag("print an array of {ssim, ssimWriteup}"),
  },
};

/** 16,000 pairs as JSON with spaces. */
const MOST_BYTES = 200e6;

const SHAPE_WORDS = `{"pairs": [{"original": […], "reconstruction": […]}, …]} with ${sizeOf(FASHION_MNIST)} bytes (0 to 255) an image, or as many as a "shape" {"height": …, "width": …, "channels": 1 or 3} beside the pairs says`;

const { height, width, channels } = SHAPE_ENTRIES;
const SHAPE = v.object({ height, width, channels });

/** @param size numbers of an image */
function pairsSchema(size: number) {
  const image = v.pipe(
    v.array(whole({ min: 0, max: 255 })),
    v.length(size, `must have ${size} numbers`),
  );
  return v.object({ pairs: v.array(v.object({ original: image, reconstruction: image })) });
}

interface Pairs {
  readonly shape: ImageShape;
  readonly pairs: readonly {
    readonly original: readonly number[];
    readonly reconstruction: readonly number[];
  }[];
}

async function readPairs(file: string): Promise<Pairs> {
  const content = await readJsonFile(file, MOST_BYTES, "--pairs: ");
  try {
    const own = (Object(content) as { shape?: unknown }).shape;
    const shape =
      own === undefined ? FASHION_MNIST : parseWith(v.object({ shape: SHAPE }), content).shape;
    if (!hasSsim(shape)) {
      throw new SchemaError(
        `shape must have at least ${UNIFORM_SIDE} pixels down and across, SSIM's smallest window`,
      );
    }
    return { shape, ...parseWith(pairsSchema(sizeOf(shape)), content, "all of it") };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new UsageError(`--pairs: in ${file}, ${error.message}. It must be ${SHAPE_WORDS}.`);
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
  const { shape, pairs } = await readPairs(options.pairs);
  const scores = pairs.map((pair) => {
    const original = unit(pair.original);
    const reconstruction = unit(pair.reconstruction);
    return {
      ssim: ssimWang(original, reconstruction, shape),
      ssimWriteup: ssimWriteup(original, reconstruction, shape),
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
