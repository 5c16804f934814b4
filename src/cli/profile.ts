/** `npm run -s profile`: what a training step asks of a GPU, and what each of its kernels takes. */

import { DEFAULT_CONFIG } from "../config/config";
import { SETTINGS } from "../config/settings";
import { adapterOf } from "../engine/gpu";
import { isSoftwareAdapter } from "../engine/renderers";
import { countCalls } from "../engine/webgpu/counting";
import { createWebgpuTrainer } from "../engine/webgpu/trainer";
import { sizeOf } from "../math/image-set";
import { buildNet } from "../nets/build";
import { netOf, PRESETS } from "../nets/presets";
import { trainerOptions } from "../training/trainer";
import { choice, flag, integer, optional, parseArguments } from "./args";
import { readDataset } from "./data";
import { nodeWebgpuPlatform } from "./dawn";
import { nodeDevices } from "./devices";
import { prepareFolder } from "./folders";
import { figuresOf, markdown, type Profile } from "./profile/report";
import { saveProfile } from "./profile/save";
import { OWN_NET, settle } from "./recipe";
import { RESULTS } from "./report/files";

const PROFILE_SYNTAX = {
  name: "profile",
  summary: "Counts and times what a training step of a net does on this machine's GPU.",
  options: {
    preset: optional(choice(PRESETS, "baseline", "Net to train")),
    net: OWN_NET,
    batch: {
      ...integer(SETTINGS.batchSize.type.limits, undefined, "Images a step"),
      standard: "the recipe's",
    },
    json: flag("Prints the profile as one JSON object"),
    save: flag("Also keeps it in bench/results; of a software driver only what is no time"),
  },
  notes:
    "Kernels are timed one at a time by the GPU's own clock: they take no less together. GFLOPS\n" +
    "count products of matrices, GB/s what must be read and written at least; the peak beside them\n" +
    "is this GPU's, measured. Without a GPU it computes on the CPU, by the driver that comes with\n" +
    "Chromium.",
};

/** Steps in one call, as the training loop asks for them on a fast GPU. */
const STEPS = 32;
/** Steps whose kernels are timed. */
const TIMED_STEPS = 5;
/** Steps with a software driver, which needs seconds for each. */
const SLOW_STEPS = 2;

/** @throws UsageError for arguments that are not allowed, DeviceError where there is no GPU */
export async function profile(argv: readonly string[]): Promise<void> {
  const options = parseArguments(PROFILE_SYNTAX, argv);
  if (!options) return;
  const { preset, net, batch } = options;
  const config = await settle({ preset, net: net ?? undefined, batchSize: batch }, null);
  if (options.save) await prepareFolder({ folder: RESULTS, option: null });
  const { dataset, note } = await readDataset(DEFAULT_CONFIG.classes, DEFAULT_CONFIG.data);
  if (note) process.stderr.write(`${note}\n`);
  const { batchSize, learningRate } = config;
  await nodeDevices();
  const device = await nodeWebgpuPlatform.openDevice();
  const isSoftware = isSoftwareAdapter(adapterOf(device));
  const steps = isSoftware ? SLOW_STEPS : STEPS;
  const model = buildNet(netOf(config, dataset.shape), config.seed);
  const trainer = await createWebgpuTrainer(model, trainerOptions(config, model), {
    openDevice: async () => device,
    onCompiled: tellProgress,
  });
  try {
    const count = Math.min(dataset.count, steps * batchSize);
    await trainer.setSamples({
      count,
      inputs: dataset.images.subarray(0, count * sizeOf(dataset.shape)),
    });
    const indices = Uint32Array.from({ length: steps * batchSize }, (_, i) => i % count);
    const rates = Array.from({ length: steps }, () => learningRate);
    // The first call makes the buffers through which losses are read.
    await trainer.step(indices.subarray(0, batchSize));
    const look = countCalls(device);
    await trainer.steps(indices, rates);
    const counts = look();
    const timed = isSoftware ? 1 : TIMED_STEPS;
    const kernels = await trainer.profile(indices.subarray(0, batchSize), timed);
    const peak = await trainer.measurePeak();
    const report: Profile = {
      device: trainer.info.label,
      software: isSoftware,
      peak,
      date: new Date().toISOString().slice(0, 10),
      preset: config.preset,
      net: config.net,
      batch: batchSize,
      steps,
      dispatchesPerStep: counts.dispatches / steps,
      uploadsPerStep: counts.uploads / steps,
      submitsPerStep: counts.submissions / steps,
      buffersCreatedPerStep: counts.buffers / steps,
      bytesPerStep: counts.uploadedBytes / steps,
      kernels: kernels.map((kernel) => figuresOf(kernel, peak)),
    };
    try {
      if (options.save) {
        process.stderr.write(`Kept in ${saveProfile(report, RESULTS)}.json and .md\n`);
      }
    } finally {
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : markdown(report));
    }
  } finally {
    trainer.dispose();
  }
}

function tellProgress(done: number, all: number): void {
  if (done === all) process.stderr.write(`${all} kernels compiled\n`);
}
