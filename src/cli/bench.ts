/** `npm run -s bench`: all contenders on each net, in one run, on the same images. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_CONFIG } from "../config/config";
import { configFor } from "../config/recipes";
import type { Dataset } from "../datasets/dataset";
import { pickImages } from "../math/image-set";
import { parseArguments } from "./args";
import { CONTENDERS } from "./bench/contenders";
import { measure } from "./bench/measure";
import { BENCH_SYNTAX } from "./bench/options";
import { type BenchReport, markdown } from "./bench/report";
import { readDataset } from "./data";
import { UsageError } from "./errors";
import { prepareFolder } from "./folders";
import { RESULTS } from "./report/files";

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
  if (options.save) await prepareFolder({ folder: RESULTS, option: null });
  // What was measured so far is no bench. Exiting, Node closes the browser too.
  process.once("SIGINT", () => process.exit(130));
  const { dataset, note } = await readDataset(DEFAULT_CONFIG.classes);
  if (note) process.stderr.write(`${note}\n`);
  const batches = options.preset.flatMap((preset) => options.batch ?? configFor(preset).batchSize);
  const report = await measure({
    presets: options.preset,
    contenders: CONTENDERS.filter(({ name }) => options.only.includes(name)),
    batch: options.batch,
    threads: options.threads,
    trial: options.trial,
    data: dataset.spec.source,
    images: mixed(dataset, BATCHES * Math.max(...batches)),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    if (options.save) save(report);
  } finally {
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : markdown(report));
  }
}

/** That many images, spread evenly over all of them: they are stored class by class. */
function mixed(dataset: Dataset, count: number): Uint8Array {
  // 4,177 is prime and no divisor of a class's 7,000 images: successive steps differ.
  return pickImages(
    dataset,
    Uint32Array.from({ length: count }, (_, i) => (i * 4177) % dataset.count),
  );
}

/** As bench/results/<date>-<cpu>.json and .md. */
function save(report: BenchReport): void {
  const cpu = report.host.cpu.replace(/\(R\)|\(TM\)|CPU|@.*/g, " ").trim();
  const name = `${report.date}-${cpu.replace(/[^\w]+/g, "-").toLowerCase()}`;
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(RESULTS, `${name}.md`), markdown(report));
  process.stderr.write(`Written to bench/results/${name}.json and .md\n`);
}
