/** `bench --operations`: a training step taken apart, each operation beside its bound. */

import { availableParallelism, cpus } from "node:os";
import type { RunConfig } from "../../config/config";
import { type Bandwidth, measureBandwidth, measurePeak } from "../../engine/wasm/peak";
import {
  createProfiledTrainer,
  type PartTime,
  type PhaseTime,
  type ProfiledTrainer,
} from "../../engine/wasm/profile";
import { type ImageShape, sizeOf } from "../../math/image-set";
import { buildNet } from "../../nets/build";
import { netOf } from "../../nets/presets";
import { type Column, markdownTable } from "../../report/table";
import { trainerOptions } from "../../training/trainer";
import { nodeDevices } from "../devices";
import { netName } from "../recipe";
import { nodeWasmPlatform } from "../wasm-platform";
import type { BenchReport } from "./report";

export interface Peaks extends Bandwidth {
  /** Billion multiply-adds a second on one thread, in registers alone. */
  readonly gigaMultiplyAdds: number;
}

export interface OperationFigures extends PartTime {
  /** The larger of what its multiply-adds and its traffic take at the peaks. */
  readonly boundMilliseconds: number;
  readonly bound: "multiply-adds" | "traffic";
  readonly fractionOfBound: number;
}

export interface PhaseFigures extends Omit<PhaseTime, "milliseconds"> {
  /** By number of threads. */
  readonly milliseconds: Readonly<Record<number, number>>;
}

export interface StepFigures {
  readonly preset: RunConfig["preset"];
  readonly net: RunConfig["net"];
  readonly batch: number;
  /** Of a whole step that is not taken apart, by number of threads. */
  readonly milliseconds: Readonly<Record<number, number>>;
  /** On one thread, in the order of the step. */
  readonly operations: readonly OperationFigures[];
  readonly phases: readonly PhaseFigures[];
}

export interface OperationsReport extends Pick<BenchReport, "date" | "shape" | "data" | "trial"> {
  readonly host: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly peaks: Peaks;
  readonly steps: readonly StepFigures[];
}

export interface OperationsTask {
  readonly configs: readonly RunConfig[];
  readonly shape: ImageShape;
  /** Undefined takes each recipe's. */
  readonly batch: readonly number[] | undefined;
  readonly threads: readonly number[];
  readonly trial: boolean;
  readonly data: BenchReport["data"];
  readonly images: Uint8Array;
  say(line: string): void;
}

/** Of which the fastest counts; steps take 0.02 to 0.3 s. */
const ROUNDS = 20;
/** Of each peak, before all steps and after them. */
const PEAK_SECONDS = 0.5;

export async function measureOperations(task: OperationsTask): Promise<OperationsReport> {
  await nodeDevices();
  task.say("Measuring the peaks of multiply-adds and of memory …");
  const before = await measurePeaks(task.trial);
  const measured: MeasuredStep[] = [];
  for (const config of task.configs) {
    for (const batchSize of task.batch ?? [config.batchSize]) {
      task.say(`${netName(config)}, batch ${batchSize} …`);
      measured.push(await measureStep({ ...config, batchSize }, task));
    }
  }
  const peaks = higher(before, await measurePeaks(task.trial));
  return {
    date: new Date().toISOString().slice(0, 10),
    host: {
      cpu: cpus()[0]?.model ?? "unknown CPU",
      cores: availableParallelism(),
      node: process.versions.node,
    },
    data: task.data,
    shape: task.shape,
    trial: task.trial,
    peaks,
    steps: measured.map(({ operations, ...step }) => ({
      ...step,
      operations: operations.map((part) => figuresOf(part, peaks)),
    })),
  };
}

async function measurePeaks(isTrial: boolean): Promise<Peaks> {
  const seconds = isTrial ? 0 : PEAK_SECONDS;
  const { gflops } = await measurePeak(nodeWasmPlatform, 1, seconds);
  const bandwidth = await measureBandwidth(nodeWasmPlatform, seconds);
  return { gigaMultiplyAdds: gflops / 2, ...bandwidth };
}

/** Other programs can only make a peak lower. */
function higher(a: Peaks, b: Peaks): Peaks {
  return {
    gigaMultiplyAdds: Math.max(a.gigaMultiplyAdds, b.gigaMultiplyAdds),
    cacheGbps: Math.max(a.cacheGbps, b.cacheGbps),
    memoryGbps: Math.max(a.memoryGbps, b.memoryGbps),
  };
}

interface MeasuredStep extends Omit<StepFigures, "operations"> {
  readonly operations: readonly PartTime[];
}

async function measureStep(
  config: RunConfig,
  { shape, threads, images, trial }: OperationsTask,
): Promise<MeasuredStep> {
  const { preset, net, batchSize: batch } = config;
  const rounds = trial ? 1 : ROUNDS;
  const indices = Uint32Array.from({ length: batch }, (_, i) => i);
  const milliseconds: Record<number, number> = {};
  const phases: PhaseFigures[] = [];
  let operations: readonly PartTime[] = [];
  // The operations are those of one thread, whatever is asked for beside.
  for (const count of new Set([1, ...threads])) {
    await withTrainer(config, shape, images, count, async (trainer) => {
      if (count === 1) operations = await trainer.timeParts(nodeWasmPlatform, indices, rounds);
      const times = await trainer.timePhases(indices, rounds);
      for (const [place, { milliseconds: time, ...phase }] of times.entries()) {
        // Chunks are more where there are more threads.
        const known = phases[place]?.milliseconds;
        phases[place] = { ...phase, milliseconds: { ...known, [count]: time } };
      }
      milliseconds[count] = await trainer.timeStep(indices, rounds);
    });
  }
  return { preset, net, batch, milliseconds, operations, phases };
}

