import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import {
  type Calibration,
  calibrationKey,
  changeWords,
  choiceReason,
  choiceWords,
  deviceOrder,
  fastest,
  lossWords,
  type NamedDevice,
  type Trial,
} from "../../../src/config/devices";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { option } from "../training/options";

const HARDWARE = { devices: [option("wasm"), option("webgpu")], maxThreads: 8 };

const trial = (name: NamedDevice, imagesPerSecond: number | null): Trial => ({
  name,
  label: `the ${name}`,
  imagesPerSecond,
  reason: imagesPerSecond === null ? "It failed." : "",
});

describe("a calibration's key", () => {
  const key = calibrationKey(DEFAULT_CONFIG, FASHION_MNIST, HARDWARE);

  it("is the same for settings that cost no time", () => {
    const other = { ...DEFAULT_CONFIG, seed: 9, epochs: 3, learningRate: 1, classes: [3] };
    expect(calibrationKey(other, FASHION_MNIST, HARDWARE)).toBe(key);
    const weighted = { ...DEFAULT_CONFIG, loss: { binaryCrossentropy: 2 } };
    expect(calibrationKey(weighted, FASHION_MNIST, HARDWARE)).toBe(key);
    expect(calibrationKey({ ...DEFAULT_CONFIG, threads: 8 }, FASHION_MNIST, HARDWARE)).toBe(key);
  });

  it.each([
    { preset: "loom" },
    { latentSize: 7 },
    { batchSize: 64 },
    { loss: { meanSquaredError: 1 } },
    { threads: 2 },
  ] as const)("is another for %o", (change) => {
    expect(calibrationKey({ ...DEFAULT_CONFIG, ...change }, FASHION_MNIST, HARDWARE)).not.toBe(key);
  });

  it.each([
    { maxThreads: 4 },
    { devices: [option("wasm")] },
    { devices: [option("wasm"), option("webgpu", { label: "another card" })] },
  ])("is another on another machine", (change) => {
    expect(calibrationKey(DEFAULT_CONFIG, FASHION_MNIST, { ...HARDWARE, ...change })).not.toBe(key);
  });

  it("does not mind devices that are for choice by hand", () => {
    const devices = [...HARDWARE.devices, option("tfjs-cpu")];
    expect(calibrationKey(DEFAULT_CONFIG, FASHION_MNIST, { ...HARDWARE, devices })).toBe(key);
  });
});

describe("the choice", () => {
  it("is the fastest, the first of equals, or none", () => {
    const trials = [trial("wasm", 10), trial("webgpu", 10), trial("tfjs-webgl", null)];
    expect(fastest(trials)?.name).toBe("wasm");
    expect(fastest([trial("wasm", null)])).toBeNull();
  });

  it("comes first, then the fastest, the untried and those that failed; by hand is not in it", () => {
    const devices = (["wasm", "webgpu", "tfjs-webgpu", "tfjs-webgl", "tfjs-cpu"] as const).map(
      (name) => option(name),
    );
    const trials = [trial("wasm", 10), trial("webgpu", 90), trial("tfjs-webgpu", null)];
    expect(deviceOrder(devices, { trials, chosen: "webgpu" })).toEqual([
      "webgpu",
      "wasm",
      "tfjs-webgl",
      "tfjs-webgpu",
    ]);
    expect(deviceOrder(devices, { trials: [], chosen: null })[0]).toBe("wasm");
  });

  it("has its reason in words", () => {
    const reason = (chosen: NamedDevice, ...trials: Trial[]) =>
      choiceReason({ key: "", trials, chosen });
    expect(reason("wasm", trial("wasm", null))).toMatch(/only device here/);
    expect(reason("wasm", trial("wasm", 5), trial("webgpu", null))).toMatch(/as it should/);
    expect(reason("webgpu", trial("wasm", 100), trial("webgpu", 2240))).toMatch(
      /22 times as fast as the next, the wasm/,
    );
    expect(reason("wasm", trial("wasm", 120), trial("webgpu", 100))).toMatch(/1\.2 times/);
    expect(choiceReason({ key: "", trials: [trial("wasm", 5)], chosen: null })).toBe("");
  });
});

const TRIED: Calibration = {
  key: "",
  chosen: "webgpu",
  trials: [
    { name: "wasm", label: "WASM, 2 threads", imagesPerSecond: 1877.4, reason: "" },
    { name: "webgpu", label: "WebGPU (ampere)", imagesPerSecond: 41_300, reason: "" },
    { name: "tfjs-webgl", label: "tfjs WebGL", imagesPerSecond: null, reason: "It failed: no" },
  ],
};
const LOST = { step: 1200, from: "WebGPU", reason: "The GPU is lost", repeats: 3 };

it("names the choice, why, and every device that was tried", () => {
  expect(choiceWords(TRIED)).toBe(
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
  expect(lossWords(LOST)).toBe(
    "WebGPU failed after step 1,200: The GPU is lost. The next device repeats the last 3 steps.",
  );
  expect(changeWords({ ...LOST, to: "WASM" })).toMatch(
    /goes on on WASM\. It repeated the last 3 steps, so nothing is lost\.$/,
  );
  expect(lossWords({ ...LOST, step: 0, repeats: 0 })).toMatch(/^WebGPU could not be used/);
});
