import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { nodeDevices } from "../../../src/cli/devices";
import type { DeviceName } from "../../../src/config/config";
import { isSoftwareRenderer } from "../../../src/engine/renderers";

afterAll(() => tf.setBackend("cpu"));

const namesFor = async (device: DeviceName) =>
  (await nodeDevices(device)).devices.map(({ name }) => name);

describe("devices of the command line", () => {
  it("start no GPU for those who ask for none", async () => {
    expect(await namesFor("wasm")).toEqual(["wasm", "tfjs-cpu"]);
    expect(await namesFor("tfjs-cpu")).toEqual(["wasm", "tfjs-cpu"]);
  });

  it("have WebGPU beside them for Automatic, and tfjs's for who names it", async () => {
    expect(await namesFor("auto")).toEqual(["wasm", "webgpu", "tfjs-cpu"]);
    expect(await namesFor("tfjs-webgpu")).toEqual(["wasm", "webgpu", "tfjs-webgpu", "tfjs-cpu"]);
  });

  it("leave a GPU in software, or none, to those who name it", async () => {
    const { devices } = await nodeDevices("webgpu");
    const webgpu = devices.find(({ name }) => name === "webgpu")!;
    const isHardware = webgpu.available && !isSoftwareRenderer(webgpu.label);
    expect(webgpu.automatic).toBe(isHardware);
    if (!isHardware) expect(webgpu.reason).toMatch(/^It computes in software here|finds no GPU/);
  });
});