async function withTrainer(
  config: RunConfig,
  shape: ImageShape,
  images: Uint8Array,
  threads: number,
  use: (trainer: ProfiledTrainer) => Promise<void>,
): Promise<void> {
  const model = buildNet(netOf(config, shape), config.seed);
  try {
    const options = trainerOptions(config, model);
    const trainer = await createProfiledTrainer(model, options, nodeWasmPlatform, threads);
    try {
      await trainer.setSamples({ count: images.length / sizeOf(shape), inputs: images });
      await use(trainer);
    } finally {
      trainer.dispose();
    }
  } finally {
    model.dispose();
  }
}

/** A part's time beside what the peaks allow. */
export function figuresOf(part: PartTime, peaks: Peaks): OperationFigures {
  const { multiplyAdds, cacheBytes, memoryBytes, milliseconds } = part;
  const byProducts = multiplyAdds / peaks.gigaMultiplyAdds / 1e6;
  const byTraffic = (cacheBytes / peaks.cacheGbps + memoryBytes / peaks.memoryGbps) / 1e6;
  const boundMilliseconds = Math.max(byProducts, byTraffic);
  return {
    ...part,
    boundMilliseconds,
    bound: byProducts > byTraffic ? "multiply-adds" : "traffic",
    fractionOfBound: milliseconds > 0 ? boundMilliseconds / milliseconds : 0,
  };
}

const digits = (value: number): string =>
  value === 0
    ? ""
    : Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 4 });

function columnsFor(total: number): Column<OperationFigures>[] {
  return [
    { title: "layer", cell: ({ layer }) => layer ?? "" },
    { title: "operation", cell: ({ name }) => name },
    { title: "ms", right: true, cell: ({ milliseconds }) => digits(milliseconds) },
    {
      title: "of the step",
      right: true,
      cell: ({ milliseconds }) => `${((100 * milliseconds) / total).toFixed(1)}%`,
    },
    {
      title: "million multiply-adds",
      right: true,
      cell: ({ multiplyAdds }) => digits(multiplyAdds / 1e6),
    },
    {
      title: "as written",
      right: true,
      cell: ({ directMultiplyAdds }) => digits(directMultiplyAdds / 1e6),
    },
    {
      title: "MB",
      right: true,
      cell: ({ cacheBytes, memoryBytes }) => digits((cacheBytes + memoryBytes) / 1e6),
    },
    { title: "bound, ms", right: true, cell: (each) => digits(each.boundMilliseconds) },
    { title: "by", cell: ({ bound, boundMilliseconds }) => (boundMilliseconds > 0 ? bound : "") },
    {
      title: "reached",
      right: true,
      cell: ({ fractionOfBound }) => `${Math.round(100 * fractionOfBound)}%`,
    },
  ];
}

/** Phases that take less of a step are left out of the text. */
const LEAST_SHARE = 0.005;

function phaseTable({ phases, milliseconds }: StepFigures): string {
  const counts = Object.keys(milliseconds).map(Number);
  const [first = 1] = counts;
  const total = milliseconds[first] ?? 0;
  const shown = phases.filter((phase) => (phase.milliseconds[first] ?? 0) > LEAST_SHARE * total);
  return markdownTable(
    [
      {
        title: "phase",
        cell: ({ parts }) =>
          parts.length > 2 ? `${parts[0]} … ${parts.at(-1)} (${parts.length})` : parts.join(", "),
      },
      { title: "pieces", right: true, cell: ({ chunks }) => String(chunks) },
      ...counts.map((count) => ({
        title: `ms, ${count} thread${count === 1 ? "" : "s"}`,
        right: true,
        cell: (phase: PhaseFigures) => digits(phase.milliseconds[count] ?? 0),
      })),
    ],
    shown,
  );
}

/** Peaks, and two tables for each net: its operations, and its phases. */
export function operationsMarkdown(report: OperationsReport): string {
  const { host, peaks } = report;
  const { height, width, channels } = report.shape;
  const lines = [
    `Operations of a training step, ${report.data} of ${height} × ${width} × ${channels}, ${report.date}. ` +
      `${host.cpu}, ${host.cores} cores, Node ${host.node}.`,
    "",
    ...(report.trial ? ["A trial of one short round: no figure here is a measurement.", ""] : []),
    `Measured peaks of one thread: ${digits(peaks.gigaMultiplyAdds)} billion multiply-adds a second, ` +
      `${digits(peaks.cacheGbps)} GB/s in its cache, ${digits(peaks.memoryGbps)} GB/s in memory.`,
  ];
  for (const step of report.steps) {
    const { milliseconds, batch, operations, net } = step;
    const total = operations.reduce((sum, each) => sum + each.milliseconds, 0);
    const whole = Object.entries(milliseconds).map(
      ([count, time]) =>
        `${digits(time)} ms (${Math.round((1000 * batch) / time).toLocaleString("en")} images a second) ` +
        `on ${count} thread${count === "1" ? "" : "s"}`,
    );
    lines.push("", `## ${netName(step)}, batch ${batch}`, "");
    if (net !== null) lines.push(`    ${net}`, "");
    lines.push(
      `A step takes ${whole.join(", ")}; its operations, one at a time, ${digits(total)} ms.`,
      "",
      markdownTable(columnsFor(total), operations),
      "",
      phaseTable(step),
    );
  }
  return `${lines.join("\n")}\n`;
}
