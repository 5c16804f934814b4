import { describe, expect, it } from "vitest";
import {
  type AdapterFacts,
  adapterName,
  factsOf,
  isSoftwareAdapter,
  isSoftwareRenderer,
} from "../../../src/engine/renderers";

const NVIDIA = "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)";

const UNKNOWN: AdapterFacts = {
  vendor: "",
  architecture: "",
  device: "",
  description: "",
  isFallbackAdapter: false,
};

describe("isSoftwareRenderer", () => {
  it.each([
    ["llvmpipe (LLVM 19.1.7, 256 bits)", true],
    ["Google SwiftShader", true],
    ["Microsoft Basic Render Driver", true],
    ["Apple GPU", false],
    ["Mesa Intel(R) UHD Graphics 620 (KBL GT2)", false],
    ["ANGLE (AMD, Radeon RX 6700 (radeonsi navi22), OpenGL 4.6)", false],
    [NVIDIA, false],
  ])("%s: %s", (name, expected) => {
    expect(isSoftwareRenderer(name)).toBe(expected);
  });
});

describe("an adapter", () => {
  it("goes by its description, else by what the browser tells", () => {
    const ampere = { ...UNKNOWN, vendor: "nvidia", architecture: "ampere" };
    expect(adapterName(ampere)).toBe("nvidia ampere");
    expect(adapterName({ ...ampere, description: "RTX 3060" })).toBe("RTX 3060");
    expect(adapterName(UNKNOWN)).toBe("");
  });

  it("tells less in older browsers, but whether it is a fallback in all", () => {
    const none = {} as GPUAdapter;
    expect(factsOf(none)).toEqual(UNKNOWN);
    expect(factsOf({ ...none, isFallbackAdapter: true }).isFallbackAdapter).toBe(true);
    const info = { vendor: "apple", architecture: "metal-3" } as GPUAdapterInfo;
    const apple = { ...UNKNOWN, ...info };
    expect(factsOf({ info, isFallbackAdapter: false })).toEqual(apple);
    expect(factsOf({ info, isFallbackAdapter: true }).isFallbackAdapter).toBe(true);
  });

  it("is software by any of its words, or as the browser's fallback", () => {
    expect(isSoftwareAdapter({ ...UNKNOWN, vendor: "nvidia", architecture: "ampere" })).toBe(false);
    expect(isSoftwareAdapter({ ...UNKNOWN, architecture: "swiftshader" })).toBe(true);
    expect(isSoftwareAdapter({ ...UNKNOWN, description: "llvmpipe (LLVM 15.0.6)" })).toBe(true);
    expect(isSoftwareAdapter({ ...UNKNOWN, isFallbackAdapter: true })).toBe(true);
  });
});
