/** `npm run -s net`: what a net consists of, and its text. */

import { readFile, stat } from "node:fs/promises";
import { RECIPES } from "../config/recipes";
import { SETTINGS } from "../config/settings";
import { ImportError, importNet, isModelJson } from "../import";
import type { ImageShape } from "../math/image-set";
import { withLatentSize } from "../nets/latent-size";
import { PRESETS, presetNet } from "../nets/presets";
import { oddWords } from "../nets/presets/halves";
import type { NetSpec } from "../nets/spec";
import { checkNet, latentSizeOf, NetError } from "../nets/summary";
import { NetTextError, netText, parseNet } from "../nets/text";
import { markdownTable } from "../report/table";
import { choice, flag, integer, optional, parseArguments, text } from "./args";
import { UsageError } from "./errors";
import { SHAPE } from "./shape";

const SYNTAX = {
  name: "net",
  summary: "Says what a net consists of, layer by layer, and prints its text.",
  options: {
    preset: optional(choice(PRESETS, "baseline", "A net that comes with the page")),
    net: text(
      "TEXT|FILE",
      "a net as a line of text, or a file that holds one or a model's JSON (docs/nets.md)",
    ),
    latent: integer(SETTINGS.latentSize.type.limits, undefined, "Numbers in the latent vector"),
    shape: SHAPE,
    json: flag("print {text, layers, parameters, multiplyAdds, latent, problems}"),
  },
};

/** Far more than any net has. */
const MOST_BYTES = 5_000_000;

/**
 * The net that `--net` names: a line of text, or the file that holds it.
 *
 * @throws UsageError that says what is wrong, and where in the text
 */
export async function readNet(given: string, image: ImageShape): Promise<NetSpec> {
  const line = await netLine(given, image);
  try {
    return parseNet(line, image);
  } catch (error) {
    if (!(error instanceof NetTextError)) throw error;
    const { message, from, to } = error;
    const words = line.slice(from, to).trim();
    const where =
      words === "" || words === line.trim() ? "" : ` (at "${words}", character ${from + 1})`;
    throw new UsageError(`--net: ${message}${where}`);
  }
}

/**
 * A net's line: the content of the file of that name, or else the text itself; of a model's JSON the
 * line that says the same net, with what is otherwise on stderr.
 *
 * @throws UsageError with a line for each thing of a model that there is no form of
 */
export async function netLine(given: string, image: ImageShape): Promise<string> {
  const line = (await fileContent(given)) ?? given;
  if (!isModelJson(line)) return line;
  try {
    const { net: imported, notes } = importNet(line, image);
    for (const note of notes) process.stderr.write(`${note}\n`);
    return netText(imported);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    throw new UsageError(`--net: ${error.message}`);
  }
}

/**
 * What the file of that name holds; null where there is none.
 *
 * @throws UsageError for a file that is too large to be of a net
 */
export async function fileContent(given: string): Promise<string | null> {
  const found = await stat(given).catch(() => null);
  if (!found?.isFile()) return null;
  if (found.size > MOST_BYTES) {
    throw new UsageError(
      `--net: ${given} has ${found.size} bytes; a net's text has a few hundred, a model's JSON without weights some hundred thousand.`,
    );
  }
  return (await readFile(given, "utf8")).trim();
}

/** Runs the command. @throws UsageError for arguments that are not allowed, and nets that cannot be */
export async function net(
  argv: readonly string[],
  print: (text: string) => void = (line) => process.stdout.write(line),
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, print);
  if (!options) return;
  const spec = await chosen(options);
  const { layers, parameters, multiplyAdds } = problemsAsUsage(() => checkNet(spec));
  const kinds = new Map(spec.layers.map(({ name, kind }) => [name, kind]));
  if (options.json) {
    const report = {
      text: netText(spec),
      layers: layers.map(({ name, outputShape, parameters: own, multiplyAdds: work }) => ({
        name,
        kind: kinds.get(name),
        shape: outputShape,
        parameters: own,
        multiplyAdds: work,
      })),
      parameters,
      multiplyAdds,
      latent: latentSizeOf(spec),
      problems: [],
    };
    print(`${JSON.stringify(report)}\n`);
    return;
  }
  const number = (value: number) => value.toLocaleString("en");
  const table = markdownTable<(typeof layers)[number]>(
    [
      { title: "layer", cell: ({ name }) => name },
      { title: "kind", cell: ({ className, detail }) => `${className} ${detail}`.trim() },
      { title: "output", cell: ({ outputShape }) => outputShape.join("×") },
      { title: "weights", right: true, cell: (layer) => number(layer.parameters) },
      { title: "multiply-adds", right: true, cell: (layer) => number(layer.multiplyAdds) },
    ],
    layers,
  );
  const odd = options.net === null ? oddWords(spec) : null;
  print(
    `${netText(spec)}\n\n${table}\n\n${number(parameters)} weights, ` +
      `${number(multiplyAdds)} multiply-adds an image, a code of ${number(latentSizeOf(spec))} numbers.\n` +
      (odd === null ? "" : `${odd}\n`),
  );
}

interface Chosen {
  readonly preset: (typeof PRESETS)[number] | undefined;
  readonly net: string | null;
  readonly latent: number | undefined;
  readonly shape: ImageShape;
}

async function chosen({ preset, net: given, latent, shape: image }: Chosen): Promise<NetSpec> {
  if (given === null) {
    const name = preset ?? "baseline";
    const latentSize = latent ?? RECIPES[name].recipe.latentSize;
    return problemsAsUsage(() => presetNet(name, latentSize, image));
  }
  if (preset !== undefined) throw new UsageError("--preset and --net name two nets: give one.");
  const spec = await readNet(given, image);
  return latent === undefined ? spec : problemsAsUsage(() => withLatentSize(spec, latent));
}

/** @throws UsageError where the work throws what a net's author has to hear */
function problemsAsUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof NetError || error instanceof RangeError) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}
