import { describe, expect, it } from "vitest";
import { runTorch } from "../../../src/cli/bench/torch";
import { IMAGE_PIXELS } from "../../../src/datasets/fashion-mnist";
import { createRng } from "../../../src/math/rng";
import { PRESETS } from "../../../src/nets/presets";

const BATCH = 3;
const rng = createRng(1, "test/bench-torch");
/** Smooth: the windows of SSIM see neither noise nor constants. */
const images = Uint8Array.from({ length: 2 * BATCH * IMAGE_PIXELS }, (_, i) => {
  const [x, y] = [i % 28, Math.floor(i / 28) % 28];
  return 127 + 90 * Math.sin(x / 3) * Math.cos(y / 4) + 30 * rng.float();
});

/** Words of an error for which the machine, not the net, is to blame. */
const ABSENT = /has no torch|There is no python3/;

describe("runTorch", () => {
  // bench/torch compares both: it ends with an error where they differ.
  it.for(PRESETS)(
    "has our %s: as many weights, and with ours the same loss",
    async (preset, { skip }) => {
      const said: string[] = [];
      const request = { preset, batch: BATCH, threads: 1, images, trial: true };
      const found = await runTorch(request, "cpu", (line) => said.push(line)).catch(
        (error: Error) => (ABSENT.test(error.message) ? null : Promise.reject(error)),
      );
      if (found === null) return skip("no PyTorch here");
      expect(found.imagesPerSecond).toBeGreaterThan(0);
      expect(found.gpu).toBeNull();
      const [, weights, ourWeights, loss, ourLoss] =
        /: (\d+) weights \(ours (\d+)\), loss ([\d.]+) .* \(ours ([\d.]+)\)$/.exec(said[0] ?? "") ??
        [];
      expect(weights).toBe(ourWeights);
      expect(Number(loss)).toBeCloseTo(Number(ourLoss), 4);
    },
  );
});
