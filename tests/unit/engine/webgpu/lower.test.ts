import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { configFor } from "../../../../src/config/recipes";
import { SETTINGS } from "../../../../src/config/settings";
import { compile } from "../../../../src/engine/compile";
import { differentiate } from "../../../../src/engine/differentiate";
import { DeviceError } from "../../../../src/engine/errors";
import { ADAM_DEFAULTS } from "../../../../src/engine/optimizer";
import type { Plan } from "../../../../src/engine/plan";
import { type Kernel, source } from "../../../../src/engine/webgpu/kernel";
import { lowerPlan } from "../../../../src/engine/webgpu/lower/plan";
import { chooseTile, partsFor } from "../../../../src/engine/webgpu/lower/tiles";
import { Stores } from "../../../../src/engine/webgpu/stores";
import { PRESETS, type PresetName } from "../../../../src/nets/presets";
import { presetModel } from "../../preset-models";

/** What every WebGPU has, whatever its GPU can do beyond. */
const EVERY_GPU = {
  storageBuffers: 8,
  bindingBytes: 128 * 2 ** 20,
  invocations: 256,
  workgroupBytes: 16_384,
  groupsAlong: 65_535,
};

const plans = new Map<PresetName, Plan>();
beforeAll(async () => {
  await tf.setBackend("cpu");
  for (const preset of PRESETS) {
    const model = presetModel(configFor(preset));
    plans.set(preset, compile(model));
    model.dispose();
  }
});

/** Kernels of a preset's step and of its forward pass; nothing of it needs a GPU. */
function lower(preset: PresetName, batchSize: number) {
  const { loss, beta2, weightDecay, clipNorm } = configFor(preset);
  const optimizer = { ...ADAM_DEFAULTS, beta2, weightDecay, clipNorm };
  const stores = new Stores({} as GPUDevice);
  return lowerPlan(stores, differentiate(plans.get(preset)!, { loss, optimizer }, true), batchSize);
}

function workgroupBytes({ functions }: Kernel): number {
  const arrays = functions.matchAll(/var<workgroup> \w+: array<(vec4<f32>|f32), (\d+)>/g);
  let bytes = 0;
  for (const [, element, count] of arrays) bytes += Number(count) * (element === "f32" ? 4 : 16);
  return bytes;
}

describe.each(PRESETS)("the kernels of %s", (preset) => {
  test.each([SETTINGS.batchSize.type.limits.min, 128, SETTINGS.batchSize.type.limits.max])(
    "ask no GPU for more than every one has, at batch %d",
    (batch) => {
      const { training, inference, scoring } = lower(preset, batch);
      for (const kernel of [...training, ...inference, ...scoring]) {
        const { name, bindings, invocations } = kernel;
        expect(bindings.length, name).toBeLessThanOrEqual(EVERY_GPU.storageBuffers);
        expect(invocations, name).toBeLessThanOrEqual(EVERY_GPU.invocations);
        expect(workgroupBytes(kernel), name).toBeLessThanOrEqual(EVERY_GPU.workgroupBytes);
        for (const side of kernel.grid(batch)) {
          expect(side, name).toBeGreaterThan(0);
          expect(side, name).toBeLessThanOrEqual(EVERY_GPU.groupsAlong);
        }
        for (const { store } of bindings) {
          expect(store.words * 4, store.label).toBeLessThanOrEqual(EVERY_GPU.bindingBytes);
        }
        // One buffer for reading and for writing would be refused.
        const written = bindings.filter(({ writes }) => writes).map(({ store }) => store);
        for (const store of written) {
          expect(
            bindings.filter((binding) => binding.store === store),
            name,
          ).toHaveLength(1);
        }
      }
    },
  );
});

/** Lines that are not indented by two for each brace and parenthesis that is open there. */
function crookedLines(program: string): string[] {
  let depth = 0;
  return program.split("\n").filter((line) => {
    const code = line.replace(/\/\/.*/, "").trim();
    const closing = /^[})]*/.exec(code)![0].length;
    const indent = 2 * (depth - closing);
    for (const [bracket] of code.matchAll(/[{}()]/g)) depth += "{(".includes(bracket) ? 1 : -1;
    return line !== "" && line !== " ".repeat(indent) + line.trim();
  });
}

test.each(PRESETS)(
  "the kernels of %s can be read: every line is indented as it is nested",
  (preset) => {
    const { training, inference, scoring } = lower(preset, 64);
    for (const kernel of [...training, ...inference, ...scoring]) {
      expect(crookedLines(source(kernel)), kernel.name).toEqual([]);
    }
    expect(crookedLines("fn f() {\n  g();\n h();\n}")).toEqual([" h();"]);
  },
);

test("a buffer that is larger than the GPU allows is refused, with its size and what helps", async () => {
  const limits = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 };
  const stores = new Stores({ limits } as GPUDevice);
  stores.declare("tensor 1", 2 ** 25 + 1);
  await expect(stores.make()).rejects.toThrow(
    new DeviceError(
      "The GPU's memory is too small: training would take a buffer of 129 MB " +
        '("tensor 1"), of which it allows 128 MB. A smaller batch takes less.',
    ),
  );
});

test("a step of the baseline is 23 kernels and one that loads images, fewer in large batches", () => {
  const steps = [32, 128, 1024].map((batch) => lower("baseline", batch).training);
  // Dense layers of 1024 images keep a GPU busy without being split.
  expect(steps.map(({ length }) => length)).toEqual([23, 23, 21]);
});

describe("tiles", () => {
  test("are large where there is much to do, and fit what is narrow", () => {
    expect(chooseTile(25_088, 128)).toEqual({ rows: 64, columns: 64 });
    expect(chooseTile(100_352, 32)).toEqual({ rows: 64, columns: 32 });
    expect(chooseTile(9, 32, 256)).toEqual({ rows: 16, columns: 32 });
  });

  test("are smaller where large ones would leave most of a GPU idle", () => {
    const { rows, columns } = chooseTile(64, 128);
    expect(rows * columns).toBeLessThan(64 * 64);
  });

  test("are split into parts until a GPU is busy, and no further", () => {
    expect(partsFor(4, 49)).toBe(49);
    expect(partsFor(16, 100)).toBe(16);
    expect(partsFor(196, 100)).toBe(1);
    expect(partsFor(1000, 100)).toBe(1);
  });
});
