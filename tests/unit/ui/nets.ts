/** Every preset's net, summarised as the worker does it. */

import * as tf from "@tensorflow/tfjs";
import type { NetChoice } from "../../../src/config/config";
import { buildModel } from "../../../src/nets/build";
import { summarize } from "../../../src/nets/build/summary";
import type { ModelSummary } from "../../../src/nets/summary";

/** tfjs's cpu backend must be the current one. */
export function summaryOf(net: NetChoice): ModelSummary {
  const model = buildModel({ ...net, seed: 1 });
  const summary = summarize(model);
  model.dispose();
  return summary;
}

export const useCpu = () => tf.setBackend("cpu");
