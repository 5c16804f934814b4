/** What a net can be exported as: the page and the command line list them. */

import type { RunConfig } from "./config";
import { netSlug } from "./recipes";

export const EXPORT_TARGETS = ["keras", "onnx", "tfjs", "tsv"] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

/** What an exported net's files are called by: "loom-64", "own-net-64". */
export const exportName = (config: Pick<RunConfig, "preset" | "net" | "latentSize">) =>
  `${netSlug(config)}-${config.latentSize}`;
