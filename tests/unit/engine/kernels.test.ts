import { afterEach, describe, expect, it, vi } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { NotLoadedError } from "../../../src/engine/errors";
import { compileKernels } from "../../../src/engine/wasm/kernels";

afterEach(() => vi.restoreAllMocks());

const bytesOf = async () =>
  new Uint8Array((await nodeWasmPlatform.kernels("simd", false)) as ArrayBuffer);

describe("compileKernels", () => {
  it("takes what the build has made", async () => {
    const module = await compileKernels(nodeWasmPlatform, "simd", false);
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toContain("runOnAll");
  });

  it.each([
    ["a web page", async () => new TextEncoder().encode("<!doctype html>")],
    ["nothing", async () => new Uint8Array(0)],
    ["half of it", async () => (await bytesOf()).slice(0, 5000)],
  ])("says in plain words that %s came in its place", async (_what, kernels) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const attempt = compileKernels({ ...nodeWasmPlatform, kernels }, "simd", false);
    await expect(attempt).rejects.toBeInstanceOf(NotLoadedError);
    await expect(attempt).rejects.toThrow(
      "WebAssembly's kernels are damaged, or something else came in their place.",
    );
  });
});
