import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { NETS } from "./layer-nets";
import { expectLost, expectMomentsCount, POOLS, samplesWithNan, TRAPS } from "./nan";
import { sizeOf } from "./nets";
import { Trainers } from "./pair";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const trainers = new Trainers();
afterEach(() => trainers.dispose());

describe.each(["ours", "theirs"] as const)("on %s, a number that is none", (device) => {
  test.each(Object.entries(TRAPS))("spoils a net with %s", async (_, [net, choice]) => {
    const samples = samplesWithNan(16, 3, [5]);
    await expectLost(
      device === "ours"
        ? await trainers.ours(net, choice, 1, samples)
        : await trainers.theirs(net, choice, samples),
    );
  });

  test("spoils the weights from either of Adam's moments", async () => {
    const [net] = TRAPS["a dense layer"]!;
    const samples = samplesWithNan(16, 3, []);
    await expectMomentsCount(() =>
      device === "ours" ? trainers.ours(net, {}, 1, samples) : trainers.theirs(net, {}, samples),
    );
  });
});

test.each(Object.keys(NETS))("on ours, samples that are no numbers spoil %s", async (name) => {
  const model = NETS[name]!();
  const [inputs, outputs] = [sizeOf(model.inputs[0]!.shape), sizeOf(model.outputs[0]!.shape)];
  const places = Array.from({ length: inputs }, (_, i) => i);
  const samples = samplesWithNan(inputs, outputs, places);
  await expectLost(await trainers.ours(NETS[name]!, {}, 2, samples));
});

// tfjs's own pooling passes over it wherever something else is in the window.
test.each([1, 4])("pooling of %d channels passes it on from every place", async (channels) => {
  for (const place of [0, 1, 2, 3]) {
    const samples = samplesWithNan(4 * channels, 2, [place * channels]);
    const trainer = await trainers.ours(POOLS[channels]!, {}, 1, samples);
    expect(await trainer.evaluate(Uint32Array.of(0)), `place ${place}`).toBeNaN();
    expect(await trainer.evaluate(Uint32Array.of(1))).not.toBeNaN();
  }
});
