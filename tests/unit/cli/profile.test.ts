import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/cli/errors";
import { profile } from "../../../src/cli/profile";
import { figuresOf, markdown } from "../../../src/cli/profile/report";

describe("a kernel's figures", () => {
  const kernel = { name: "latent forward", flops: 3e9, bytes: 4e6 };

  it("are its work by its time", () => {
    expect(figuresOf({ ...kernel, milliseconds: 2 })).toEqual({
      name: "latent forward",
      milliseconds: 2,
      gflops: 1500,
      gbps: 2,
    });
  });

  it("are left out where there is no clock, or one too coarse", () => {
    for (const milliseconds of [null, 0]) {
      expect(figuresOf({ ...kernel, milliseconds })).toMatchObject({ gflops: null, gbps: null });
    }
  });
});

describe("the report", () => {
  const report = {
    ...{ device: "WebGPU (Example GPU)", preset: "baseline", batch: 128, steps: 32 },
    ...{ dispatchesPerStep: 24, uploadsPerStep: 0.0625, submitsPerStep: 0.125 },
    ...{ buffersCreatedPerStep: 0, bytesPerStep: 768 },
    kernels: [
      { name: "latent forward", milliseconds: 0.0523, gflops: 3931.2, gbps: 133 },
      { name: "Adam", milliseconds: 0.1, gflops: 0, gbps: 454.12 },
      { name: "no clock", milliseconds: null, gflops: null, gbps: null },
    ],
  };

  it("tells counts and kernels, to three digits, and of those without products no GFLOPS", () => {
    const lines = markdown(report).split("\n");
    expect(lines[0]).toBe("baseline, batch 128, WebGPU (Example GPU)");
    expect(lines[2]).toMatch(/^A step of a call of 32: 24 dispatches, 0\.125 submissions/);
    expect(lines[3]).toBe("Its kernels take 0.152 ms, one at a time.");
    expect(lines.slice(-5, -1)).toEqual([
      expect.stringMatching(/^\|-/),
      "| latent forward | 0.052 | 3,930 | 133 |",
      "| Adam | 0.1 |  | 454 |",
      "| no clock |  |  |  |",
    ]);
  });
});

it("refuses what it does not know in one line", async () => {
  await expect(profile(["--preset", "weave"])).rejects.toThrow(UsageError);
  await expect(profile(["--batch", "0"])).rejects.toThrow("a whole number from 1 to 1024");
});
