/** `npm run -s train`: one run on the command line, with the same loop as the page's. */

import type { RunConfig } from "../core/config";
import type { RunResult } from "../core/results";
import { isSoftwareRenderer } from "../engine/renderers";
import { summarize } from "../models/summary";
import { RunControl } from "../training/control";
import { modelFolder, writeResult } from "./model-files";
import { createProgress, type ProgressStream } from "./progress";
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
  readDataset: async (classes) => (await import("./data")).readDataset(classes),
  onInterrupt(callback) {
    process.on("SIGINT", callback);
    return () => process.off("SIGINT", callback);
  },
};

/**
 * Runs the command.
 *
 * Ctrl-C stops after the step under way and evaluates what there is; a second one ends at once.
 * @throws UsageError for arguments that are not allowed, NonFiniteLossError, DataError
 */
export async function train(argv: readonly string[], host: TrainHost = NODE_HOST): Promise<void> {
  const request = await readRequest(argv, (help) => host.stdout.write(help));
  if (!request) return;
  const result = await run(request.config, request.folder, host);
  host.stdout.write(request.json ? `${JSON.stringify(result)}\n` : resultText(result));
}

async function run(config: RunConfig, folder: string | null, host: TrainHost): Promise<RunResult> {
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
  try {
    const result = await runTask({
      config,
      images,
      control,
      progress: progress.update,
      say: progress.finish,
      onStart(model, { info }) {
        const { parameters, multiplyAdds } = summarize(model);
        progress.finish(
          `${config.preset}, latent size ${config.latentSize}: ${parameters.toLocaleString("en")} weights, ` +
            `${(multiplyAdds / 1e6).toFixed(1)} million multiply-adds an image; ` +
            `${images.split.train.length.toLocaleString("en")} training images; ${info.label}` +
            (isSoftwareRenderer(info.label) ? ", in software: for a test, not for speed" : ""),
        );
      },
      async onTrained(model) {
        if (folder === null) return;
        await model.save(modelFolder(folder));
        progress.finish(`Saved the model in ${folder}.`);
      },
    });
    if (folder !== null) await writeResult(folder, result);
    return result;
  } finally {
    release();
    progress.finish();
  }
}
