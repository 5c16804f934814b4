/** Presets for images whose sides are odd, which no convolution of theirs halves evenly. */

import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildNet } from "../../../../src/nets/build";
import { PRESETS, presetNet } from "../../../../src/nets/presets";
import { apart, Trainers, train } from "../../engine/pair";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const trainers = new Trainers();
afterEach(() => trainers.dispose());

describe.each(PRESETS)("%s for 9 × 11 pixels", (preset) => {
  const net = () => buildNet(presetNet(preset, 4, { height: 9, width: 11, channels: 1 }), 1);

  it("trains as tfjs trains it", async () => {
    const ours = await train(await trainers.ours(net, {}, 2), 2, 0.001);
    const theirs = await train(await trainers.theirs(net), 2, 0.001);
    expect(apart(ours, theirs)).toBeLessThan(1e-4);
    expect(Math.min(...ours.slice(1))).toBeLessThan(ours[0]!);
  });
});
