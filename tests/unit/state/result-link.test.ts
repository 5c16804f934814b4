import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG, runKey } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { readLink } from "../../../src/state/link";
import { readFigures } from "../../../src/state/read-result-link";
import { writeResultLink } from "../../../src/state/write-result-link";

const FIGURES = { ssimWriteup: 0.96523, ssim: 0.91441, mse: 0.00121347, psnr: 30.4123 };
const LOOM = configFor("loom", { latentSize: 64, seed: 3 });

describe("a link to a finished run", () => {
  it("has the run's settings and its figures in its text", () => {
    expect(writeResultLink(LOOM, FIGURES)).toBe(
      "?v=1&preset=loom&latent=64&seed=3&got=ssimWriteup:0.9652,ssim:0.9144,mse:0.001213,psnr:30.41",
    );
    expect(writeResultLink(DEFAULT_CONFIG, FIGURES)).toMatch(/^\?v=1&got=ssimWriteup:0\.9652,/);
  });

  it("is read back, as settings without a complaint and as figures of those settings", () => {
    const link = writeResultLink(LOOM, FIGURES);
    expect(readLink(link)).toEqual({ config: LOOM, problems: [] });
    expect(readFigures(link, LOOM)).toEqual({
      linked: {
        key: runKey(LOOM),
        figures: { ssimWriteup: 0.9652, ssim: 0.9144, mse: 0.001213, psnr: 30.41 },
      },
      problems: [],
    });
  });

  it("is of any device, and of no other settings", () => {
    expect(runKey({ ...LOOM, device: "wasm", threads: 1 })).toBe(runKey(LOOM));
    expect(runKey({ ...LOOM, seed: 4 })).not.toBe(runKey(LOOM));
  });
});

describe("figures of a link", () => {
  it.each([
    ["ssim:0.9"],
    [""],
    ["ssimWriteup:2,ssim:0.9,mse:0.001,psnr:30"],
    ["ssimWriteup:0.9,ssim:,mse:0.001,psnr:30"],
    ["ssimWriteup:0.9,ssim:0.9,mse:-1,psnr:30"],
    ["ssimWriteup:0.9,ssim:x,mse:0.001,psnr:Infinity"],
  ])("are left out with a word where they cannot be: %j", (got) => {
    const { linked, problems } = readFigures(`?got=${got}`, LOOM);
    expect(linked).toBeNull();
    expect(problems.join()).toMatch(/^got=.* was left out\. It must be figures such as/);
  });

  it("are in their ranges or nothing, whatever the link says", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { linked, problems } = readFigures(`?${new URLSearchParams({ got: text })}`, LOOM);
        expect(linked === null).toBe(problems.length > 0);
      }),
    );
  });
});
