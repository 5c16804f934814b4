/** A trained model of somebody else's on its way in: read, looked at, and taken as a run that has taken no step. */

import type { StoreApi } from "zustand/vanilla";
import { createImportClient, type ImportClient } from "../client/import";
import { createImportWorker } from "../client/worker";
import type { RunConfig } from "../config/config";
import { DATA_SETS } from "../datasets/catalogue";
import type { DataSpec } from "../datasets/dataset";
import { type ImageShape, sameShape } from "../math/image-set";
import type { FoundModel, ImportImages, ModelChoices } from "../protocol/import";
import type { BroughtFile } from "../protocol/own-data";
import { inWords } from "../protocol/rpc";
import { newRecord, type RunRecord } from "../storage/record";
import { LONGEST_NAME } from "../storage/record-schema";
import { toStorageError } from "../storage/trouble";
import { filesInWords } from "./brought";
import type { Runs } from "./runs";
import { type AppState, formSpec, isActive } from "./state";

/** What the dialog shows. */
export interface ImportingModel extends ModelImport {
  /** The file's name. */
  readonly what: string;
  readonly step: "looking" | "found" | "refused" | "taking";
  /** Why it is not taken, a line for each thing. */
  readonly problems: readonly string[];
  readonly found: FoundModel | null;
  /** Data sets of images such as it takes. */
  readonly dataSets: readonly DataSpec[];
  /** The one whose images it is tried on; null where there is none. */
  readonly data: DataSpec | null;
}

export interface ModelImportState {
  readonly importing: ImportingModel | null;
}

export interface ModelImportHost {
  readonly app: StoreApi<AppState>;
  readonly runs: Pick<Runs, "store" | "say">;
  readonly newId: () => string;
  /** Goes on with a stored run. */
  resume(id: string): Promise<void>;
  stop(): void;
}

/** What can be done with a model that is looked at. */
export interface ModelImport {
  /** Other guesses than those that were made. */
  choose(choices: ModelChoices): Promise<void>;
  chooseData(spec: DataSpec): Promise<void>;
  /** Keeps it as a run, and shows that; while another trains, it waits in the list. Whether it is kept. */
  take(): Promise<boolean>;
  cancel(): void;
}

/**
 * Reads files of a model, in place of those that were looked at, for a dialog on what they are.
 *
 * @param client what reads them, for as long as the dialog is there
 */
export async function startImport(
  state: StoreApi<ModelImportState>,
  host: ModelImportHost,
  files: readonly BroughtFile[],
  client: ImportClient = createImportClient(createImportWorker),
): Promise<void> {
  let choices: ModelChoices = {};
  let isOver = false;

  const change = (change: Partial<ImportingModel>): void => {
    const { importing } = state.getState();
    if (importing && !isOver) state.setState({ importing: { ...importing, ...change } });
  };
  const refuse = (problems: string): void =>
    change({ step: "refused", problems: problems.split("\n"), found: null });

  const cancel = (): void => {
    if (isOver) return;
    isOver = true;
    client.dispose();
    state.setState({ importing: null });
  };

  /** Of choices that follow each other fast, the last one counts. */
  let asked = 0;
  /** What the file is by the choices so far. */
  const find = async (): Promise<void> => {
    const { importing } = state.getState();
    if (!importing) return;
    change({ step: "looking" });
    const { data } = importing;
    const images = data && imagesOf(data, host.app.getState().settings);
    asked += 1;
    const number = asked;
    const found = await client.ask("find", { choices, images });
    if (number === asked) change({ step: "found", found });
  };

  /** What goes wrong is said in the dialog. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      refuse(inWords(error));
    }
  };

  state.getState().importing?.cancel();
  const imports: ModelImport = {
    async choose(change) {
      choices = { ...choices, ...change };
      await attempt(find);
    },
    async chooseData(data) {
      change({ data });
      await attempt(find);
    },
    async take() {
      const { importing } = state.getState();
      const { data, found } = importing ?? {};
      if (!data || !found || importing?.step !== "found") return false;
      const { takes, makes, code } = found;
      change({ step: "taking" });
      let isKept = false;
      await attempt(async () => {
        const images = imagesOf(data, host.app.getState().settings);
        const { config, steps, ...arrays } = await client.ask("take", {
          choices: { takes, makes, code },
          images,
        });
        const record = recordOf(host.newId(), config, steps, data, what);
        try {
          await (await host.runs.store).put(record, { ...arrays, best: null });
        } catch (error) {
          const { message, remedy } = toStorageError(error);
          refuse(`${message} ${remedy}`);
          return;
        }
        isKept = true;
        cancel();
        // While another trains, it waits in the list.
        if (isActive(host.app.getState().run)) return;
        await host.resume(record.id);
        // Before its first step: it is judged as it came.
        if (isActive(host.app.getState().run)) host.stop();
      });
      return isKept;
    },
    cancel,
  };
  const what = filesInWords(files);
  state.setState({
    importing: {
      ...imports,
      what,
      step: "looking",
      problems: [],
      found: null,
      dataSets: [],
      data: null,
    },
  });
  await attempt(async () => {
    const read = await Promise.all(
      files.map(async ({ path, file }) => ({
        path,
        bytes: new Uint8Array(await file.arrayBuffer()),
      })),
    );
    const image = await client.ask("open", read);
    const dataSets = dataSetsOf(host.app.getState(), image);
    change({ dataSets, data: dataSets[0] ?? null });
    await find();
  });
}

/** Those of that shape; the form's first. */
function dataSetsOf(state: AppState, image: ImageShape): readonly DataSpec[] {
  const all = [formSpec(state), ...DATA_SETS, ...state.ownData];
  return all.filter(
    (spec, i) => sameShape(spec, image) && all.findIndex(({ id }) => id === spec.id) === i,
  );
}

/** The form's images where it is for that data set, else those that one begins with. */
function imagesOf({ id, classNames }: DataSpec, settings: RunConfig): ImportImages {
  const { data, classes, split, seed } = settings;
  if (data === id) return { data, classes, split, seed };
  const builtIn = DATA_SETS.some((each) => each.id === id);
  const all = classNames.map((_, classId) => classId);
  return { data: id, classes: builtIn ? all.slice(0, 2) : all, split: "stratified", seed };
}

/** A run that stands before its first step. */
function recordOf(
  id: string,
  config: RunConfig,
  steps: number,
  spec: DataSpec,
  what: string,
): RunRecord {
  const name = what
    .replace(/\.(keras|h5|hdf5)\b/gi, "")
    .slice(0, LONGEST_NAME)
    .trim();
  const record = newRecord(id, config, Date.now());
  return {
    ...record,
    name: name === "" ? record.name : name,
    status: "interrupted",
    source: spec.source,
    spec,
    progress: {
      device: "",
      epoch: 0,
      step: 0,
      before: steps,
      images: 0,
      lossSum: 0,
      epochSeconds: 0,
      seconds: 0,
      trainedImages: 0,
      trainedSeconds: 0,
      best: null,
      kept: null,
    },
  };
}
