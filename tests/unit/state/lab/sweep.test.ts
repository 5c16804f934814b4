import { describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { configFor, RECIPES } from "../../../../src/config/recipes";
import type { EpochFigures, RunResult, RunStart } from "../../../../src/runs/results";
import type { App } from "../../../../src/state/app";
import {
  configsOf,
  missingOf,
  rowsOf,
  type Sweep,
  type SweepPlan,
  withRun,
} from "../../../../src/state/lab/sweep";
import { sweepCsv, sweepLatex, sweepSvg } from "../../../../src/state/lab/sweep-files";
import { createSweepLog, planFor } from "../../../../src/state/lab/sweep-log";
import { progressOf } from "../../../../src/state/plans";
import { EMPTY_QUEUE, type QueuedRun } from "../../../../src/state/queue";
import { type AppState, INITIAL_STATE, NEW_RUN, type Run } from "../../../../src/state/state";
import { countOf, sweepName } from "../../../../src/ui/views/lab/sweep/words";

const PLAN: SweepPlan = {
  preset: "loom",
  sizes: [4, 16],
  seeds: [1, 2],
  epochs: null,
  data: "fashion-mnist",
  classes: [0, 1],
  split: "stratified",
};
const DEVICE = { device: "auto", threads: null } as const;

function result(latent: number, seed: number, ssimWriteup: number): RunResult {
  const figures = { mse: 0.01, psnr: 20, ssim: ssimWriteup - 0.05, ssimWriteup };
  return {
    preset: "loom",
    latent,
    seed,
    split: "stratified",
    device: "wasm",
    threads: 2,
    data: "fashion-mnist",
    trainImages: 11200,
    validationImages: 1400,
    testImages: 1400,
    parameters: 1000,
    epochs: 16,
    bestEpoch: 16,
    trainLoss: 0.1,
    validationLoss: 1 / latent,
    test: { ...figures, bce: 0.3, bceGap: 0.07 },
    pca: { ...figures, ssimWriteup: ssimWriteup - 0.02 },
    imagesPerSecond: 900,
    config: configFor("loom", { latentSize: latent, seed }),
    seconds: 60,
  };
}

const RUNS = [
  { id: "c", result: result(16, 1, 0.9) },
  { id: "a", result: result(4, 1, 0.7) },
  { id: "b", result: result(4, 2, 0.72) },
];
const SWEEP: Sweep = { tag: "sweep loom", plan: PLAN, runs: RUNS };

describe("a sweep", () => {
  it("trains each size with each seed by the preset's recipe", () => {
    const configs = configsOf(PLAN, DEVICE);
    expect(configs.map(({ latentSize, seed }) => [latentSize, seed])).toEqual([
      [4, 1],
      [4, 2],
      [16, 1],
      [16, 2],
    ]);
    expect(configs[0]).toEqual(configFor("loom", { latentSize: 4, seed: 1 }));
    expect(configsOf({ ...PLAN, epochs: 3 }, DEVICE)[0]!.epochs).toBe(3);
  });

  it("knows what of it is missing", () => {
    expect(missingOf(SWEEP, DEVICE, [])).toHaveLength(1);
    expect(missingOf(SWEEP, DEVICE, [])[0]).toMatchObject({ latentSize: 16, seed: 2 });
    expect(missingOf(SWEEP, DEVICE, [{ latentSize: 16, seed: 2 }])).toEqual([]);
  });

  it("has a row a size, with the seeds' mean and spread", () => {
    const [four, sixteen] = rowsOf(RUNS);
    expect(four!.latent).toBe(4);
    expect(four!.runs.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(four!.net.ssimWriteup.mean).toBeCloseTo(0.71, 10);
    expect(four!.net.ssimWriteup.deviation).toBeCloseTo(0.02 / Math.SQRT2, 10);
    expect(sixteen!.net.ssimWriteup).toEqual({ mean: 0.9, deviation: null });
    expect(sixteen!.validationLoss.mean).toBe(1 / 16);
  });

  it("takes a run trained again in place of the one before", () => {
    const again = withRun(SWEEP, { id: "d", result: result(4, 1, 0.75) });
    expect(again.runs).toHaveLength(3);
    expect(rowsOf(again.runs)[0]!.runs[0]!.id).toBe("d");
  });
});

describe("a sweep's files", () => {
  it("are CSV with a line a run", () => {
    const [header, ...lines] = sweepCsv(SWEEP).trimEnd().split("\n");
    expect(header).toMatch(
      /^preset,data,classes,split,latent,seed,validation_loss,net_ssim_writeup/,
    );
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^loom,fashion-mnist,0 1,stratified,4,1,0.25,0.7,/);
  });

  it("are a LaTeX table with a line a size, in which nothing needs escaping", () => {
    const table = sweepLatex(SWEEP);
    expect(table).toContain("    4 & $0.710 \\pm 0.014$ & $0.690 \\pm 0.014$ & ");
    expect(table).toContain("    16 & $0.900$ & ");
    expect(table.match(/\\begin\{(\w+)\}/g)).toHaveLength(table.match(/\\end\{(\w+)\}/g)!.length);
    const body = table.split("\\midrule")[1]!.split("\\bottomrule")[0]!.trim().split("\n");
    expect(body).toHaveLength(2);
    for (const line of body) expect(line.split(" & ")).toHaveLength(8);
    expect(table.replaceAll(/\\[a-z]+|\\\\|[$&{}^]|^%.*$/gm, "")).not.toMatch(/[#_%~\\]/);
  });

  it("are an SVG with four panels, error bars and the published points", () => {
    const file = sweepSvg(SWEEP);
    for (const title of ["SSIM, write-up protocol", "SSIM, Wang", "MSE", "Validation loss"]) {
      expect(file).toContain(`>${title}</text>`);
    }
    expect(file).toContain(">published</text>");
    expect(file).not.toContain("<image");
    expect(file.match(/<path stroke="var\(--net\)" d="M[\d.]+ [\d.]+V/g)!.length).toBeGreaterThan(
      1,
    );
    const others = RUNS.map((run) => ({
      ...run,
      result: { ...run.result, config: { ...run.result.config, classes: [3] } },
    }));
    expect(sweepSvg({ ...SWEEP, runs: others })).not.toContain(">published<");
    expect(sweepSvg({ ...SWEEP, runs: RUNS.slice(0, 1) })).not.toMatch(/NaN|Infinity/);
  });
});

/** An app that queues, and trains what it is told to. */
function createFakeApp() {
  const store = createStore<AppState>(() => INITIAL_STATE);
  let ids = 0;
  const queue = (change: Partial<AppState["queue"]>) =>
    store.setState({ queue: { ...store.getState().queue, ...change } });
  const app = {
    store,
    enqueue: vi.fn((configs: readonly Run["config"][], tag = "") => {
      const runs = configs.map((config): QueuedRun => ({ id: `q${++ids}`, config, tag }));
      queue({ waiting: [...store.getState().queue.waiting, ...runs], held: false });
    }),
    unqueue: vi.fn((id: string) =>
      queue({ waiting: store.getState().queue.waiting.filter((run) => run.id !== id) }),
    ),
    startQueue: vi.fn(() => queue({ held: false })),
  };
  /** Begins the first waiting run. */
  const begin = () => {
    const [queued, ...waiting] = store.getState().queue.waiting;
    queue({ waiting });
    const run: Run = { id: `run-${ids}`, config: queued!.config, queued: queued!, ...NEW_RUN };
    store.setState({ run: { ...run, phase: "training" } });
  };
  const finish = (part: Partial<Run> = {}) => {
    const run = store.getState().run!;
    const { latentSize, seed } = run.config;
    const ended = { phase: "finished", result: result(latentSize, seed, 0.8) } as const;
    store.setState({ run: { ...run, ...ended, ...part } });
  };
  return { app: app as unknown as App & typeof app, begin, finish };
}

function createStorage() {
  const storage = {
    text: null as string | null,
    getItem: () => storage.text,
    setItem(_key: string, text: string) {
      storage.text = text;
    },
  };
  return storage;
}

describe("createSweepLog", () => {
  const choice = { preset: "loom", sizes: [4, 16], seeds: [1], epochs: null } as const;
  const plan = planFor(INITIAL_STATE.settings, choice);

  it("queues a plan's runs under its tag and gathers their results", () => {
    const { app, begin, finish } = createFakeApp();
    const log = createSweepLog(app, createStorage());
    const tag = log.begin(plan);
    expect(app.store.getState().queue.waiting.map((run) => run.tag)).toEqual([tag, tag]);
    begin();
    finish();
    expect(log.store.getState().plans[0]!.runs.map(({ result: { latent } }) => latent)).toEqual([
      4,
    ]);
    const { run, queue } = app.store.getState();
    expect(progressOf(countOf(log.store.getState().plans[0]!), run, queue)).toEqual({
      total: 2,
      done: 1,
      running: null,
      isPaused: false,
      left: 0,
    });
  });

  it("takes no stopped run for a point: that net is still missing", () => {
    const { app, begin, finish } = createFakeApp();
    const log = createSweepLog(app, createStorage());
    const tag = log.begin(plan);
    begin();
    const started = { stepsPerEpoch: 88, totalSteps: 16 * 88 } as RunStart;
    finish({ started, epochs: [{ epoch: 1, step: 31, isBest: true } as EpochFigures] });
    expect(log.store.getState().plans[0]!.runs).toEqual([]);
    log.resume(tag);
    const sizes = app.store.getState().queue.waiting.map(({ config }) => config.latentSize);
    expect(sizes).toEqual([16, 4]);
  });

  it("goes on after a reload with what is missing", () => {
    const storage = createStorage();
    const before = createFakeApp();
    const tag = createSweepLog(before.app, storage).begin(plan);
    before.begin();
    before.finish();
    before.begin();

    const { app } = createFakeApp();
    const log = createSweepLog(app, storage);
    const [sweep] = log.store.getState().plans;
    expect(sweep).toMatchObject({ tag, plan });
    expect(progressOf(countOf(sweep!), null, EMPTY_QUEUE)).toMatchObject({ done: 1, left: 1 });
    log.resume(tag);
    expect(app.store.getState().queue.waiting.map(({ config }) => config.latentSize)).toEqual([16]);
    log.resume(tag);
    expect(app.enqueue).toHaveBeenCalledTimes(1);
  });

  it("lets a held queue go on that has all that is missing", () => {
    const { app } = createFakeApp();
    const log = createSweepLog(app, createStorage());
    const tag = log.begin(plan);
    app.store.setState({ queue: { ...app.store.getState().queue, held: true } });
    const { run, queue } = app.store.getState();
    expect(progressOf(countOf(log.store.getState().plans[0]!), run, queue).left).toBe(2);
    log.resume(tag);
    expect(app.startQueue).toHaveBeenCalled();
  });

  it("takes waiting runs out of the queue when it is stopped or removed", () => {
    const { app } = createFakeApp();
    const storage = createStorage();
    const log = createSweepLog(app, storage);
    const [first, second] = [log.begin(plan), log.begin({ ...plan, sizes: [8] })];
    log.stop(first);
    expect(app.store.getState().queue.waiting.map(({ tag }) => tag)).toEqual([second]);
    log.remove(second);
    expect(app.store.getState().queue.waiting).toEqual([]);
    expect(
      createSweepLog(app, storage)
        .store.getState()
        .plans.map(({ tag }) => tag),
    ).toEqual([first]);
  });

  it("keeps the sweeps that it can read beside one that it cannot", () => {
    const storage = createStorage();
    const { app } = createFakeApp();
    const first = createSweepLog(app, storage);
    const tags = [first.begin(plan), first.begin(plan), first.begin(plan)];
    const stored = JSON.parse(storage.text!);
    stored[1].plan.sizes = [100_000];
    storage.text = JSON.stringify([...stored, 7, null]);
    const { plans: sweeps } = createSweepLog(createFakeApp().app, storage).store.getState();
    expect(sweeps.map(({ tag }) => tag)).toEqual([tags[2], tags[0]]);
  });

  it("begins afresh where what is stored cannot be read, and says where nothing can be kept", () => {
    const storage = createStorage();
    for (const text of ["no JSON", '[{"tag":1}]']) {
      storage.text = text;
      expect(createSweepLog(createFakeApp().app, storage).store.getState().plans).toEqual([]);
    }
    const full = {
      getItem: () => null,
      setItem() {
        throw new DOMException("quota exceeded", "QuotaExceededError");
      },
    };
    const log = createSweepLog(createFakeApp().app, full);
    log.begin(plan);
    expect(log.store.getState().storageProblem).toMatch(/has no room left.*Export/);
    const none = createSweepLog(createFakeApp().app, null);
    none.begin(plan);
    expect(none.store.getState().storageProblem).toMatch(/keeps nothing/);
  });
});

describe("a sweep in words", () => {
  it("has a name, and says what is being trained", () => {
    expect(sweepName({ plan: PLAN })).toBe(`${RECIPES.loom.title}, 2 sizes, 2 seeds`);
    const { app, begin } = createFakeApp();
    const log = createSweepLog(app, createStorage());
    log.begin(PLAN);
    begin();
    const { run, queue } = app.store.getState();
    const progress = progressOf(
      countOf(log.store.getState().plans[0]!),
      { ...run!, epoch: 3 },
      queue,
    );
    expect(progress).toMatchObject({
      running: `4 numbers, seed 1: epoch 3 of ${RECIPES.loom.recipe.epochs}`,
      left: 0,
    });
  });
});
