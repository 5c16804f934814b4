import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actAsBrowser, dawn, NO_GPU, nodeWebgpuPlatform } from "../../../../src/cli/dawn";
import { activateBackend } from "../../../../src/engine/tfjs/backend";
import { drawn, MASKS } from "./masks";

beforeAll(async () => {
  const gpu = await dawn();
  if (!gpu) throw new Error(NO_GPU);
  await actAsBrowser(gpu);
});
afterAll(() => tf.setBackend("cpu"));

test.each(["cpu", "webgpu"] as const)("masks drawn on %s are every device's", async (backend) => {
  await activateBackend(backend, nodeWebgpuPlatform.openDevice);
  const before = tf.memory().numTensors;
  for (const mask of MASKS) {
    const { found, right } = await drawn(mask);
    expect(found).toEqual(right);
  }
  expect(tf.memory().numTensors).toBe(before);
});
