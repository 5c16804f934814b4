/** A space over scripted inference, its codes there. */

import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";
import { createSpace } from "../../../../src/state/space/space";
import { CONFIG, scriptedInference } from "../scriptedInference";

export async function openSpace(fail?: "ablation") {
  const made = scriptedInference(CONFIG, fail);
  const net = { config: CONFIG, shape: FASHION_MNIST, weights: new Float32Array(9) };
  const space = createSpace(made.inference, async () => net);
  await made.settle(() => space.store.getState().progress === null);
  return { ...made, space };
}
