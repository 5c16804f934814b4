import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import type { WorkerEvent } from "../../../src/protocol/messages";
import { Activations } from "../../../src/worker/activations";
import { grey28 } from "../image-sets";
import { presetModel } from "../preset-models";
import { boxes } from "../training/fixtures";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

type Shown = Extract<WorkerEvent, { type: "activations" }>;
type CloseUp = Extract<WorkerEvent, { type: "inside" }>;
type Coded = Extract<WorkerEvent, { type: "codes" }>;

const { images } = boxes(8);
const previewIndices = Uint32Array.of(3, 5);
const LAYERS = ["encoder_conv", "latent"];

function start(fails = false) {
  const shown: Shown[] = [];
  const made = { predictors: 0, disposed: 0, starts: 0 };
  const insides: CloseUp[] = [];
  const coded: Coded[] = [];
  const activations = new Activations(
    async (model) => {
      if (fails) throw new RangeError("memory is full");
      const predictor = await createWasmPredictor(model, nodeWasmPlatform, { batchSize: 1 });
      made.predictors += 1;
      return Object.assign(predictor, {
        dispose: () => {
          made.disposed += 1;
        },
      });
    },
    (event) => {
      if (event.type === "inside") insides.push(event);
      else if (event.type === "codes") coded.push(event);
      else shown.push(event as Shown);
    },
  );
  const follow = (runId: string, seed = 1) => {
    const model = presetModel({ preset: "baseline", latentSize: 8, seed });
    const createStart = async () => {
      made.starts += 1;
      return presetModel({ preset: "baseline", latentSize: 8, seed });
    };
    const dataset = grey28(images);
    activations.follow({ runId, model, dataset, previewIndices, createStart });
    return model;
  };
  const until = (count: number) => expect.poll(() => shown.length).toBe(count);
  return { activations, shown, insides, coded, made, follow, until };
}

const code = ({ layers }: Shown) => layers.find(({ layer }) => layer === "latent")!.values;

