/** What a net can be exported as: the page and the command line list them. */

import type { RunConfig } from "./config";

export const EXPORT_TARGETS = ["keras", "onnx", "tfjs", "tsv"] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

/** What an exported net's files are called by: "loom-64". */
export const exportName = ({ preset, latentSize }: Pick<RunConfig, "preset" | "latentSize">) =>
  `${preset}-${latentSize}`;
