/** What a net can be exported as: the page and the command line list them. */

export const EXPORT_TARGETS = ["keras", "onnx", "tfjs", "tsv"] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];
