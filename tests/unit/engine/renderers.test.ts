import { describe, expect, it } from "vitest";
import {
  type AdapterFacts,
  adapterName,
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

  it("is software by any of its words, or as the browser's fallback", () => {
    expect(isSoftwareAdapter({ ...UNKNOWN, vendor: "nvidia", architecture: "ampere" })).toBe(false);
    expect(isSoftwareAdapter({ ...UNKNOWN, architecture: "swiftshader" })).toBe(true);
    expect(isSoftwareAdapter({ ...UNKNOWN, description: "llvmpipe (LLVM 15.0.6)" })).toBe(true);
    expect(isSoftwareAdapter({ ...UNKNOWN, isFallbackAdapter: true })).toBe(true);
  });
});
