import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Clamp } from "../../../../../src/nets/build/layers/clamp";
import { roundTrip } from "./roundTrip";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("Clamp", () => {
  it("clips to [0, 1]", () => {
    const layer = new Clamp();
    const output = layer.apply(tf.tensor([[-0.5, 0, 0.25, 1, 1.5]])) as tf.Tensor;
    expect([...output.dataSync()]).toEqual([0, 0, 0.25, 1, 1]);
  });

  it("passes gradients beyond its edges too, but not where they lead further out", () => {
    const layer = new Clamp();
    const weights = tf.tensor([[1, 2, 3, 4, 5]]);
    const gradient = tf.grad((x) => (layer.apply(x) as tf.Tensor).mul(weights).sum());
    const x = tf.tensor([[-0.5, 0, 0.25, 1, 1.5]]);
    // A descent goes down: out of the lower edge, back from the upper one.
    expect([...gradient(x).dataSync()].map(Math.abs)).toEqual([0, 0, 3, 4, 5]);
    const up = tf.grad((y) => (layer.apply(y) as tf.Tensor).mul(weights).sum().neg());
    expect([...up(x).dataSync()].map(Math.abs)).toEqual([1, 2, 3, 0, 0]);
  });

  it("survives being saved and loaded", async () => {
    const layer = await roundTrip(new Clamp({ name: "edge" }), [3]);
    expect(layer).toBeInstanceOf(Clamp);
    expect(layer.name).toBe("edge");
    expect(layer.getClassName()).toBe("Clamp");
  });
});
