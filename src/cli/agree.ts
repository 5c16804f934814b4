/** `npm run -s agree`: the same steps of a net on several devices, and how far apart these come. */

import type { RunConfig } from "../config/config";
import { SETTINGS } from "../config/settings";
import type { Trainer } from "../engine/device";
import { netOf, PRESETS } from "../nets/presets";
import { Batches } from "../training/batches";
import { buildStartedModel } from "../training/start";
import { flatWeights } from "../training/weights";
import { type Agreement, markdown, pairsOf, type Trained } from "./agree/report";
import { TRAINEES, type Trainee, USUAL } from "./agree/trainees";
import { choice, choices, flag, integer, optional, parseArguments } from "./args";
import { readDataset } from "./data";
import { nodeDevices } from "./devices";
import { prepareFolder } from "./folders";
import { netFileName, OWN_NET, settle } from "./recipe";
import { RESULTS, writeReport } from "./report/files";
import { systemInfo, systemText } from "./report/system-info";
import { type RunImages, runImages } from "./run";

const AGREE_SYNTAX = {
  name: "agree",
  summary: "Trains a net for the same steps on several devices and tells how far apart they come.",
  options: {
    preset: optional(choice(PRESETS, "baseline", "Net to train, by its recipe")),
    net: OWN_NET,
    steps: integer({ min: 1, max: 1000 }, 100, "Steps"),
    batch: {
      ...integer(SETTINGS.batchSize.type.limits, undefined, "Images a step"),
      standard: "the recipe's",
    },
    only: {
      ...choices(
        TRAINEES.map(({ name }) => name),
        "Devices, and builds of one",
      ),
      fallback: USUAL,
    },
    json: flag("Prints the report as one JSON object"),
    save: flag("Also keeps it in bench/results"),
  },
  notes:
    "Sums of floats depend on their order and rounding, and steps multiply what is apart. How much,\n" +
    "wasm-nudged tells: the WASM device itself, with the last bit of each first weight changed. Two\n" +
    "builds of it differ too: relaxed SIMD rounds a product and its sum once, plain SIMD twice.\n" +
    "Without a GPU, webgpu computes on the CPU, by the driver that comes with Chromium.",
};

/** Steps in one call, on devices that take several. */
const STEPS_A_CALL = 10;

/** @throws UsageError for arguments that are not allowed, DeviceError where a device is not there */
export async function agree(argv: readonly string[]): Promise<void> {
  const options = parseArguments(AGREE_SYNTAX, argv);
  if (!options) return;
  const { preset, net, batch: batchSize, steps, only } = options;
  const config = await settle({ preset, net: net ?? undefined, batchSize }, null);
  if (options.save) await prepareFolder({ folder: RESULTS, option: null });
  const images = await runImages(readDataset)(config);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  if (images.note) say(images.note);
  const trained: Trained[] = [];
  for (const trainee of TRAINEES.filter(({ name }) => only.includes(name))) {
    say(`${trainee.name}: ${steps} steps`);
    trained.push(await trainOn(trainee, config, images, steps));
  }
  const report: Agreement = {
    date: new Date().toISOString().slice(0, 10),
    machine: systemText(systemInfo()),
    data: images.dataset.spec.source,
    preset: config.preset,
    net: config.net,
    batch: config.batchSize,
    steps,
    devices: trained.map(({ name, label, losses, validationLoss }) => ({
      name,
      label,
      validationLoss,
      losses: Array.from(losses),
    })),
    pairs: pairsOf(trained),
  };
  try {
    if (options.save) say(`Kept in ${(await keep(report)).join(" and ")}`);
  } finally {
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : markdown(report));
  }
}

function keep(report: Agreement): Promise<string[]> {
  const place = { folder: RESULTS, name: `agree-${netFileName(report)}-batch-${report.batch}` };
  const json = `${JSON.stringify(report, null, 2)}\n`;
  return writeReport(place, report.date, { json, md: markdown(report) });
}

/** As a run trains: from its weights, its batches in their order, its learning rates. */
async function trainOn(
  trainee: Trainee,
  config: RunConfig,
  images: RunImages,
  steps: number,
): Promise<Trained> {
  const { dataset, split } = images;
  // The net's first weights are made on tfjs's CPU backend, the same for all.
  await nodeDevices();
  const model = await buildStartedModel(netOf(config, dataset.shape), config.seed, async () => {
    return (await images.fit(config.latentSize)).pca;
  });
  let trainer: Trainer | null = null;
  try {
    trainer = await trainee.start(model, config);
    await trainer.setSamples({ count: dataset.count, inputs: dataset.images });
    const losses = await take(trainer, new Batches({ config, split }), steps);
    const validationLoss = await trainer.evaluate(split.validation);
    await trainer.pullWeights();
    return {
      name: trainee.name,
      label: trainer.info.label,
      losses,
      validationLoss,
      weights: await flatWeights(model),
    };
  } finally {
    trainer?.dispose();
    model.dispose();
  }
}

async function take(trainer: Trainer, batches: Batches, steps: number): Promise<Float32Array> {
  const { batchSize } = trainer.options;
  const losses: number[] = [];
  for (let epoch = 1; losses.length < steps; epoch++) {
    const order = batches.order(epoch);
    for (let at = 0; at < order.length && losses.length < steps; ) {
      const most = trainer.steps ? Math.min(STEPS_A_CALL, steps - losses.length) : 1;
      const chosen = order.slice(at, at + most * batchSize);
      const rates = batches.rates(chosen.length, losses.length);
      if (trainer.steps) losses.push(...(await trainer.steps(chosen, rates)));
      else losses.push(await trainer.step(chosen, rates[0]));
      at += chosen.length;
    }
  }
  return Float32Array.from(losses);
}
