/** The devices, and builds of one, that `agree` trains a net on. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { DeviceName, RunConfig } from "../../config/config";
import type { Trainer } from "../../engine/device";
import { createWasmTrainer } from "../../engine/wasm/trainer";
import { readModelWeights, writeModelWeights } from "../../engine/weights";
import { createTrainer, threadsFor, trainerOptions } from "../../training/trainer";
import { nodeDevices } from "../devices";
import { nodeWasmPlatform } from "../wasm-platform";

export interface Trainee {
  readonly name: string;
  /** @throws DeviceError where the device is not there */
  start(model: LayersModel, config: RunConfig): Promise<Trainer>;
}

const on =
  (device: Exclude<DeviceName, "auto">, threads?: number): Trainee["start"] =>
  async (model, config) =>
    createTrainer(
      model,
      { ...config, device, threads: threads ?? config.threads },
      await nodeDevices(device),
    );

/** About the last of a float's 24 bits. */
const NUDGE = 2 ** -23;

/** In the order in which they train. */
export const TRAINEES: readonly Trainee[] = [
  { name: "wasm", start: on("wasm") },
  { name: "wasm-one-thread", start: on("wasm", 1) },
  // The control: what rounding alone comes to, on one device.
  {
    name: "wasm-nudged",
    async start(model, config) {
      const weights = await readModelWeights(model);
      writeModelWeights(
        model,
        weights.map((array) => array.map((weight) => weight * (1 + NUDGE))),
      );
      return on("wasm")(model, config);
    },
  },
  {
    name: "wasm-simd",
    async start(model, config) {
      const { cores } = await nodeDevices("wasm");
      const threads = threadsFor(config, cores);
      return createWasmTrainer(
        model,
        trainerOptions(config, model),
        nodeWasmPlatform,
        threads,
        "simd",
      );
    },
  },
  { name: "webgpu", start: on("webgpu") },
  { name: "webgpu-again", start: on("webgpu") },
  { name: "tfjs", start: on("tfjs-cpu") },
  { name: "tfjs-webgpu", start: on("tfjs-webgpu") },
];

/** Stock tfjs only where it is asked for: the bench has it at 3 to 4 images a second here. */
export const USUAL = TRAINEES.map(({ name }) => name).filter((name) => !name.startsWith("tfjs"));