describe("the activations", () => {
  it("come with every update, of the image and layers that were chosen", async () => {
    const { activations, shown, follow, until } = start();
    const model = follow("a");
    activations.update(0);
    activations.choose({ index: 1, layers: LAYERS });
    await until(1);
    expect(shown[0]).toMatchObject({ runId: "a", step: 0, index: 1 });
    expect(shown[0]!.layers.map(({ layer, shape }) => [layer, ...shape])).toEqual([
      ["encoder_conv", 28, 28, 32],
      ["latent", 8],
    ]);
    // As tfjs computes them, map by map.
    const maps = tf.tidy(() => {
      const image = tf.tensor(Array.from(images.subarray(5 * 784, 6 * 784)), [1, 28, 28, 1]);
      const part = tf.model({
        inputs: model.inputs,
        outputs: model.getLayer("encoder_conv").output,
      });
      const output = part.predict(image.div(255)) as tf.Tensor;
      return output.squeeze([0]).transpose([2, 0, 1]).dataSync<"float32">();
    });
    const most = maps.reduce((a, b) => Math.max(a, b), 0);
    const { values } = shown[0]!.layers[0]!;
    const off = maps.map((value, i) => Math.abs((255 * value) / most - values[i]!));
    expect(Math.max(...off)).toBeLessThan(1.01);

    model.setWeights(model.getWeights().map((weight) => tf.mul(weight, -1)));
    activations.update(7);
    await until(2);
    expect(shown[1]).toMatchObject({ step: 7, index: 1 });
    expect(shown[1]!.layers[0]!.values).not.toEqual(values);
    await activations.release();
  });

  it("can be looked at after the run: those of its end", async () => {
    const { activations, shown, follow, until, made } = start();
    activations.choose({ index: 0, layers: LAYERS });
    const model = follow("a");
    activations.update(5);
    await activations.release();
    model.dispose();
    activations.choose({ index: 1, layers: LAYERS });
    await until(2);
    expect(shown.map(({ step, index }) => [step, index])).toEqual([
      [5, 0],
      [5, 1],
    ]);
    expect(code(shown[1]!)).not.toEqual(code(shown[0]!));
    // Any other layers, too.
    activations.choose({ index: 1, layers: ["decoder_dense", "latent"] });
    await until(3);
    expect(shown[2]!.layers.map(({ layer }) => layer)).toEqual(["decoder_dense", "latent"]);
    const other = follow("b", 2);
    activations.update(0);
    await until(4);
    expect(shown[3]).toMatchObject({ runId: "b", step: 0 });
    expect(made).toEqual({ predictors: 2, disposed: 1, starts: 0 });
    await activations.release();
    other.dispose();
  });

  it("are not computed where nobody looks, nor for an image that is not there", async () => {
    const { activations, shown, follow, made } = start();
    follow("a");
    activations.update(1);
    await activations.release();
    expect(made.predictors).toBe(0);
    activations.choose({ index: 9, layers: LAYERS });
    await activations.release();
    expect(shown).toEqual([]);
  });

  it("come with the codes of all images, once for each step of a run", async () => {
    const { activations, coded, follow, until } = start();
    activations.choose({ index: 0, layers: LAYERS });
    const model = follow("a");
    activations.update(3);
    await until(1);
    activations.choose({ index: 1, layers: LAYERS });
    await until(2);
    expect(coded.map(({ runId, step, images }) => [runId, step, images])).toEqual([["a", 3, 2]]);
    const codes = tf.tidy(() => {
      const both = [...images.subarray(3 * 784, 4 * 784), ...images.subarray(5 * 784, 6 * 784)];
      const part = tf.model({ inputs: model.inputs, outputs: model.getLayer("latent").output });
      const inputs = tf.tensor(both, [2, 28, 28, 1]).div(255);
      return (part.predict(inputs) as tf.Tensor).dataSync<"float32">();
    });
    const off = codes.map((value, i) => Math.abs(value - coded[0]!.codes[i]!));
    expect(off).toHaveLength(16);
    expect(Math.max(...off)).toBeLessThan(1e-5);
    await activations.release();
  });

  it("have one layer's numbers beside, with its weights now and at the start", async () => {
    const { activations, shown, insides, follow, made } = start();
    activations.choose({ index: 0, layers: LAYERS, inside: "encoder_conv" });
    const model = follow("a");
    const began = await model.getLayer("encoder_conv").getWeights()[0]!.data<"float32">();
    const kernelAtStart = began.slice();
    model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 2)));
    await activations.updateCloseUp(3);
    // Between previews that layer alone.
    expect(shown).toEqual([]);
    expect(insides).toHaveLength(1);
    expect(insides[0]).toMatchObject({ runId: "a", step: 3, index: 0 });
    const { inputs, output, weights, start: before } = insides[0]!.inside!;
    expect(inputs.map(({ shape }) => shape)).toEqual([[28, 28, 1]]);
    expect([...inputs[0]!.values.subarray(0, 784)]).toEqual(
      Array.from(images.subarray(3 * 784, 4 * 784), (byte) => Math.fround(byte / 255)),
    );
    expect(output.shape).toEqual([28, 28, 32]);
    expect(weights.kernel!.shape).toEqual([3, 3, 1, 32]);
    expect(weights.kernel!.values).toEqual(kernelAtStart.map((value) => 2 * value));
    expect(before!.kernel!.values).toEqual(kernelAtStart);
    expect(Object.keys(weights)).toEqual(["kernel", "bias"]);

    activations.update(4);
    await activations.release();
    expect([shown.length, insides.length]).toEqual([1, 2]);
    model.dispose();
    // Of the net's end, when it is gone.
    activations.choose({ index: 0, layers: LAYERS, inside: "latent" });
    await activations.release();
    expect([shown.length, insides.length]).toEqual([1, 3]);
    expect(insides[2]!.inside!.inputs[0]!.shape).toEqual([6272]);
    expect(insides[2]!.inside!.weights.kernel!.shape).toEqual([6272, 8]);
    expect(made.starts).toBe(1);
    activations.choose({ index: 0, layers: LAYERS, inside: "nobody" });
    await activations.release();
    expect(insides[3]!.inside).toBeNull();
  });

  it("are left out where they cannot be had, and the run goes on", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { activations, shown, follow } = start(true);
    activations.choose({ index: 0, layers: LAYERS });
    follow("a");
    activations.update(1);
    activations.update(2);
    await activations.release();
    expect(shown).toEqual([
      { type: "activations", runId: "a", step: expect.any(Number), index: 0, layers: [] },
    ]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});
