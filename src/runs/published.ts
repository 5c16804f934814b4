/** The write-up's own results, and the settings that they belong to. */

import type { RunConfig } from "../config/config";
import type { DataSource } from "../datasets/dataset";
import type { PresetName } from "../nets/presets";

export interface Published {
  readonly latentSize: number;
  /** By the write-up's protocol alone. */
  readonly ssimWriteup: number;
}

export const PUBLISHED = {
  baseline: { latentSize: 128, ssimWriteup: 0.913 },
  modified: { latentSize: 256, ssimWriteup: 0.928 },
} as const satisfies Readonly<Partial<Record<PresetName, Published>>>;

/** T-shirts/tops and trousers. */
const CLASSES = [0, 1];

/** What was published for that net, where it may be compared with at all: same images, same size. */
export function publishedResult(
  config: Pick<RunConfig, "preset" | "net" | "latentSize" | "classes">,
  source: DataSource | undefined,
): Published | null {
  const all: Readonly<Partial<Record<PresetName, Published>>> = PUBLISHED;
  const published = all[config.preset];
  const same =
    source === "fashion-mnist" &&
    config.net === null &&
    config.latentSize === published?.latentSize &&
    config.classes.join() === CLASSES.join();
  return same ? published : null;
}
