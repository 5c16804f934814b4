import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import { differentiate } from "../../../src/engine/differentiate";
import { ADAM_DEFAULTS } from "../../../src/engine/optimizer";
import { tensorsOf } from "../../../src/engine/tensors";
import { chain } from "./nets";

const { add, conv2d, dense, flatten, maxPooling2d, reshape } = tf.layers;
const MSE = { loss: { meanSquaredError: 1 }, optimizer: ADAM_DEFAULTS };
const BCE = { loss: { binaryCrossentropy: 1 }, optimizer: ADAM_DEFAULTS };

const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as tf.SymbolicTensor;

function kinds(model: tf.LayersModel, options: typeof MSE | typeof BCE = MSE): string[] {
  return differentiate(compile(model), options, true).backward.map(({ kind }) => kind);
}

describe("the backward pass", () => {
  test("is each operation's gradient, from the last to the first, behind the slope of its activation", () => {
    const net = chain(
      [4, 4, 1],
      conv2d({ filters: 2, kernelSize: 3, padding: "same", activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 16, activation: "sigmoid" }),
      reshape({ targetShape: [4, 4, 1] }),
    );
    const shared = ["denseGradient", "reshape", "slope", "maxPoolGradient", "convGradient"];
    expect(kinds(net)).toEqual(["reshape", "slope", ...shared]);
    // Cross-entropy takes logits: no slope of a sigmoid.
    expect(kinds(net, BCE)).toEqual(["reshape", ...shared]);
  });

  test("ends where nothing before has weights, and makes nothing that nobody takes", () => {
    const input = tf.input({ shape: [4] });
    const one = apply(dense({ units: 4 }), input);
    const model = tf.model({ inputs: input, outputs: apply(add(), one, input) });
    // The input's own share of the sum is not copied.
    expect(kinds(model)).toEqual(["activation", "denseGradient"]);
    const { backward } = differentiate(compile(model), MSE, true);
    expect(backward.filter(({ inputs }) => inputs.includes(backward.at(-1)!.result))).toEqual([]);
  });

  test("adds up a tensor's gradients in its own order: those of the plan's last come first", () => {
    const input = tf.input({ shape: [4] });
    const one = apply(dense({ units: 4, name: "one" }), input);
    const two = apply(dense({ units: 4, name: "two" }), one);
    const three = apply(dense({ units: 4, name: "three" }), one);
    const model = tf.model({
      inputs: input,
      outputs: apply(add({ name: "sum" }), two, three, one),
    });
    const plan = compile(model);
    const { backward, losses } = differentiate(plan, MSE, true);
    const uses = tensorsOf(
      [...plan.operations, ...losses, ...backward],
      new Map([[0, plan.input]]),
    );
    const layerOf = (tensor: number): string =>
      backward.find(({ result }) => result === tensor)?.layer ?? "loss";
    const sums = backward.filter(({ kind }) => kind === "add");
    expect(sums.map(({ inputs }) => inputs.map(layerOf))).toEqual([
      ["sum", "three"],
      ["three", "two"],
    ]);
    // The second sum goes on with the first.
    expect(sums[1]!.inputs[0]).toBe(sums[0]!.result);
    for (const { readers, writer } of uses.values()) {
      for (const reader of readers) expect(reader).toBeGreaterThan(writer ?? -1);
    }
  });
});

test("weight decay is of kernels alone", () => {
  const plan = compile(chain([4], dense({ units: 4 })));
  const decaying = { ...MSE, optimizer: { ...ADAM_DEFAULTS, weightDecay: 0.01 } };
  const names = (options: typeof MSE) =>
    Array.from(differentiate(plan, options, true).update.decays ?? [], ({ shape }) => shape);
  expect(names(decaying)).toEqual([[4, 4]]);
  expect(names(MSE)).toEqual([]);
});
