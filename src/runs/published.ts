/** The write-up's own results, and the settings that they belong to. */

import type { RunConfig } from "../config/config";
import type { DataSource } from "../datasets/dataset";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import { sameNet } from "../nets/key";
import type { NetChoice, PresetName } from "../nets/presets";

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

/** Whether images are those that the results are of. */
export const isPublishedData = (
  { data, classes }: Pick<RunConfig, "data" | "classes">,
  source: DataSource | undefined,
): boolean =>
  data === FASHION_MNIST.id && source === FASHION_MNIST.source && classes.join() === CLASSES.join();

/** The nets that those results are of. */
const PUBLISHED_NETS: readonly { readonly net: NetChoice; readonly result: Published }[] = (
  ["baseline", "modified"] as const
).map((preset) => ({
  net: { preset, net: null, latentSize: PUBLISHED[preset].latentSize },
  result: PUBLISHED[preset],
}));

/**
 * What was published for that net, where it may be compared with at all: the same net, whether it
 * was chosen or written out, on the same images.
 */
export function publishedResult(
  config: NetChoice & Pick<RunConfig, "data" | "classes">,
  source: DataSource | undefined,
): Published | null {
  if (!isPublishedData(config, source)) return null;
  return PUBLISHED_NETS.find(({ net }) => sameNet(net, config, FASHION_MNIST))?.result ?? null;
}
