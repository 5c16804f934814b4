/** `npm run -s train`: one run on the command line, with the same loop as the page's. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs";
import { sizeWords } from "../config/code-size";
import type { RunConfig } from "../config/config";
import { isSoftwareRenderer } from "../engine/renderers";
import { netOf } from "../nets/presets";
import { oddWords } from "../nets/presets/halves";
import { summarizeNet } from "../nets/summary";
import type { RunResult } from "../runs/results";
import { RunControl } from "../training/control";
import { CommandError } from "./errors";
import { prepareFolder, reasonOf } from "./folders";
import { MODEL_FILES, modelFolder, writeResult } from "./model-files";
import { createProgress, type ProgressStream } from "./progress";
import { netName } from "./recipe";
import { type ReadDataset, runImages, runTask } from "./run";
import { readRequest } from "./train-options";
import { resultText } from "./train-report";

/** What the command reaches outside itself; tests replace it. */
export interface TrainHost {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressStream;
  readonly readDataset: ReadDataset;
  /** Calls back on Ctrl-C; returns the way to end that. */
  onInterrupt(callback: () => void): () => void;
}

const NODE_HOST: TrainHost = {
  stdout: process.stdout,
  stderr: process.stderr,
  readDataset: async (...chosen) => (await import("./data")).readDataset(...chosen),
  onInterrupt(callback) {
    process.on("SIGINT", callback);
    return () => process.off("SIGINT", callback);
  },
};

/**
 * Runs the command.
 *
 * Ctrl-C stops after the step under way and evaluates what there is; a second one ends at once.
 * @throws UsageError for arguments that are not allowed, CommandError where the model could not be
 *   saved where it was to go, NonFiniteLossError, DataError
 */
export async function train(argv: readonly string[], host: TrainHost = NODE_HOST): Promise<void> {
  const request = await readRequest(argv, (help) => host.stdout.write(help));
  if (!request) return;
  const { config, folder, json } = request;
  if (folder !== null) await prepareFolder({ folder, option: "--save" }, MODEL_FILES);
  const { result, failure } = await run(config, folder, host);
  host.stdout.write(json ? `${JSON.stringify(result)}\n` : resultText(result));
  if (failure !== null) throw new CommandError(failure);
}

interface Trained {
  readonly result: RunResult;
  /** Why not all was saved where it was to go, and where it is instead; null where it was. */
  readonly failure: string | null;
}

async function run(config: RunConfig, folder: string | null, host: TrainHost): Promise<Trained> {
  const say = (line: string) => host.stderr.write(`${line}\n`);
  const images = await runImages(host.readDataset)(config);
  if (images.note) say(images.note);
  const progress = createProgress(host.stderr);
  const control = new RunControl();
  const release = host.onInterrupt(() => {
    if (control.stopped) process.exit(130);
    progress.finish("Stopping after this step, then evaluating. Ctrl-C again ends at once.");
    control.stop();
  });
  let saved = null as Saved | null;
  try {
    const result = await runTask({
      config,
      images,
      control,
      progress: progress.update,
      say: progress.finish,
      onStart(_model, { info }) {
        const net = netOf(config, images.dataset.shape);
        const { parameters, multiplyAdds } = summarizeNet(net);
        progress.finish(
          `${netName(config)}, latent size ${config.latentSize}: ${parameters.toLocaleString("en")} weights, ` +
            `${(multiplyAdds / 1e6).toFixed(1)} million multiply-adds an image; ` +
            `${images.split.train.length.toLocaleString("en")} training images; ${info.label}` +
            (isSoftwareRenderer(info.label) ? ", in software: for a test, not for speed" : ""),
        );
        const odd = config.net === null ? oddWords(net) : null;
        if (odd !== null) progress.finish(odd);
        const advice = sizeWords(config.latentSize, images.dataset.shape);
        if (advice !== null) progress.finish(advice);
      },
      async onTrained(model) {
        if (folder === null) return;
        saved = await saveTrained(model, folder);
        if (saved.failure === null) progress.finish(`Saved the model in ${folder}.`);
      },
    });
    return { result, failure: saved && (await addResult(saved, result)) };
  } finally {
    release();
    progress.finish();
  }
}

interface Saved {
  /** Where the model is; null where it could be saved nowhere. */
  readonly folder: string | null;
  readonly failure: string | null;
}

/**
 * Saves the model in the folder, or else among the machine's temporary files: a disk that filled up
 * or went away must not cost hours of training.
 */
async function saveTrained(model: LayersModel, folder: string): Promise<Saved> {
  try {
    await model.save(modelFolder(folder));
    return { folder, failure: null };
  } catch (error) {
    const failure = `The model could not be saved in ${folder} (${reasonOf(error)})`;
    try {
      const other = await mkdtemp(join(tmpdir(), "latent-loom-model-"));
      await model.save(modelFolder(other));
      return { folder: other, failure: `${failure}: it is in ${other}.` };
    } catch (again) {
      return { folder: null, failure: `${failure}, nor in ${tmpdir()} (${reasonOf(again)}).` };
    }
  }
}

/** Puts the run's result beside its model; returns why not all is where it was to go. */
async function addResult({ folder, failure }: Saved, result: RunResult): Promise<string | null> {
  if (folder === null) return failure;
  try {
    await writeResult(folder, result);
    return failure;
  } catch (error) {
    return `${failure ?? ""} The run's result could not be saved in ${folder} (${reasonOf(error)}).`.trim();
  }
}
