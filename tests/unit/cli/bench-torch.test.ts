import { describe, expect, it } from "vitest";
import { areInstalled, PROGRAMS } from "../../../scripts/lib/python.mjs";
import { type PythonWay, runTorch } from "../../../src/cli/bench/torch";
import { codeOfBaseline, hasStockLayersOnly } from "../../../src/cli/bench/written-nets";
import type { RunConfig } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST, IMAGE_PIXELS } from "../../../src/datasets/fashion-mnist";
import { createRng } from "../../../src/math/rng";
import { netOf, PRESETS, presetNet } from "../../../src/nets/presets";
import { netText, parseNet } from "../../../src/nets/text";

const BATCH = 3;
const rng = createRng(1, "test/bench-torch");
/** Smooth: the windows of SSIM see neither noise nor constants. */
const images = Uint8Array.from({ length: 2 * BATCH * IMAGE_PIXELS }, (_, i) => {
  const [x, y] = [i % 28, Math.floor(i / 28) % 28];
  return 127 + 90 * Math.sin(x / 3) * Math.cos(y / 4) + 30 * rng.float();
});

/** They are installed by the bench, and by the stage of foreign programs: half a gigabyte is not for a unit test. */
const HAS_TORCH = await areInstalled(PROGRAMS.torch);
const HAS_KERAS = await areInstalled(PROGRAMS.foreign);

/** Every kind of layer that bench/torch/graph.py has, and both ways that Keras pads. */
const NETS: Readonly<Record<string, string>> = {
  mirrored: "conv 4 3 relu > pool 2 > norm > latent 6 relu > mirror",
  strided:
    "conv 4 3 relu /2 > conv 6 4x3 elu /2 > code > conv-transpose 4 3 /2 > conv-transpose 2 2 swish /2 > conv 1 5 sigmoid",
  windows:
    "pool 3 stride 2 same > average-pool 3x2 stride 2 same > pad 1 0 2 1 > crop 0 1 1 0 > conv 3 2 relu > latent 5 > " +
    "dense 784 > shape 28x28x1 as image_again > global-average-pool > dense 784 > shape 28x28x1 > add image_again",
  windowed:
    "depthwise 3 relu times 2 > depthwise 4 /2 > separable 3 3 elu dilate 2 > conv 3 3 dilate 2x1 relu > permute 2 1 3 > " +
    "conv 3 3 > latent 5 > dense 784 > shape 28x28x1",
  functions:
    "conv 4 3 tanh > layer-norm > relu 4 > up 2x3 bilinear > spatial-dropout 0.1 > conv 4 3 hard-sigmoid > " +
    "group-norm 2 > prelu > pool 4 > " +
    "gaussian-dropout 0.2 > noise 0.1 > dense 5 gelu > alpha-dropout 0.1 > latent 4 mish > threshold-relu 0.5 > " +
    "dense 784 hard-sigmoid-tfjs > shape 28x28x1",
  joined:
    "conv 2 3 selu as a > conv 2 3 softplus as b > multiply a > subtract b . > average a . b > maximum a > minimum b > " +
    "softmax > conv 1 3 softsign as last_image > code > conv 1 3 relu6",
  residual:
    "conv 4 3 relu valid as a > conv 4 3x5 > add a > leaky-relu 0.1 > average-pool 13 > dropout 0.2 > latent 5 > nested-dropout 2 > " +
    "rescale 0.5 0.1 > dense 784 > shape 14x14x4 as b > depth-to-space 2 > from b > up 2 > conv 1 3 as c > from image > add c > clamp",
};

describe("runTorch", () => {
  /** bench/torch compares both: it ends with an error where they differ. */
  async function compare(config: RunConfig, way: PythonWay = "eager") {
    const said: string[] = [];
    const request = { config, shape: FASHION_MNIST, batch: BATCH, threads: 1, images, trial: true };
    const found = await runTorch(request, way, (line) => said.push(line));
    expect(found.imagesPerSecond).toBeGreaterThan(0);
    expect(found.gpu).toBeNull();
    const [, weights, ourWeights, loss, ourLoss] =
      /: (\d+) weights \(ours (\d+)\), loss ([\d.]+) .* \(ours ([\d.]+)\)$/.exec(said[0] ?? "") ??
      [];
    expect(weights).toBe(ourWeights);
    expect(Number(loss)).toBeCloseTo(Number(ourLoss), 4);
  }

  it.runIf(HAS_TORCH).for(PRESETS)(
    "has our %s: as many weights, and with ours the same loss",
    (preset) => compare(configFor(preset)),
  );

  it.runIf(HAS_TORCH)("compiles a net as well", () => compare(configFor("baseline"), "compiled"));

  it.runIf(HAS_KERAS).for(PRESETS)("runs Keras's fit on our %s", (preset) =>
    compare(configFor(preset), "keras"),
  );

  it.runIf(HAS_TORCH).for(Object.keys(NETS))(
    "makes a net of one's own, %s, of its layers",
    (name) => {
      const net = netText(parseNet(NETS[name] ?? "", FASHION_MNIST));
      return compare(configFor("loom", { net, loss: { meanSquaredError: 1 } }));
    },
  );

  it.runIf(HAS_TORCH).for(PRESETS)("makes %s of its layers as well", (preset) => {
    const config = configFor(preset);
    return compare({ ...config, net: netText(netOf(config, FASHION_MNIST)) });
  });
});

describe("who takes part", () => {
  it("tfjs with nets of its own layers, jax-js with the two baselines, whatever they are called", () => {
    const nets = PRESETS.map((preset) => presetNet(preset, 32, FASHION_MNIST));
    expect(nets.map(hasStockLayersOnly)).toEqual([true, true, true, false, false, false]);
    expect(nets.map(codeOfBaseline)).toEqual(["relu", "linear", null, null, null, null]);
    const same = parseNet("conv 32 3 relu > pool 2 > latent 9 relu > mirror", FASHION_MNIST);
    expect(codeOfBaseline(same)).toBe("relu");
  });
});
