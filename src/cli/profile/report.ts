/** What `profile` found out, and how it is shown. */

import { type Column, markdownTable } from "../../core/report/table";
import type { KernelTime } from "../../engine/webgpu/profile";

export interface KernelFigures {
  readonly name: string;
  /** Null where the GPU has no clock to read. */
  readonly milliseconds: number | null;
  readonly gflops: number | null;
  readonly gbps: number | null;
}

export interface Profile {
  readonly device: string;
  readonly preset: string;
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

export function figuresOf({ name, milliseconds, flops, bytes }: KernelTime): KernelFigures {
  const perSecond = (amount: number) =>
    milliseconds === null || milliseconds === 0 ? null : amount / milliseconds / 1e6;
  return { name, milliseconds, gflops: perSecond(flops), gbps: perSecond(bytes) };
}

const COLUMNS: readonly Column<KernelFigures>[] = [
  { title: "kernel", cell: ({ name }) => name },
  { title: "ms", right: true, cell: ({ milliseconds }) => threeDigits(milliseconds) },
  { title: "GFLOPS", right: true, cell: ({ gflops }) => (gflops ? threeDigits(gflops) : "") },
  { title: "GB/s", right: true, cell: ({ gbps }) => threeDigits(gbps) },
];

/** Counts in words, and a row for each kernel. */
export function markdown(report: Profile): string {
  const { device, preset, batch, steps, kernels } = report;
  const total = kernels.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0);
  return [
    `${preset}, batch ${batch}, ${device}`,
    "",
    `A step of a call of ${steps}: ${report.dispatchesPerStep} dispatches, ` +
      `${report.submitsPerStep} submissions, ${report.uploadsPerStep} uploads ` +
      `(${Math.round(report.bytesPerStep).toLocaleString("en")} bytes), ` +
      `${report.buffersCreatedPerStep} buffers made.`,
    ...(total > 0 ? [`Its kernels take ${threeDigits(total)} ms, one at a time.`] : []),
    "",
    markdownTable(COLUMNS, kernels),
    "",
  ].join("\n");
}

function threeDigits(value: number | null): string {
  return value === null ? "" : Number(value.toPrecision(3)).toLocaleString("en");
}
