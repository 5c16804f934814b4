import { describe, expect, it, vi } from "vitest";
import { type DeviceScope, probeDevices } from "../../../src/worker/devices";

const NVIDIA = "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)";

function scope(change: Partial<DeviceScope> = {}): DeviceScope {
  return {
    gpu: undefined,
    createWebgl: () => null,
    hasWasmSimd: async () => true,
    hasRelaxedSimd: async () => true,
    ...change,
  };
}

/** A navigator.gpu that offers an adapter of that description. */
function gpu(info: Partial<GPUAdapterInfo> | null): NonNullable<DeviceScope["gpu"]> {
  const adapter = { info: { vendor: "", architecture: "", device: "", description: "", ...info } };
  return { requestAdapter: async () => (info ? (adapter as GPUAdapter) : null) };
}

async function probed(name: string, change: Partial<DeviceScope>) {
  const devices = await probeDevices(scope(change));
  return devices.find((device) => device.name === name)!;
}

describe("probeDevices", () => {
  it("without a GPU has WASM for Automatic, the CPU by hand, and says what the others lack", async () => {
    const devices = await probeDevices(scope());
    expect(devices.map(({ name, available, automatic }) => [name, available, automatic])).toEqual([
      ["wasm", true, true],
      ["webgpu", false, false],
      ["tfjs-webgpu", false, false],
      ["tfjs-webgl", false, false],
      ["tfjs-cpu", true, false],
    ]);
    for (const { automatic, reason } of devices) expect(reason === "").toBe(automatic);
  });

  it("names the kind of SIMD", async () => {
    expect((await probed("wasm", {})).label).toBe("WASM (relaxed SIMD)");
    expect((await probed("wasm", { hasRelaxedSimd: async () => false })).label).toBe("WASM (SIMD)");
  });

  it.each([
    ["SIMD", async () => false],
    ["WebAssembly", () => Promise.reject(new ReferenceError("WebAssembly is not defined"))],
  ])("refuses a browser without %s", async (_, hasWasmSimd) => {
    expect(await probed("wasm", { hasWasmSimd })).toMatchObject({
      available: false,
      automatic: false,
      reason: expect.stringMatching(/SIMD/),
    });
  });

  it("offers a graphics card by its name", async () => {
    const webgl = await probed("tfjs-webgl", {
      createWebgl: () => ({ renderer: NVIDIA, floatTextures: true }),
    });
    expect(webgl).toMatchObject({
      available: true,
      automatic: true,
      label: expect.stringContaining("RTX 3060"),
    });
    const webgpu = await probed("tfjs-webgpu", {
      gpu: gpu({ vendor: "nvidia", architecture: "ampere" }),
    });
    expect(webgpu).toMatchObject({
      available: true,
      automatic: true,
      label: "tfjs WebGPU (nvidia ampere)",
    });
  });

  it("leaves software in the place of a graphics card to choice by hand", async () => {
    const renderer =
      "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)";
    const byHand = {
      available: true,
      automatic: false,
      reason: expect.stringMatching(/in software/),
    };
    const webgl = await probed("tfjs-webgl", {
      createWebgl: () => ({ renderer, floatTextures: true }),
    });
    expect(webgl).toMatchObject(byHand);
    for (const info of [
      { vendor: "google", architecture: "swiftshader" },
      { vendor: "mesa", description: "llvmpipe (LLVM 15.0.6, 256 bits)" },
      { isFallbackAdapter: true },
    ]) {
      expect(await probed("tfjs-webgpu", { gpu: gpu(info) })).toMatchObject(byHand);
    }
  });

  it("copes with WebGPU that has no adapter, or throws", async () => {
    const missing = { available: false, automatic: false };
    expect(await probed("tfjs-webgpu", { gpu: gpu(null) })).toMatchObject(missing);
    const throwing = { requestAdapter: () => Promise.reject(new Error("lost")) };
    expect(await probed("tfjs-webgpu", { gpu: throwing })).toMatchObject(missing);
  });

  it("does not wait for WebGPU that never answers: the page has other devices", async () => {
    vi.useFakeTimers();
    const silent = { requestAdapter: () => new Promise<never>(() => {}) };
    const devices = probeDevices(scope({ gpu: silent }));
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    const available = (await devices).filter((device) => device.available);
    expect(available.map(({ name }) => name)).toEqual(["wasm", "tfjs-cpu"]);
  });

  it("takes a graphics card whose browser tells nothing of it, but no fallback", async () => {
    const tells = (adapter: object) => ({ requestAdapter: async () => adapter as GPUAdapter });
    const card = await probed("webgpu", { gpu: tells({ isFallbackAdapter: false }) });
    expect(card).toMatchObject({ label: "WebGPU", available: true, automatic: true });
    const fallback = await probed("webgpu", { gpu: tells({ isFallbackAdapter: true }) });
    expect(fallback).toMatchObject({ available: true, automatic: false });
  });

  it("refuses cards that cannot draw floats", async () => {
    const createWebgl = () => ({ renderer: NVIDIA, floatTextures: false });
    const webgl = await probed("tfjs-webgl", { createWebgl });
    expect(webgl).toMatchObject({ available: false, reason: expect.stringMatching(/float/) });
  });
});
