/** `search`: trains changes of a preset and compares them on the validation split. */

import { DEFAULT_CONFIG, type RunConfig } from "../config/config";
import { configFor, RECIPES } from "../config/recipes";
import { SETTINGS } from "../config/settings";
import { specFor } from "../datasets/catalogue";
import type { Dataset, Split } from "../datasets/dataset";
import { splitDataset } from "../datasets/split";
import { fitPcaByKernels } from "../engine/wasm/linear-algebra";
import type { Pca } from "../math/pca";
import { pcaQuality } from "../metrics/metrics";
import { buildNet } from "../nets/build";
import { startFromPca } from "../nets/build/pca-start";
import { presetNet } from "../nets/presets";
import { loom, nested } from "../nets/presets/loom";
import { summarizeNet } from "../nets/summary";
import { RunControl } from "../training/control";
import { evaluate } from "../training/evaluate";
import { trainRun } from "../training/run";
import { createTrainer, type DeviceHost } from "../training/trainer";
import { choice, choices, flag, integer, parseArguments } from "./args";
import { readDataset } from "./data";
import { nodeDevices } from "./devices";
import { UsageError } from "./errors";
import { CANDIDATES, type Candidate, SEARCHED } from "./search/candidates";
import { cells, figuresOf, type Measure, measuresOf } from "./search/measures";
import { nodeWasmPlatform } from "./wasm-platform";

const SYNTAX = {
  name: "search",
  summary: "Trains changes of a preset and compares them on the validation split.",
  options: {
    preset: choice(SEARCHED, "loom", "The net"),
    latent: integer(
      SETTINGS.latentSize.type.limits,
      undefined,
      "Numbers in the latent vector; else the recipe's",
    ),
    epochs: integer(SETTINGS.epochs.type.limits, 6, "Passes over the training images, for each"),
    seed: integer(SETTINGS.seed.type.limits, 1, "Draws the split, the weights and the order"),
    threads: integer(SETTINGS.threads.type.limits, null, "Threads of the WASM device"),
    only: choices(
      [...new Set(SEARCHED.flatMap((preset) => CANDIDATES[preset].map(({ name }) => name)))],
      "What to compare; else all of the preset's",
    ),
    json: flag("Prints each result as one JSON object a line"),
  },
};

/** What was found out of one candidate. */
interface Finding {
  readonly name: string;
  readonly parameters: number;
  /** Floating-point operations of one image's forward pass, in millions. */
  readonly megaFlops: number;
  readonly seconds: number;
  /** By the measures' titles, over the validation split. */
  readonly figures: Readonly<Record<string, number>>;
}

interface Setting {
  readonly make: typeof loom;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly pca: Pca;
  readonly devices: DeviceHost;
}

/**
 * Runs the command. No test image has a part in it: the validation split takes the test split's
 * place, in every run and figure.
 *
 * @throws UsageError for arguments that are not allowed, NonFiniteLossError, DataError
 */
export async function search(argv: readonly string[]): Promise<void> {
  const options = parseArguments(SYNTAX, argv);
  if (!options) return;
  const { preset, epochs, seed, threads, json } = options;
  const candidates = CANDIDATES[preset].filter(({ name }) => options.only.includes(name));
  if (candidates.length === 0) {
    const names = CANDIDATES[preset].map(({ name }) => name).join(", ");
    throw new UsageError(`--only names no change of ${preset}: there are ${names}.`);
  }
  const latentSize = options.latent ?? RECIPES[preset].recipe.latentSize;
  const spec = specFor(DEFAULT_CONFIG.data);
  const measures = measuresOf(presetNet(preset, latentSize, spec), latentSize);
  const { dataset, note } = await readDataset(DEFAULT_CONFIG.classes, DEFAULT_CONFIG.data);
  if (note) process.stderr.write(`${note}\n`);
  const whole = splitDataset(dataset, DEFAULT_CONFIG.split, seed);
  const split = { ...whole, test: whole.validation };
  const { train } = split;
  const pca = await fitPcaByKernels(nodeWasmPlatform, {
    set: dataset,
    indices: train,
    most: latentSize,
    threads: 1,
  });
  const setting = { make: MAKERS[preset], dataset, split, pca, devices: await nodeDevices() };

  const show = (line: string) => process.stdout.write(`${line}\n`);
  if (!json) {
    const reached = await figuresOf(measures, async (kept) => {
      return pcaQuality(pca, kept ?? latentSize, dataset, split.validation).mean;
    });
    show(`| candidate | weights | MFLOP | seconds | ${measures.map((m) => m.title).join(" | ")} |`);
    show(`|---|---:|---:|---:|${"---:|".repeat(measures.length)}`);
    show(`| PCA | | | | ${cells(measures, reached)} |`);
  }
  for (const candidate of candidates) {
    const overrides = { ...candidate.recipe, latentSize, epochs, seed, threads };
    const finding = await judge(candidate, configFor(preset, overrides), measures, setting);
    show(json ? JSON.stringify(finding) : row(measures, finding));
  }
}

const MAKERS = { loom, nested };

async function judge(
  candidate: Candidate,
  config: RunConfig,
  measures: readonly Measure[],
  setting: Setting,
): Promise<Finding> {
  const { make, dataset, split, pca, devices } = setting;
  const { latentSize, seed } = config;
  const net = make(latentSize, dataset.shape, candidate.net);
  const model = buildNet(net, seed);
  startFromPca(model, net, pca, seed);
  const { parameters, multiplyAdds } = summarizeNet(net);
  const trainer = await createTrainer(model, config, devices);
  try {
    const { seconds } = await trainRun({
      config,
      dataset,
      split,
      trainer,
      previewIndices: new Uint32Array(0),
      control: new RunControl(),
      emit: (event) => {
        if (event.type !== "epoch") return;
        const { epoch, validation } = event;
        process.stderr.write(
          `${candidate.name}, epoch ${epoch} of ${config.epochs}: ${validation.ssimWriteup.toFixed(4)}\n`,
        );
      },
      pca: async () => pcaQuality(pca, latentSize, dataset, split.validation).mean,
      now: () => performance.now(),
      yieldToHost: () => Promise.resolve(),
    });
    const figures = await figuresOf(measures, async (kept) => {
      if (kept !== null) trainer.setKept(kept);
      const judged = evaluate(trainer, dataset, split.validation, () => Promise.resolve());
      return (await judged).quality;
    });
    const megaFlops = (2 * multiplyAdds) / 1e6;
    return { name: candidate.name, parameters, megaFlops, seconds, figures };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

function row(measures: readonly Measure[], finding: Finding): string {
  const { name, parameters, megaFlops, seconds, figures } = finding;
  const first = [name, parameters.toLocaleString("en"), megaFlops.toFixed(1), seconds.toFixed(0)];
  return `| ${first.join(" | ")} | ${cells(measures, figures)} |`;
}
