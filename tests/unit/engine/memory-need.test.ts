import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { compile } from "../../../src/engine/compile";
import { layersOf } from "../../../src/engine/device";
import { OutOfMemoryError } from "../../../src/engine/errors";
import { Arena } from "../../../src/engine/wasm/arena";
import { Lowering } from "../../../src/engine/wasm/lowering";
import { memoryProblem, PROGRAMS_BYTES, trainingBytes } from "../../../src/engine/wasm/need";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { buildNet } from "../../../src/nets/build";
import { netOf, PRESETS } from "../../../src/nets/presets";
import { parseNet } from "../../../src/nets/text";
import { trainerOptions } from "../../../src/training/trainer";

beforeAll(() => tf.setBackend("cpu"));

describe("what training takes of memory", () => {
  it.each(PRESETS.flatMap((preset) => [1, 3].map((threads) => [preset, threads] as const)))(
    "is known before it is laid out: %s on %i threads",
    (preset, threads) => {
      const config = configFor(preset, { batchSize: 32, flips: true });
      const model = buildNet(netOf(config, FASHION_MNIST), 1);
      const options = trainerOptions(config, model);
      const plan = compile(model, undefined, layersOf(options));
      const bytes = trainingBytes(plan, options, threads, true);
      const arena = new Arena(false);
      const before = arena.bytes;
      new Lowering(arena, plan, options, threads, true);
      const taken = arena.bytes - before + PROGRAMS_BYTES;
      expect(bytes / taken).toBeGreaterThan(0.9);
      expect(bytes / taken).toBeLessThan(1.01);
      model.dispose();
    },
  );

  it("is refused with what to do, before any of it is had", async () => {
    const net = parseNet(
      "conv 1000 1 relu > norm > conv 1000 2 relu /2 > conv 1 1 > code > up 2",
      FASHION_MNIST,
    );
    const model = buildNet(net, 1);
    const config = configFor("baseline", { batchSize: 1024, loss: { meanSquaredError: 1 } });
    const trainer = await createWasmTrainer(
      model,
      trainerOptions(config, model),
      nodeWasmPlatform,
      1,
    );
    const inputs = new Uint8Array(1024 * 784);
    const attempt = trainer.setSamples({ count: 1024, inputs });
    await expect(attempt).rejects.toThrow(OutOfMemoryError);
    await expect(attempt).rejects.toThrow(
      /^Training this net with 1024 images a step takes [\d,]+ MB, and WebAssembly has [\d,]+ MB at most here: take a smaller batch size, or a smaller net\.$/,
    );
    trainer.dispose();
    model.dispose();
  });

  it("fits as long as there is as much", () => {
    expect(memoryProblem(1000, 8, 1000)).toBeNull();
    expect(memoryProblem(1001, 8, 1000)).toContain("takes 1 MB, and WebAssembly has 1 MB");
  });
});
