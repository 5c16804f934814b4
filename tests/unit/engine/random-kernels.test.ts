import { afterEach, describe, expect, test } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import type { KernelVariant } from "../../../src/engine/wasm/platform";
import {
  type Instruction,
  instruction,
  rangeJob,
  SETTINGS,
  SETTINGS_WORDS,
} from "../../../src/engine/wasm/program";
import { Runtime } from "../../../src/engine/wasm/runtime";
import {
  dropoutMask,
  dropoutThreshold,
  flipsOf,
  STREAM_DROPOUT,
  STREAM_FLIPS,
  STREAM_TRUNCATION,
  truncationsOf,
  truncationThresholds,
} from "../../../src/math/philox";

const started: Runtime[] = [];
afterEach(() => {
  for (const runtime of started.splice(0)) runtime.dispose();
});

/** The kernels with settings that hold a seed and a step. */
async function kernels(seed: number, step: number, variant: KernelVariant = "relaxed") {
  const runtime = await Runtime.start(nodeWasmPlatform, 1, variant);
  started.push(runtime);
  const { arena } = runtime;
  const settings = arena.allocate(SETTINGS_WORDS * 4);
  const words = arena.ints(settings, SETTINGS_WORDS);
  words[SETTINGS.seed] = seed;
  words[SETTINGS.step] = step;
  words[SETTINGS.kept] = 3;
  const run = (instruction: Instruction) =>
    runtime.run(runtime.load([[rangeJob(1, 1, instruction)]]));
  /** Address of those floats. */
  const place = (values: ArrayLike<number>) => {
    const address = arena.allocate(values.length * 4);
    arena.floats(address, values.length).set(values);
    return address;
  };
  return { arena, settings, run, place };
}

const count = (length: number) => Float32Array.from({ length }, (_, i) => i + 1);

describe("the dropout kernel", () => {
  test.each<[string, number, number, number, number, KernelVariant]>([
    ["a vector of 64", 1, 64, 0, 0.2, "relaxed"],
    ["a vector of 7", 1, 7, 0, 0.5, "relaxed"],
    ["rows of 32", 5, 32, 0, 0.2, "simd"],
    ["rows of 15 within a halo", 6, 15, 3, 0.3, "relaxed"],
    ["rows of 3 within a halo", 4, 3, 1, 0.9, "simd"],
    ["rows of 18, nothing dropped", 3, 18, 2, 0, "relaxed"],
  ])("draws the shared mask for %s", async (_, rows, columns, halo, rate, variant) => {
    const [seed, step, layer, size] = [0xfedcba98, 70_001, 3, rows * columns];
    const { arena, settings, run, place } = await kernels(seed, step, variant);
    const pitch = columns + halo;
    const mask = dropoutMask(seed, step, layer, 3, size, rate);
    const words = arena.allocate((columns + 18) * 4);
    const bits = arena.allocate(rows * Math.ceil(columns / 4));
    for (let image = 0; image < 3; image++) {
      const to = place(new Float32Array(rows * pitch).fill(-1));
      const back = place(new Float32Array(rows * pitch).fill(-1));
      const values = { from: place(count(size)), fromPitch: columns * 4 };
      const shared = { ...values, scale: 1 / (1 - rate), mask: bits, rows, columns };
      run(
        instruction("dropout", {
          ...shared,
          settings,
          stream: STREAM_DROPOUT + layer,
          block: image * Math.ceil(size / 4),
          threshold: dropoutThreshold(rate),
          to,
          toPitch: pitch * 4,
          words,
        }),
      );
      run(instruction("dropoutGradient", { ...shared, to: back, toPitch: pitch * 4 }));
      const expected = new Float32Array(rows * pitch).fill(-1);
      for (let i = 0; i < size; i++) {
        const place = Math.floor(i / columns) * pitch + (i % columns);
        expected[place] = (i + 1) * mask[image * size + i]!;
      }
      expect(arena.floats(to, rows * pitch)).toEqual(expected);
      expect(arena.floats(back, rows * pitch)).toEqual(expected);
    }
  });
});

describe("the flip kernel", () => {
  test.each([
    [5, 1],
    [4, 3],
    [28, 1],
  ])("mirrors the shared half of the images, %d wide, %d channels", async (width, channels) => {
    const [seed, step, height] = [9, 12, 3];
    const { arena, settings, run, place } = await kernels(seed, step);
    const pitch = (width + 1) * channels;
    const flips = flipsOf(seed, step, 20);
    for (let image = 0; image < 20; image++) {
      const before = count(height * pitch);
      const at = place(before);
      const shape = { pitch: pitch * 4, height, width, channels };
      run(instruction("flipImage", { settings, stream: STREAM_FLIPS, image, x: at, ...shape }));
      const expected = before.slice();
      for (let y = 0; y < height; y++) {
        for (let i = 0; i < width * channels; i++) {
          const x = Math.floor(i / channels);
          const from = flips[image] ? (width - 1 - x) * channels + (i % channels) : i;
          expected[y * pitch + i] = before[y * pitch + from]!;
        }
      }
      expect(arena.floats(at, height * pitch)).toEqual(expected);
    }
    expect(new Set(flips).size).toBe(2);
  });
});

describe("the truncation kernel", () => {
  test.each([1, 6, 32, 255])("keeps the shared number of %d numbers", async (size) => {
    const [seed, step] = [2 ** 32 - 1, 5];
    const { arena, settings, run, place } = await kernels(seed, step);
    const thresholds = arena.words(truncationThresholds(size, 6));
    for (const [image, kept] of truncationsOf(seed, step, 40, size, 6).entries()) {
      const [from, to] = [place(count(size)), place(new Float32Array(size).fill(-1))];
      const drawn = { settings, stream: STREAM_TRUNCATION, image, thresholds };
      run(instruction("truncate", { ...drawn, from, to, size }));
      expect(arena.floats(to, size)).toEqual(count(size).map((value, i) => (i < kept ? value : 0)));
    }
  });

  test("without thresholds keeps what the settings say", async () => {
    const { arena, settings, run, place } = await kernels(1, 1);
    const [from, to] = [place(count(6)), place(new Float32Array(6).fill(-1))];
    const kept = { settings, stream: STREAM_TRUNCATION, image: 0, thresholds: null };
    run(instruction("truncate", { ...kept, from, to, size: 6 }));
    expect([...arena.floats(to, 6)]).toEqual([1, 2, 3, 0, 0, 0]);
  });
});
