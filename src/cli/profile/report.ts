/** What `profile` found out, and how it is shown. */

import type { RunConfig } from "../../config/config";
import type { GpuPeak } from "../../engine/webgpu/peak";
import type { KernelTime } from "../../engine/webgpu/profile";
import { type Column, markdownTable } from "../../report/table";
import { netName } from "../recipe";

export interface KernelFigures {
  readonly name: string;
  /** Null where the GPU has no clock to read. */
  readonly milliseconds: number | null;
  readonly gflops: number | null;
  readonly gbps: number | null;
  /** Of both: the one of which it comes nearer to the GPU's peak; null where that is not known. */
  readonly bound: "arithmetic" | "memory" | null;
  /** The part of that peak, 0 to 1. */
  readonly fractionOfPeak: number | null;
  /** Multiply-adds of products, as two each. */
  readonly flops: number;
  /** Read or written at least. */
  readonly bytes: number;
  readonly workgroups: number;
  /** Of a workgroup. */
  readonly invocations: number;
}

export interface Profile {
  readonly device: string;
  /** It computes on the CPU. */
  readonly software: boolean;
  readonly date: string;
  /** Measured on the GPU; null without its clock. */
  readonly peak: GpuPeak | null;
  readonly preset: RunConfig["preset"];
  /** The text of a net of one's own, trained by the preset's recipe; null for the preset's. */
  readonly net: RunConfig["net"];
  readonly batch: number;
  /** Steps in the one call that was counted. */
  readonly steps: number;
  readonly dispatchesPerStep: number;
  readonly uploadsPerStep: number;
  readonly submitsPerStep: number;
  readonly buffersCreatedPerStep: number;
  /** Uploaded. */
  readonly bytesPerStep: number;
  readonly kernels: readonly KernelFigures[];
}

export function figuresOf(kernel: KernelTime, peak: GpuPeak | null): KernelFigures {
  const { name, milliseconds, ...work } = kernel;
  const perSecond = (amount: number) =>
    milliseconds === null || milliseconds === 0 ? null : amount / milliseconds / 1e6;
  const gflops = perSecond(work.flops);
  const gbps = perSecond(work.bytes);
  const known = gflops !== null && gbps !== null && peak !== null;
  const arithmetic = known ? gflops / peak.gflops : 0;
  const memory = known ? gbps / peak.gbps : 0;
  return {
    name,
    milliseconds,
    gflops,
    gbps,
    bound: known ? (arithmetic > memory ? "arithmetic" : "memory") : null,
    fractionOfPeak: known ? Math.max(arithmetic, memory) : null,
    ...work,
  };
}

/** The same without times, and all that is made of them: on a CPU they say nothing of a GPU. */
export function withoutTimes(report: Profile): Profile {
  const unknown = { milliseconds: null, gflops: null, gbps: null, bound: null };
  return {
    ...report,
    peak: null,
    kernels: report.kernels.map((kernel) => ({ ...kernel, ...unknown, fractionOfPeak: null })),
  };
}

const SHAPE: readonly Column<KernelFigures>[] = [
  { title: "kernel", cell: ({ name }) => name },
  { title: "workgroups", right: true, cell: ({ workgroups }) => workgroups.toLocaleString("en") },
  { title: "invocations each", right: true, cell: ({ invocations }) => String(invocations) },
  { title: "MFLOP", right: true, cell: ({ flops }) => (flops ? threeDigits(flops / 1e6) : "") },
  { title: "MB", right: true, cell: ({ bytes }) => threeDigits(bytes / 1e6) },
];
const TIMES: readonly Column<KernelFigures>[] = [
  { title: "ms", right: true, cell: ({ milliseconds }) => threeDigits(milliseconds) },
  { title: "GFLOPS", right: true, cell: ({ gflops }) => (gflops ? threeDigits(gflops) : "") },
  { title: "GB/s", right: true, cell: ({ gbps }) => threeDigits(gbps) },
  {
    title: "of the peak",
    right: true,
    cell: ({ bound, fractionOfPeak }) =>
      fractionOfPeak === null ? "" : `${threeDigits(fractionOfPeak * 100)}% ${bound}`,
  },
];

/** Counts in words, and a row for each kernel. */
export function markdown(report: Profile): string {
  const { device, net, batch, steps, kernels, peak } = report;
  const total = kernels.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0);
  return [
    `${netName(report)}, batch ${batch}, ${device}`,
    ...(net === null ? [] : ["", `    ${net}`]),
    "",
    `A step of a call of ${steps}: ${report.dispatchesPerStep} dispatches, ` +
      `${report.submitsPerStep} submissions, ${report.uploadsPerStep} uploads ` +
      `(${Math.round(report.bytesPerStep).toLocaleString("en")} bytes), ` +
      `${report.buffersCreatedPerStep} buffers made.`,
    ...(peak
      ? [`Measured peaks: ${threeDigits(peak.gflops)} GFLOPS, ${threeDigits(peak.gbps)} GB/s.`]
      : []),
    ...(total > 0 ? [`Its kernels take ${threeDigits(total)} ms, one at a time.`] : []),
    "",
    markdownTable(total > 0 ? [...SHAPE, ...TIMES] : SHAPE, kernels),
    "",
  ].join("\n");
}

function threeDigits(value: number | null): string {
  return value === null ? "" : Number(value.toPrecision(3)).toLocaleString("en");
}
