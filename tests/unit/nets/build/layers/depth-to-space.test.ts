import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { DepthToSpace } from "../../../../../src/nets/build/layers/depth-to-space";
import { roundTrip } from "./roundTrip";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const numbers = (shape: [number, number, number, number]) =>
  tf.range(0, shape[0] * shape[1] * shape[2] * shape[3]).reshape<tf.Tensor4D>(shape);

describe("DepthToSpace", () => {
  it.each([
    [2, [2, 3, 2, 4]],
    [2, [1, 2, 2, 12]],
    [3, [2, 1, 3, 18]],
  ] as const)("with blocks of %d puts %o where TensorFlow's does", (blockSize, shape) => {
    const x = numbers([...shape]);
    const layer = new DepthToSpace({ blockSize });
    const output = layer.apply(x) as tf.Tensor;
    const expected = tf.depthToSpace(x, blockSize, "NHWC");
    expect(output.shape).toEqual(expected.shape);
    expect(layer.computeOutputShape([null, ...shape.slice(1)]).slice(1)).toEqual(
      expected.shape.slice(1),
    );
    expect([...output.dataSync()]).toEqual([...expected.dataSync()]);
  });

  it("takes each gradient back to where its number came from", () => {
    const x = numbers([2, 2, 3, 8]);
    const layer = new DepthToSpace({ blockSize: 2 });
    const places = layer.apply(x) as tf.Tensor;
    // The output is x rearranged, so a gradient that equals the output must come back as x.
    const dx = tf.grad((input) => (layer.apply(input) as tf.Tensor).mul(places).sum())(x);
    expect(dx.shape).toEqual(x.shape);
    expect([...dx.dataSync()]).toEqual([...x.dataSync()]);
  });

  it("refuses blocks and channels that do not fit", () => {
    expect(() => new DepthToSpace({ blockSize: 1 })).toThrow(/2 or more, not 1/);
    const layer = new DepthToSpace({ blockSize: 2 });
    expect(() => layer.apply(tf.input({ shape: [2, 2, 6] }))).toThrow(/multiple of 4 .* not 6/);
  });

  it("survives being saved and loaded", async () => {
    const layer = await roundTrip(new DepthToSpace({ name: "pixels", blockSize: 2 }), [2, 2, 4]);
    expect(layer).toBeInstanceOf(DepthToSpace);
    expect(layer.getConfig()).toMatchObject({ name: "pixels", blockSize: 2 });
    expect(layer.outputShape).toEqual([null, 4, 4, 1]);
  });
});
