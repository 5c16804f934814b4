/** Every preset's net, summarised as the worker does it. */

import * as tf from "@tensorflow/tfjs";
import type { ModelSummary, NetChoice } from "../../../src/core/summary";
import { buildModel } from "../../../src/models";
import { summarize } from "../../../src/models/summary";

/** tfjs's cpu backend must be the current one. */
export function summaryOf(net: NetChoice): ModelSummary {
  const model = buildModel({ ...net, seed: 1 });
  const summary = summarize(model);
  model.dispose();
  return summary;
}

export const useCpu = () => tf.setBackend("cpu");
