import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { isStochastic, truncationsOf } from "../../../../../src/math/philox";
import { NestedDropout } from "../../../../../src/nets/build/layers/nested-dropout";
import { roundTrip } from "./roundTrip";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const SIZE = 6;
const rows = (tensor: tf.Tensor) => tensor.arraySync() as number[][];
const apply = (layer: NestedDropout, x: tf.Tensor, training: boolean) =>
  layer.apply(x, { training }) as tf.Tensor;
const kept = (layer: NestedDropout, images: number) =>
  rows(apply(layer, tf.ones([images, SIZE]), true)).map((row) => row.filter(Boolean).length);

describe("NestedDropout", () => {
  it("in training keeps each image's first numbers, as many as seed and step draw", () => {
    const layer = new NestedDropout();
    expect(isStochastic(layer)).toBe(true);
    const x = tf.range(1, 20 * SIZE + 1).reshape([20, SIZE]);
    layer.draw(7, 3);
    const drawn = truncationsOf(7, 3, 20, SIZE, 1);
    const expected = rows(x).map((row, i) => row.map((value, j) => (j < drawn[i]! ? value : 0)));
    expect(rows(apply(layer, x, true))).toEqual(expected);
    expect(new Set(drawn).size).toBeGreaterThan(2);
  });

  it("draws others for another step or seed, and the same again for the same", () => {
    const layer = new NestedDropout();
    layer.draw(1, 1);
    const first = kept(layer, 40);
    expect(kept(layer, 40)).toEqual(first);
    layer.draw(1, 2);
    expect(kept(layer, 40)).not.toEqual(first);
    layer.draw(2, 1);
    expect(kept(layer, 40)).not.toEqual(first);
    layer.draw(1, 1);
    expect(kept(layer, 40)).toEqual(first);
  });

  it("where nobody draws, each training pass is a step of its own", () => {
    const layer = new NestedDropout();
    expect(kept(layer, 40)).toEqual([...truncationsOf(0, 1, 40, SIZE, 1)]);
    expect(kept(layer, 40)).toEqual([...truncationsOf(0, 2, 40, SIZE, 1)]);
  });

  it("draws by its evenTo", () => {
    const layer = new NestedDropout({ evenTo: 4 });
    layer.draw(1, 1);
    expect(kept(layer, 40)).toEqual([...truncationsOf(1, 1, 40, SIZE, 4)]);
    for (const evenTo of [0.9, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(() => new NestedDropout({ evenTo })).toThrow(RangeError);
    }
  });

  it("cuts where another one does", () => {
    const [first, second] = [new NestedDropout(), new NestedDropout()];
    for (const layer of [first, second]) layer.draw(3, 8);
    expect(kept(first, 40)).toEqual(kept(second, 40));
  });

  it("otherwise keeps all, or the first ones", () => {
    const x = tf.tensor([[1, 2, 3, 4, 5, 6]]);
    expect(rows(apply(new NestedDropout(), x, false))).toEqual([[1, 2, 3, 4, 5, 6]]);
    const layer = new NestedDropout({ kept: 2 });
    expect(rows(apply(layer, x, false))).toEqual([[1, 2, 0, 0, 0, 0]]);
    layer.kept = 100;
    expect(rows(apply(layer, x, false))).toEqual([[1, 2, 3, 4, 5, 6]]);
  });

  it("lets gradients through where it lets numbers through", () => {
    const layer = new NestedDropout();
    layer.draw(5, 1);
    const weights = tf.range(1, 8 * SIZE + 1).reshape([8, SIZE]);
    const dx = tf.grad((x) => apply(layer, x, true).mul(weights).sum())(tf.ones([8, SIZE]));
    expect(rows(dx)).toEqual(rows(apply(layer, weights, true)));
  });

  it("survives being saved and loaded", async () => {
    const settings = { name: "cut", kept: 4, evenTo: 3 };
    const layer = await roundTrip(new NestedDropout(settings), [SIZE]);
    expect(layer).toBeInstanceOf(NestedDropout);
    expect(layer.getConfig()).toMatchObject(settings);
    const all = await roundTrip(new NestedDropout({ name: "cut" }), [SIZE]);
    expect(all.getConfig()).toMatchObject({ kept: null, evenTo: 1 });
  });
});
