/** The platform of inference in a real worker. */

import * as tf from "@tensorflow/tfjs";
import { basisOfPca } from "../../engine/wasm/linear-algebra";
import { createWasmPredictor } from "../../engine/wasm/predictor";
import { buildNet } from "../../nets/build";
import { fetchDataset, startPca } from "../host";
import { createYield } from "../rpc";
import { browserWasmPlatform } from "../wasm-platform";
import { createJpegSource } from "./jpeg-client";
import { createCodeTracer } from "./looks-for";
import { fetchShippedNet } from "./packed";
import type { InferencePlatform } from "./platform";

const NO_IMAGES = new Uint32Array(0);

export function browserInferencePlatform(): InferencePlatform {
  return {
    loadDataset: (chosen) => fetchDataset(chosen),
    shippedNet: fetchShippedNet,
    async buildModel(net) {
      // Weights are kept in plain memory; tfjs would start WebGL first, software or not.
      await tf.setBackend("cpu");
      return buildNet(net, 0);
    },
    // One thread: training has the others, and 24 images take it 8 ms.
    createPredictor: (model) => createWasmPredictor(model, browserWasmPlatform),
    createTracer: (encoder) => createCodeTracer(encoder, browserWasmPlatform),
    async fitPca({ shape, images }, indices, latentSize) {
      const split = { train: indices, validation: NO_IMAGES, test: NO_IMAGES };
      const source = startPca({ shape, images, split, previewIndices: NO_IMAGES });
      try {
        return await source.pca(latentSize);
      } finally {
        source.dispose();
      }
    },
    basisOfPca: (pca, most) => basisOfPca(browserWasmPlatform, pca, most),
    startJpeg: (set, indices) =>
      createJpegSource(
        set,
        indices,
        () =>
          new Worker(new URL("../jpeg.worker.ts", import.meta.url), {
            type: "module",
            name: "jpeg",
          }),
      ),
    now: () => performance.now(),
    yieldToHost: createYield(),
  };
}
