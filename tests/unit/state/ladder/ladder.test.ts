import { describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import type { RunConfig } from "../../../../src/config/config";
import { configFor } from "../../../../src/config/recipes";
import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";
import { ladderRows } from "../../../../src/report/ladder";
import type { EpochFigures, RunResult, RunStart } from "../../../../src/runs/results";
import type { App } from "../../../../src/state/app";
import {
  changeOf,
  configsOf,
  keptRuns,
  type LadderChoice,
  missingOf,
  planLadder,
  rungsOf,
} from "../../../../src/state/ladder/ladder";
import { createLadderLog } from "../../../../src/state/ladder/ladder-log";
import { progressOf } from "../../../../src/state/plans";
import type { QueuedRun } from "../../../../src/state/queue";
import type { RunsState } from "../../../../src/state/runs";
import { type AppState, INITIAL_STATE, NEW_RUN } from "../../../../src/state/state";
import { newRecord, type RunRecord } from "../../../../src/storage/record";
import { endOf, endsIn, hashOfEnds } from "../../../../src/ui/views/runs/ladder/address";
import { lossSteps, outcome, ssimSteps } from "../../../../src/ui/views/runs/ladder/words";

const CHOICE: LadderChoice = {
  from: { title: "Published baseline", config: configFor("baseline", { seed: 4, threads: 2 }) },
  to: { title: "Published modified net", config: configFor("modified") },
  order: ["stopping"],
  seeds: 2,
  epochs: 3,
};
const LADDER = planLadder(CHOICE, FASHION_MNIST, "ladder one");
const EPOCH = { epoch: 3, step: 264, isBest: true } as EpochFigures;

/** A run of those settings that was trained to its end. */
function trained(config: RunConfig, ssim: number, changes: Partial<RunRecord> = {}): RunRecord {
  const test = Float32Array.from({ length: 10 }, (_, i) => ssim + (i % 2 ? 0.01 : -0.01));
  const result = { data: "fashion-mnist", validationLoss: 1 - ssim, parameters: 1000, epochs: 3 };
  return {
    ...newRecord(`${ssim}`, config, 0),
    status: "finished",
    start: { stepsPerEpoch: 88, totalSteps: 264 } as RunStart,
    epochs: [{ ...EPOCH, epoch: 2, step: 176, isBest: false }, EPOCH],
    result: { ...result, seconds: 20 } as RunResult,
    test: { ssim: test, ssimWriteup: test, mse: test },
    ...changes,
  };
}

const configs = configsOf(LADDER);

describe("a ladder", () => {
  it("has the start's images and device, consecutive seeds, and each step's net by its recipe", () => {
    expect(LADDER.seeds).toEqual([4, 5]);
    expect(LADDER.steps.map(({ change }) => change)).toEqual([
      "Published baseline",
      "+ early stopping",
      "+ convolution block",
      "+ batch normalisation",
      "+ dropout",
      "latent 256",
      "batch size 64",
    ]);
    expect(configs).toHaveLength(14);
    expect(configs.map(({ seed }) => seed)).toEqual([...Array(7).fill(4), ...Array(7).fill(5)]);
    expect(configs.every(({ threads, epochs }) => threads === 2 && epochs === 3)).toBe(true);
    expect(configs[1]).toMatchObject({ patience: 5, restoreBest: true, net: null });
    expect(configs[6]).toMatchObject({ preset: "modified", net: null, latentSize: 256 });
  });

  it("is made of kept runs with its settings, whatever device, name or plan they had", () => {
    const other = { device: "webgpu", threads: null, netName: "mine" } as const;
    const kept = [
      trained({ ...configs[0]!, ...other }, 0.9),
      trained(configs[0]!, 0.8),
      trained({ ...configs[8]!, learningRate: 0.01 }, 0.7),
      trained(configs[9]!, 0.6, { continues: "another" }),
      trained(configs[10]!, 0.5, { epochs: [{ ...EPOCH, step: 31 }] }),
      trained(configs[11]!, 0.4, { deletedAt: 1 }),
    ];
    const found = keptRuns(LADDER, kept);
    expect(found.map((record) => record?.id)).toEqual(["0.9", ...Array(13).fill(undefined)]);
    expect(missingOf(LADDER, found, [configs[1]!])).toEqual(configs.slice(2));
    expect(changeOf(LADDER, { ...configs[9]!, device: "webgpu" })).toBe("+ convolution block");
    expect(changeOf(LADDER, { ...configs[9]!, seed: 9 })).toBeNull();
    expect(changeOf(LADDER, { ...configs[9]!, batchSize: 7 })).toBeNull();
  });

  it("leaves out runs on the images that stand in for those of its newest run", () => {
    const synthetic = { ...trained(configs[1]!, 0.7).result!, data: "synthetic" } as RunResult;
    const found = keptRuns(LADDER, [
      trained(configs[0]!, 0.9),
      trained(configs[1]!, 0.7, { result: synthetic }),
    ]);
    expect(found.filter((record) => record)).toHaveLength(1);
  });

  it("is drawn as bars from step to step, and told in a sentence", () => {
    const ssims = [0.9, 0.92, 0.915, 0.915, 0.93, 0.93, 0.93];
    const kept = keptRuns(
      LADDER,
      configs.map((config, i) =>
        trained(config, (ssims[i % 7] ?? 0) + (i < 7 ? 0 : 0.001 * (i % 3))),
      ),
    );
    const rows = ladderRows(rungsOf(LADDER, kept.slice(0, 7)));
    expect(rows).toHaveLength(7);
    const bars = ssimSteps(LADDER, rows);
    expect(bars[0]).toMatchObject({ value: "0.900", bar: { from: null, isSure: null } });
    expect(bars[1]).toMatchObject({ label: "+ early stopping", value: "+0.0200" });
    expect(bars[1]!.bar!.from).toBeCloseTo(0.9, 6);
    expect(bars[1]!.bar).toMatchObject({ isSure: true, overSeeds: null });
    expect(bars[3]!.bar).toMatchObject({ isSure: false });
    expect(outcome(rows)).toBe(
      "SSIM rose with + early stopping (+0.0200) and + dropout (+0.0150). It fell with " +
        "+ convolution block (−0.0050). Nothing that chance does not: + batch normalisation, " +
        "latent 256, and batch size 64.",
    );
    // One seed's loss says nothing of chance.
    expect(lossSteps(LADDER, rows)[1]).toMatchObject({ value: "−0.0200", bar: { isSure: null } });
    const both = ladderRows(rungsOf(LADDER, kept));
    expect(ssimSteps(LADDER, both)[1]!.bar!.overSeeds).not.toBeNull();
    expect(lossSteps(LADDER, both)[1]!.bar!.isSure).not.toBeNull();
    expect(ssimSteps(LADDER, [])[2]).toEqual({
      label: "+ convolution block",
      value: "",
      bar: null,
    });
    expect(outcome([])).toBe("");
    expect(outcome(rows.slice(2, 3))).toBe("SSIM fell with + convolution block (−0.0050).");
  });

  it("does not compare losses of other formulas", () => {
    const to = configFor("loom", { epochs: 3 });
    const loom = planLadder(
      { ...CHOICE, to: { title: "Loom", config: to }, order: [] },
      FASHION_MNIST,
      "t",
    );
    const place = loom.steps.findIndex(({ change }) => change.includes("loss SSIM"));
    const kept = keptRuns(
      loom,
      configsOf(loom).map((config) => trained(config, 0.9)),
    );
    const bar = lossSteps(loom, ladderRows(rungsOf(loom, kept)))[place]!;
    expect(bar.value).toBe("0.1000, another loss");
    expect(bar.bar!.from).toBeNull();
  });
});

describe("a ladder's address", () => {
  it("names presets, the form's net and kept runs", () => {
    expect(endsIn("#runs")).toBeNull();
    expect(endsIn("#runs?ladder")).toEqual({ from: "baseline", to: "modified" });
    const ends = { from: "k1-a", to: "form" };
    expect(endsIn(hashOfEnds(ends))).toEqual(ends);
    const { settings } = INITIAL_STATE;
    expect(endOf("form", settings, undefined)).toEqual({
      title: "Published baseline of the form",
      config: settings,
    });
    const config = { ...settings, classes: [3], seed: 8 };
    expect(endOf("loom", config, undefined)!.config).toEqual(
      configFor("loom", { classes: [3], seed: 8 }),
    );
    const record = trained(settings, 0.9);
    expect(endOf(record.id, settings, record)!.title).toBe(`Published baseline, ${record.name}`);
    expect(endOf("gone", settings, undefined)).toBeNull();
  });
});

/** An app that queues, and has the runs that it is given. */
function createFakeApp(records: readonly RunRecord[] = []) {
  const store = createStore<AppState>(() => INITIAL_STATE);
  const state = createStore<RunsState>(
    () => ({ records, held: new Set() }) as unknown as RunsState,
  );
  const queue = (change: Partial<AppState["queue"]>) =>
    store.setState({ queue: { ...store.getState().queue, ...change } });
  const app = {
    store,
    runs: { state },
    enqueue: vi.fn((added: readonly RunConfig[], tag = "") => {
      const runs = added.map((config, i): QueuedRun => ({ id: `q${i}`, config, tag }));
      queue({ waiting: [...store.getState().queue.waiting, ...runs], held: false });
    }),
    unqueue: (id: string) =>
      queue({ waiting: store.getState().queue.waiting.filter((run) => run.id !== id) }),
    startQueue: () => queue({ held: false }),
    resumeRun: vi.fn(async (id: string) => {
      const { config } = records.find((record) => record.id === id)!;
      const run = { ...NEW_RUN, id, config, queued: null, phase: "training", epoch: 2 } as const;
      store.setState({ run });
    }),
  };
  return app as unknown as App & typeof app;
}

function createStorage() {
  let text: string | null = null;
  return {
    getItem: () => text,
    setItem(_key: string, value: string) {
      text = value;
    },
  };
}

describe("createLadderLog", () => {
  const count = (records: readonly RunRecord[]) => ({
    tag: LADDER.tag,
    total: configs.length,
    done: keptRuns(LADDER, records).filter((record) => record).length,
    nameOf: (config: RunConfig) => changeOf(LADDER, config) ?? "",
    isOwn: (config: RunConfig) => changeOf(LADDER, config) !== null,
  });

  it("queues what is not among the kept runs, and takes it out again", () => {
    const app = createFakeApp([trained(configs[0]!, 0.9), trained(configs[6]!, 0.93)]);
    const log = createLadderLog(app, createStorage());
    log.begin(LADDER);
    expect(app.store.getState().queue.waiting.map(({ tag }) => tag)).toEqual(
      Array(12).fill(LADDER.tag),
    );
    expect(app.enqueue.mock.calls[0]![0]).toEqual([...configs.slice(1, 6), ...configs.slice(7)]);
    log.stop(LADDER.tag);
    expect(app.store.getState().queue.waiting).toEqual([]);
    log.remove(LADDER.tag);
    expect(log.store.getState().plans).toEqual([]);
  });

  it("goes on after a reload with the run that was cut short, then with the rest", async () => {
    const storage = createStorage();
    createLadderLog(createFakeApp(), storage).begin(LADDER);
    const records = [
      trained(configs[1]!, 0.91, {
        id: "cut",
        status: "running",
        result: null,
        test: null,
        progress: {} as RunRecord["progress"],
      }),
      trained(configs[0]!, 0.9),
    ];
    const app = createFakeApp(records);
    const log = createLadderLog(app, storage);
    expect(log.store.getState().plans).toEqual([LADDER]);
    expect(progressOf(count(records), null, INITIAL_STATE.queue)).toMatchObject({
      done: 1,
      left: 13,
    });
    await log.resume(LADDER.tag);
    expect(app.resumeRun).toHaveBeenCalledWith("cut");
    expect(app.enqueue.mock.calls[0]![0]).toEqual(configs.slice(2));
    const { run, queue } = app.store.getState();
    expect(progressOf(count(records), run, queue)).toEqual({
      total: 14,
      done: 1,
      running: "+ early stopping, seed 4: epoch 2 of 3",
      isPaused: false,
      left: 0,
    });
  });

  it("reads no ladder of one step, or with settings that cannot be", () => {
    const storage = createStorage();
    const [start, next] = LADDER.steps;
    const wrong = { ...next!, config: { ...next!.config, latentSize: -1 } };
    storage.setItem(
      "",
      JSON.stringify([{ ...LADDER, steps: [start] }, { ...LADDER, steps: [start, wrong] }, LADDER]),
    );
    expect(createLadderLog(createFakeApp(), storage).store.getState().plans).toEqual([LADDER]);
  });
});
