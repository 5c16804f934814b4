/** What a bench run found, and how it is shown. */

import type { RunConfig } from "../../config/config";
import { type LossWeights, lossInTerms } from "../../config/loss";
import type { DataSource } from "../../datasets/dataset";
import type { ImageShape } from "../../math/image-set";
import type { PresetName } from "../../nets/presets";
import { netName } from "../recipe";

export interface PeakFigures {
  /** Billion operations a second, a multiply-add as two: one thread, nothing but registers. */
  readonly gflopsPerThread: number;
  /** All threads at once, together. */
  readonly gflopsAllThreads: number;
}

/** A net, and what of its recipe a step's time depends on. */
export interface NetFigures {
  /** Whose recipe it is trained by. */
  readonly preset: PresetName;
  /** The text of a net of one's own, which a report has alone; null for the preset's. */
  readonly net: RunConfig["net"];
  readonly latentSize: number;
  /** Numbers in all weights, moving averages included. */
  readonly parameters: number;
  readonly loss: LossWeights;
  readonly flips: boolean;
}

export interface EngineFigures {
  readonly preset: PresetName;
  readonly name: string;
  /** Contenders of which the best counts; null for one that stands alone. */
  readonly group: string | null;
  readonly threads: number;
  readonly batch: number;
  readonly imagesPerSecond: number;
  /** Billion operations a second that the engine really did: a shortcut counts as what it costs. */
  readonly gflops: number;
  /** Billion operations a second that the net's products would take as they are written. */
  readonly gflopsAsWritten: number;
  /**
   * Of the browser's multiply-add peak: one thread's for one thread, else that of all; null on a
   * GPU, which has another.
   */
  readonly fractionOfPeak: number | null;
  /** Likewise, of the products as they are written: past 1 where fewer do. */
  readonly fractionOfPeakAsWritten: number | null;
  /** The GPU that trained, with what is known of its driver; null on a CPU. */
  readonly gpu: string | null;
}

/** A contender that did not run here, and why, for people. */
export interface SkippedContender {
  readonly preset: PresetName;
  readonly name: string;
  readonly reason: string;
}

export interface BenchReport {
  readonly date: string;
  readonly host: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly browser: string;
  };
  readonly data: DataSource | "noise";
  /** Of the images. */
  readonly shape: ImageShape;
  /** Whether there was one short round of each: then the figures say only that they run. */
  readonly trial: boolean;
  readonly peak: PeakFigures;
  readonly nets: readonly NetFigures[];
  readonly engines: readonly EngineFigures[];
  readonly skipped: readonly SkippedContender[];
}

/** The report as Markdown: the machine, the peak, and a section for each net. */
export function markdown(report: BenchReport): string {
  const { host, peak, nets } = report;
  const { height, width, channels } = report.shape;
  const lines = [
    `Training, ${report.data} of ${height} × ${width} × ${channels}, ${report.date}. ${host.cpu}, ${host.cores} cores, Node ${host.node}, ${host.browser}.`,
    "",
    ...(report.trial
      ? ["A trial of one short round each: no figure here is a measurement.", ""]
      : []),
    `Multiply-add peak in the browser: ${peak.gflopsPerThread.toFixed(1)} GFLOPS on one thread, ` +
      `${peak.gflopsAllThreads.toFixed(1)} on all. Its vectors have 128 bits; PyTorch's may have more.`,
    ...nets.flatMap((net) => ["", ...section(report, net)]),
  ];
  return `${lines.join("\n")}\n`;
}

const HEAD = [
  "| engine | threads | batch | images a second | GFLOPS as written | GFLOPS done | of the peak | as written |",
  "|---|---:|---:|---:|---:|---:|---:|---:|",
];

/** What the net is, one row a contender, and what was left out. */
function section(report: BenchReport, net: NetFigures): string[] {
  const { preset, latentSize, parameters, flips } = net;
  const lines = [
    `## ${netName(net)}`,
    "",
    ...(net.net === null ? [] : [`By the recipe of ${preset}:`, "", `    ${net.net}`, ""]),
    `${parameters.toLocaleString("en")} weights, ${latentSize} latent numbers. ` +
      `Loss ${lossInTerms(net.loss)}${flips ? ", images mirrored at random" : ""}.`,
  ];
  const engines = report.engines.filter((engine) => engine.preset === preset);
  if (engines.length > 0) lines.push("", ...HEAD, ...engines.map(row));
  const best = bestOfGroups(engines);
  if (best.length > 0) lines.push("", ...best);
  for (const gpu of new Set(engines.flatMap((engine) => engine.gpu ?? []))) {
    const names = engines.filter((engine) => engine.gpu === gpu).map(({ name }) => name);
    lines.push("", `On ${gpu}: ${[...new Set(names)].join(", ")}.`);
  }
  const skipped = report.skipped.filter((contender) => contender.preset === preset);
  if (skipped.length > 0) lines.push("", ...reasons(skipped));
  return lines;
}

/** For each group, batch and number of threads the best, and how many times as fast this engine is. */
function bestOfGroups(engines: readonly EngineFigures[]): string[] {
  const fastest = (some: readonly EngineFigures[]) =>
    some.reduce((best, each) => (each.imagesPerSecond > best.imagesPerSecond ? each : best));
  const keyOf = ({ group, batch, threads }: EngineFigures) => `${group} ${batch} ${threads}`;
  const members = engines.filter(({ group }) => group !== null);
  return [...new Set(members.map(keyOf))].map((key) => {
    const best = fastest(members.filter((each) => keyOf(each) === key));
    const { name, group, batch, threads } = best;
    const ours = engines.filter(
      (each) => OURS.includes(each.name) && each.batch === batch && each.threads === threads,
    );
    const ratio =
      ours.length === 0
        ? ""
        : `; the fastest of ${ours.map((each) => each.name).join(" and ")} does ` +
          `${(fastest(ours).imagesPerSecond / best.imagesPerSecond).toFixed(2)} times as many`;
    return (
      `- The best of ${group} with ${threads} thread${threads === 1 ? "" : "s"} and batches of ${batch} is ${name}, ` +
      `${threeFigures(best.imagesPerSecond)} images a second${ratio}.`
    );
  });
}

/** This engine as it runs in a browser that anybody has, and in Node. */
const OURS: readonly string[] = ["wasm-node", "wasm-chromium"];

/** One line for each reason, with all whom it kept from running. */
function reasons(skipped: readonly SkippedContender[]): string[] {
  return [...new Set(skipped.map(({ reason }) => reason))].map((reason) => {
    const names = skipped.filter((each) => each.reason === reason).map(({ name }) => name);
    return `- ${[...new Set(names)].join(", ")} did not run: ${reason}`;
  });
}

function row(engine: EngineFigures): string {
  const cells = [
    engine.name,
    engine.threads,
    engine.batch,
    threeFigures(engine.imagesPerSecond),
    threeFigures(engine.gflopsAsWritten),
    threeFigures(engine.gflops),
    percent(engine.fractionOfPeak),
    percent(engine.fractionOfPeakAsWritten),
  ];
  return `| ${cells.join(" | ")} |`;
}

const percent = (fraction: number | null): string =>
  fraction === null ? "" : `${threeFigures(fraction * 100)}%`;

/** 1,234 → "1,234"; 45.67 → "45.7"; 0.1234 → "0.123". */
function threeFigures(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}
