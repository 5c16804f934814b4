import type { WorkerLike } from "./client";
import type { ExportWorkerLike } from "./export";
import type { FileWorkerLike } from "./files";
import type { LabWorkerLike } from "./lab";
import type { UmapWorkerLike } from "./umap";

/** Starts a worker for one run file. */
export function createFileWorker(): FileWorkerLike {
  return new Worker(new URL("../worker/file.worker.ts", import.meta.url), {
    type: "module",
    name: "file",
  });
}

/** Starts the training worker, in a thread of its own. */
export function createTrainingWorker(): WorkerLike {
  return new Worker(new URL("../worker/tfjs.worker.ts", import.meta.url), {
    type: "module",
    name: "training",
  });
}

/** Starts the lab's worker, in a thread of its own. */
export function createLabWorker(): LabWorkerLike {
  return new Worker(new URL("../worker/tfjs.worker.ts", import.meta.url), {
    type: "module",
    name: "lab",
  });
}

/** Starts a worker that exports one net. */
export function createExportWorker(): ExportWorkerLike {
  return new Worker(new URL("../worker/tfjs.worker.ts", import.meta.url), {
    type: "module",
    name: "export",
  });
}

/** Starts a worker that lays codes out by UMAP, once. */
export function createUmapWorker(): UmapWorkerLike {
  return new Worker(new URL("../worker/umap.worker.ts", import.meta.url), {
    type: "module",
    name: "umap",
  });
}
