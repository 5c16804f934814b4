/** Trained models of others, as the page has them before anybody brings one. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { loadPart } from "../client/parts";
import type { BroughtFile } from "../protocol/own-data";
import type { ModelImportHost, ModelImportState } from "./model-import";

export interface ModelImports {
  readonly state: StoreApi<ModelImportState>;
  /** Reads files of a model, and opens the dialog on what they are. */
  bring(files: readonly BroughtFile[]): Promise<void>;
}

/** Without a dialog, until files are brought; where its part does not come, the page says so. */
export function createModelImports(host: ModelImportHost): ModelImports {
  const state = createStore<ModelImportState>(() => ({ importing: null }));
  return {
    state,
    bring: (files) =>
      loadPart("state/model-import", () => import("./model-import")).then(
        ({ startImport }) => startImport(state, host, files),
        ({ message }) => host.runs.say({ message: `No model is read: ${message}`, remedy: "" }),
      ),
  };
}
