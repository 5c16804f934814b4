import { readdirSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../../src/cli/wasm-platform";
import { compile } from "../../../../src/engine/compile";
import { createWasmPredictor } from "../../../../src/engine/wasm/predictor";
import { buildNet } from "../../../../src/nets/build";
import { KINDS } from "../../../../src/nets/kinds";
import { inputsOf, type NetSpec } from "../../../../src/nets/spec";
import { summarizeNet } from "../../../../src/nets/summary";
import { parseNet } from "../../../../src/nets/text";
import type { LayerInside, LayerNumbers, WorkerEvent } from "../../../../src/protocol/messages";
import { seenOf } from "../../../../src/ui/views/train/inside/seen";
import { DOES } from "../../../../src/ui/views/train/inside/words";
import { type Place, workOf } from "../../../../src/ui/views/train/inside/work";
import { Activations } from "../../../../src/worker/activations";
import { pattern } from "../../image-sets";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const IMAGE = { height: 9, width: 10, channels: 3 };
/** Every kind of layer and operation, with odd sides, strides and paddings of both sorts. */
const NETS = [
  "conv 4 3 elu > norm > pool 2 same > depthwise 3 times 2 swish > conv 5 3 /2 valid tanh > dropout 0.3 > latent 6 relu > dense 270 sigmoid > shape 9x10x3",
  "conv 3 3 dilate 2 relu6 > pool 3 /2 valid > average-pool 2 same > depthwise 2 /2 softsign > latent 4 softplus > dense 60 selu > shape 4x5x3 > up 2 > conv 3 2 valid hard-sigmoid > pad 1 1 0 1 > relu > conv 3 3 sigmoid",
  "separable 6 3 gelu /2 > layer-norm > conv-transpose 4 3 /2 mish > group-norm 2 > crop 1 0 0 0 > spatial-dropout 0.2 > global-average-pool > layer-norm > latent 5 softmax > nested-dropout 2 > dense 48 hard-sigmoid-tfjs > shape 2x2x12 > depth-to-space 2 > up 2x3 bilinear > pad 1 0 0 0 > conv 3 1x3 valid softmax > prelu > rescale 0.5 0.1 > clamp",
  "conv 4 3 elu as a > conv 4 3 as b > add a > subtract b > multiply a > average b > maximum a > minimum b > concat a > threshold-relu 0.05 > leaky-relu 0.2 > relu 2 > gaussian-dropout 0.1 > noise 0.1 > alpha-dropout 0.1 > prelu each > flatten > dense 12 as wide > from b > global-pool > concat wide > latent 4 sample > dense 54 > swish > shape 6x3x3 > permute 2 1 3 > up 3x2 bilinear-tfjs > crop 0 0 1 1 > conv-transpose 3 2x3 valid /1x1 > crop 1 0 1 1 > softmax",
].map((text) => ({ text, net: parseNet(text, IMAGE) }));
const SEED = 3;

/** With statistics and offsets as after some training. */
function trained(net: NetSpec): tf.LayersModel {
  const model = buildNet(net, SEED);
  const moved = model
    .getWeights()
    .map((weight, i) => weight.add(tf.randomUniform(weight.shape, 0.05, 0.3, "float32", i + 1)));
  model.setWeights(moved);
  return model;
}

/** What the worker sends of each layer, by the engine's own kernels. */
async function insides(net: NetSpec): Promise<Map<string, LayerInside>> {
  const posted: WorkerEvent[] = [];
  const activations = new Activations(
    (model) => createWasmPredictor(model, nodeWasmPlatform, { batchSize: 1 }),
    (event) => posted.push(event),
  );
  activations.follow({
    runId: "a",
    model: trained(net),
    dataset: { shape: IMAGE, images: pattern(IMAGE, 1) },
    previewIndices: Uint32Array.of(0),
    createStart: async () => buildNet(net, SEED),
  });
  activations.update(1);
  for (const { name } of net.layers) {
    activations.choose({ index: 0, layers: [], inside: name });
    await activations.release();
    activations.choose(null);
  }
  return new Map(
    posted.flatMap((event) => {
      const inside = event.type === "inside" ? event.inside : null;
      return inside ? [[inside.layer, inside] as const] : [];
    }),
  );
}

/** Corners, edges and the middle, of the first and last map. */
function places({ shape }: LayerNumbers): Place[] {
  if (shape.length === 1) return [[0], [shape[0]! >> 1], [shape[0]! - 1]];
  const [height = 1, width = 1, maps = 1] = shape;
  return [0, height >> 1, height - 1].flatMap((y) =>
    [0, width >> 1, width - 1].flatMap((x) => [0, maps - 1].map((c) => [y, x, c])),
  );
}

/** The shape of the maps that a layer's input was before it was flattened, as the page has it. */
function mapsBefore(net: NetSpec, name: string): readonly number[] | null {
  const place = net.layers.findIndex((layer) => layer.name === name);
  const [input] = inputsOf(net, place);
  const at = net.layers.findIndex((layer) => layer.name === input);
  if (net.layers[at]?.kind !== "flatten") return null;
  const [before] = inputsOf(net, at);
  return summarizeNet(net).layers.find((layer) => layer.name === before)?.outputShape ?? null;
}

describe.each(NETS)("the layers of $text", ({ net }) => {
  it("make each number as the engine does, to 1e-5", async () => {
    const all = await insides(net);
    for (const spec of net.layers) {
      const inside = all.get(spec.name);
      expect(inside, spec.name).toBeDefined();
      const maps = mapsBefore(net, spec.name);
      for (const place of places(inside!.output)) {
        const work = workOf(spec, inside!, place, maps);
        const { shape, values } = inside!.output;
        const made = values[shape.reduce((offset, size, axis) => offset * size + place[axis]!, 0)]!;
        const apart = Math.abs(work.value - made) / Math.max(1, Math.abs(made));
        expect(apart, `${spec.name} at ${place}: ${work.value}, ${made}`).toBeLessThan(1e-5);
        if (work.kind !== "sum") continue;
        const sum = work.terms.reduce((total, term) => total + term.sum, work.bias ?? 0);
        expect(work.total).toBeCloseTo(sum, 12);
      }
    }
  });

  it("look at nothing but what is framed", async () => {
    const all = await insides(net);
    for (const spec of net.layers) {
      const inside = all.get(spec.name)!;
      const maps = mapsBefore(net, spec.name);
      for (const place of places(inside.output)) {
        const work = workOf(spec, inside, place, maps);
        const seen = seenOf(spec, inside, work, place);
        const [height, width] = inside.inputs[0]!.shape;
        if (!seen || inside.inputs[0]!.shape.length !== 3) continue;
        const inputs = inside.inputs.map(({ shape, values }) => ({
          shape,
          values: values.map((value, i) => {
            const pixel = Math.floor(i / shape[2]!);
            const [row, column] = [Math.floor(pixel / width!), pixel % width!];
            const isFramed =
              row >= seen.top &&
              row < seen.top + seen.rows &&
              column >= seen.left &&
              column < seen.left + seen.columns;
            return isFramed || shape.length !== 3 ? value : value + 1000;
          }),
        }));
        expect(seen.rows * seen.columns).toBeLessThanOrEqual(height! * width! + 9);
        const again = workOf(spec, { ...inside, inputs }, place, maps);
        expect(again.value, `${spec.name} at ${place}`).toBe(work.value);
      }
    }
  });
});

describe("those nets", () => {
  const specs = NETS.flatMap(({ net }) => net.layers);

  it("have every kind of layer, each with a sentence", () => {
    const kinds = new Set<string>(specs.map(({ kind }) => kind));
    expect(Object.keys(KINDS).filter((kind) => !kinds.has(kind))).toEqual([]);
    for (const words of Object.values(DOES)) expect(words).toMatch(/^[A-Z].{20,}\.$/);
  });

  it("have every kind of operation of the engine", () => {
    const folders = readdirSync("src/engine/ops", { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const kinds = new Set<string>();
    for (const { net } of NETS) {
      for (const { kind } of compile(buildNet(net, SEED), []).operations) kinds.add(kind);
    }
    expect(folders.length).toBeGreaterThan(20);
    expect(folders.filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});
