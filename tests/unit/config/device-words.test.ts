import { expect, it } from "vitest";
import { changeWords, choiceWords, lossWords } from "../../../src/config/device-words";
import type { Calibration } from "../../../src/config/devices";

const CALIBRATION: Calibration = {
  key: "",
  chosen: "webgpu",
  trials: [
    { name: "wasm", label: "WASM, 2 threads", imagesPerSecond: 1877.4, reason: "" },
    { name: "webgpu", label: "WebGPU (ampere)", imagesPerSecond: 41_300, reason: "" },
    { name: "tfjs-webgl", label: "tfjs WebGL", imagesPerSecond: null, reason: "It failed: no" },
  ],
};
const LOSS = { step: 1200, from: "WebGPU", reason: "The GPU is lost", repeats: 3 };

it("names the choice, why, and every device that was tried", () => {
  expect(choiceWords(CALIBRATION)).toBe(
    "Automatic takes WebGPU (ampere). It trains this net 22 times as fast as the next, " +
      "WASM, 2 threads. WASM, 2 threads: 1,877 images/s. WebGPU (ampere): 41,300 images/s. " +
      "tfjs WebGL: It failed: no.",
  );
  const only = { name: "wasm", label: "WASM", imagesPerSecond: null, reason: "" } as const;
  expect(choiceWords({ key: "", chosen: "wasm", trials: [only] })).toBe(
    "Automatic takes WASM. It is the only device here that Automatic may take.",
  );
});

it("tells a lost device, and that nothing learnt is lost", () => {
  expect(lossWords(LOSS)).toBe(
    "WebGPU failed after step 1,200: The GPU is lost. The next device repeats the last 3 steps.",
  );
  expect(changeWords({ ...LOSS, to: "WASM" })).toMatch(
    /goes on on WASM\. It repeated the last 3 steps, so nothing is lost\.$/,
  );
  expect(lossWords({ ...LOSS, step: 0, repeats: 0 })).toMatch(/^WebGPU could not be used/);
});
