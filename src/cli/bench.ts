/** `npm run -s bench`: all contenders on each net, in one run, on the same images. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_CONFIG, type RunConfig } from "../config/config";
import { traitsOf, withNetsSize } from "../config/net";
import { configFor } from "../config/recipes";
import type { Dataset } from "../datasets/dataset";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import { type ImageShape, pickImages, sameShape, sizeOf } from "../math/image-set";
import { createRng } from "../math/rng";
import type { PresetName } from "../nets/presets";
import { netText } from "../nets/text";
import { parseArguments } from "./args";
import { contendersNamed } from "./bench/contenders";
import { firstStepMarkdown, measureFirstStep } from "./bench/first-step";
import { measure } from "./bench/measure";
import { measureOperations, type OperationsReport, operationsMarkdown } from "./bench/operations";
import { BENCH_SYNTAX } from "./bench/options";
import { type BenchReport, markdown } from "./bench/report";
import { readDataset } from "./data";
import { UsageError } from "./errors";
import { prepareFolder } from "./folders";
import { readNet } from "./net";
import { netFileName, settle } from "./recipe";
import { RESULTS } from "./report/files";
import { shapeText } from "./shape";

/** Different images for as many steps at least; then they come again. */
const BATCHES = 10;

/** @throws UsageError for arguments that are not allowed */
export async function bench(argv: readonly string[]): Promise<void> {
  const options = parseArguments(BENCH_SYNTAX, argv);
  if (!options) return;
  if (options.trial && options.save) {
    throw new UsageError(
      "--trial measures nothing that could be saved: leave out one of --trial and --save.",
    );
  }
  const configs = await configsOf(options);
  const path = options["first-step"];
  if (path !== null) return printFirstStep(path, configs, options);
  if (options.save) await prepareFolder({ folder: RESULTS, option: null });
  // What was measured so far is no bench. Exiting, Node closes the browser too.
  process.once("SIGINT", () => process.exit(130));
  const { shape } = options;
  const batches = configs.flatMap(({ batchSize }) => options.batch ?? batchSize);
  const { source, images } = await imagesOf(shape, BATCHES * Math.max(...batches));
  const task = {
    configs,
    shape,
    batch: options.batch,
    threads: options.threads,
    trial: options.trial,
    data: source,
    images,
    say: (line: string) => process.stderr.write(`${line}\n`),
  };
  const contenders = contendersNamed(options.only);
  const report = options.operations
    ? await measureOperations(task)
    : await measure({ ...task, contenders });
  const text = "steps" in report ? operationsMarkdown(report) : markdown(report);
  try {
    if (options.save) save(report, text, configs);
  } finally {
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : text);
  }
}

async function printFirstStep(
  path: string,
  [config, ...others]: readonly RunConfig[],
  { threads, json }: { readonly threads: readonly number[]; readonly json: boolean },
): Promise<void> {
  if (!config || others.length > 0) {
    throw new UsageError("--first-step is of one net: what another compiled would be there.");
  }
  const settings = { ...config, device: "wasm", threads: threads.at(-1) ?? null } as const;
  const measured = await measureFirstStep(path, settings);
  process.stdout.write(json ? `${JSON.stringify(measured)}\n` : firstStepMarkdown(measured));
}

/** Those of the presets, by their recipes; or a net of one's own by the recipe of one of them. */
async function configsOf({
  preset: presets,
  net,
  shape,
}: {
  readonly preset: readonly PresetName[] | undefined;
  readonly net: string | null;
  readonly shape: ImageShape;
}): Promise<readonly RunConfig[]> {
  if (net === null) return (presets ?? ["baseline" as const]).map((preset) => configFor(preset));
  if (presets && presets.length > 1) {
    throw new UsageError("--net is trained by the recipe of one preset: name one in --preset.");
  }
  const preset = presets?.[0];
  if (sameShape(shape, FASHION_MNIST)) return [await settle({ preset, net }, null)];
  const text = netText(await readNet(net, shape));
  const config = withNetsSize({ ...configFor(preset ?? "baseline"), net: text }, undefined, shape);
  const isFitting = preset !== undefined || traitsOf(config, shape).endsInSigmoid;
  return [isFitting ? config : { ...config, loss: { meanSquaredError: 1 } }];
}

/** Garments of that shape; of another one noise, which takes as long. */
async function imagesOf(shape: ImageShape, count: number) {
  if (!sameShape(shape, FASHION_MNIST)) {
    const rng = createRng(0, "bench");
    const images = new Uint8Array(count * sizeOf(shape)).map(() => rng.int(256));
    return { source: "noise", images } as const;
  }
  const { dataset, note } = await readDataset(DEFAULT_CONFIG.classes, DEFAULT_CONFIG.data);
  if (note) process.stderr.write(`${note}\n`);
  return { source: dataset.spec.source, images: mixed(dataset, count) };
}

/** That many images, spread evenly over all of them: they are stored class by class. */
function mixed(dataset: Dataset, count: number): Uint8Array {
  // 4,177 is prime and no divisor of a class's 7,000 images: successive steps differ.
  return pickImages(
    dataset,
    Uint32Array.from({ length: count }, (_, i) => (i * 4177) % dataset.count),
  );
}

/** As bench/results/<date>-<cpu>.json and .md; of a net of one's own with its name in it. */
function save(
  report: BenchReport | OperationsReport,
  text: string,
  configs: readonly RunConfig[],
): void {
  const cpu = report.host.cpu.replace(/\(R\)|\(TM\)|CPU|@.*/g, " ").trim();
  const own = configs.find(({ net }) => net !== null);
  const name = [
    "steps" in report ? "operations" : undefined,
    report.date,
    cpu.replace(/[^\w]+/g, "-").toLowerCase(),
    own && netFileName(own),
    sameShape(report.shape, FASHION_MNIST) ? undefined : shapeText(report.shape),
  ]
    .filter((part) => part !== undefined)
    .join("-");
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(RESULTS, `${name}.md`), text);
  process.stderr.write(`Written to bench/results/${name}.json and .md\n`);
}
