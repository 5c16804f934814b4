import type { ExportQuestions } from "../protocol/export";
import type { FileQuestions } from "../protocol/files";
import type { ImportQuestions } from "../protocol/import";
import type { InferenceQuestions } from "../protocol/inference";
import type { OwnDataQuestions } from "../protocol/own-data";
import type { RpcWorker } from "../protocol/rpc";
import type { UmapQuestions } from "../protocol/umap";
import type { TrainingWorker } from "./client";

/** Starts a worker for one run file. */
export function createFileWorker(): RpcWorker<FileQuestions> {
  return new Worker(new URL("../worker/file.worker.ts", import.meta.url), {
    type: "module",
    name: "file",
  });
}

/** Starts the training worker, in a thread of its own. */
export function createTrainingWorker(): TrainingWorker {
  return new Worker(new URL("../worker/tfjs.worker.ts", import.meta.url), {
    type: "module",
    name: "training",
  });
}

/** Starts the inference worker, in a thread of its own. */
export function createInferenceWorker(): RpcWorker<InferenceQuestions> {
  return new Worker(new URL("../worker/tfjs.worker.ts", import.meta.url), {
    type: "module",
    name: "inference",
  });
}

/** Starts a worker that exports one net. */
export function createExportWorker(): RpcWorker<ExportQuestions> {
  return new Worker(new URL("../worker/tfjs.worker.ts", import.meta.url), {
    type: "module",
    name: "export",
  });
}

/** Starts a worker that reads models of others. */
export function createImportWorker(): RpcWorker<ImportQuestions> {
  return new Worker(new URL("../worker/tfjs.worker.ts", import.meta.url), {
    type: "module",
    name: "import",
  });
}

/** Starts a worker that lays codes out by UMAP, once. */
export function createUmapWorker(): RpcWorker<UmapQuestions> {
  return new Worker(new URL("../worker/umap.worker.ts", import.meta.url), {
    type: "module",
    name: "umap",
  });
}

/** Starts a worker for data sets of one's own. */
export function createOwnDataWorker(): RpcWorker<OwnDataQuestions> {
  return new Worker(new URL("../worker/own-data.worker.ts", import.meta.url), {
    type: "module",
    name: "own-data",
  });
}
