import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeJpegCodec } from "../../../src/cli/jpeg";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { configFor } from "../../../src/config/recipes";
import type { Dataset } from "../../../src/datasets/dataset";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import { splitDataset } from "../../../src/datasets/split";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import { type ImageSet, sizeOf } from "../../../src/math/image-set";
import { componentBasis, fitPca, type Pca, reconstructWithPca } from "../../../src/math/pca";
import { principalAxes } from "../../../src/math/principal-axes";
import { JpegSheet } from "../../../src/metrics/jpeg-sheet";
import { imageQuality } from "../../../src/metrics/metrics";
import { ssimWang, ssimWriteup } from "../../../src/metrics/ssim";
import { buildNet } from "../../../src/nets/build";
import { encoderOf } from "../../../src/nets/build/halves";
import { netOf } from "../../../src/nets/presets";
import type {
  Answer,
  Asked,
  InferenceQuestion,
  InferenceQuestions,
  NetConfig,
} from "../../../src/protocol/inference";
import type { RpcCommand, RpcEvent } from "../../../src/protocol/rpc";
import { toAnswerError } from "../../../src/worker/failures";
import { judgeJpeg } from "../../../src/worker/inference/jpeg";
import { createCodeTracer } from "../../../src/worker/inference/looks-for";
import type { InferencePlatform } from "../../../src/worker/inference/platform";
import { InferenceSession } from "../../../src/worker/inference/session";
import { type RpcPort, serve } from "../../../src/worker/rpc";
import { COLOUR_8_12, GREY_28, pattern } from "../image-sets";
import { keepFirst } from "../nets/keep-first";
import { presetModel } from "../preset-models";
import { noisyBoxes } from "../training/fixtures";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** 200 images of two classes: 160 to train on, 20 to validate, 20 to test. */
const BOXES = noisyBoxes(200);
const CONFIG: NetConfig = {
  preset: "nested",
  net: null,
  latentSize: 6,
  data: "fashion-mnist",
  classes: [0, 1],
  split: "stratified",
  seed: 3,
};
const SPLIT = splitDataset(BOXES, CONFIG.split, CONFIG.seed);

/** One fit for all tests, which takes seconds; all ask for that of CONFIG's training split. */
let fitted: Pca | null = null;
const fitOnce = (set: ImageSet, indices: Uint32Array): Pca => {
  fitted ??= fitPca(set, indices);
  return fitted;
};

/** The net with weights in every place, and those weights as they are stored. */
function net(config: NetConfig = CONFIG): { model: tf.LayersModel; weights: Float32Array } {
  const model = presetModel(config);
  const arrays = model
    .getWeights()
    .map((weight, i) => weight.add(tf.randomUniform(weight.shape, -0.05, 0.05, "float32", i)));
  model.setWeights(arrays);
  return { model, weights: Float32Array.from(arrays.flatMap((array) => [...array.dataSync()])) };
}

type InferenceEvent = RpcEvent<InferenceQuestions>;

function startInference(change: Partial<InferencePlatform> = {}) {
  const events: InferenceEvent[] = [];
  const counts = { loads: 0, fits: 0, open: 0, jpegs: 0, judged: 0 };
  const platform: InferencePlatform = {
    async loadDataset({ classes }) {
      counts.loads += 1;
      return { dataset: { ...BOXES, classes }, note: "Drawn by code." };
    },
    shippedNet: async () => {
      throw new Error("None is packed.");
    },
    buildModel: async (net) => buildNet(net, 0),
    async createPredictor(model) {
      const predictor = await createWasmPredictor(model, nodeWasmPlatform);
      counts.open += 1;
      return {
        inputSize: predictor.inputSize,
        outputSize: predictor.outputSize,
        predict: (inputs) => predictor.predict(inputs),
        setKept: (kept) => predictor.setKept(kept),
        setWeights: (...given) => predictor.setWeights(...given),
        readWeights: (...place) => predictor.readWeights(...place),
        memoryBytes: () => predictor.memoryBytes(),
        dispose() {
          counts.open -= 1;
          predictor.dispose();
        },
      };
    },
    createTracer: (encoder) => createCodeTracer(encoder, nodeWasmPlatform),
    async fitPca(set, indices) {
      counts.fits += 1;
      return fitOnce(set, indices);
    },
    basisOfPca: async (pca) => componentBasis(pca),
    startJpeg(images, indices) {
      counts.jpegs += 1;
      const sheet = new JpegSheet(nodeJpegCodec, images, indices);
      return {
        best(bytes) {
          counts.judged += 1;
          return judgeJpeg(sheet, images, indices, bytes);
        },
        dispose() {
          counts.jpegs -= 1;
        },
      };
    },
    now: () => performance.now(),
    yieldToHost: () => new Promise((resolve) => setImmediate(resolve)),
    ...change,
  };
  const waiting = new Map<number, (event: InferenceEvent) => void>();
  const port: RpcPort<InferenceQuestions> = {
    onmessage: null,
    postMessage(event) {
      events.push(event);
      if (event.type !== "progress") waiting.get(event.id)?.(event);
    },
  };
  serve(port, new InferenceSession(platform).handlers, toAnswerError, platform);
  const post = (data: RpcCommand<InferenceQuestions>) =>
    port.onmessage?.({ data } as MessageEvent<RpcCommand<InferenceQuestions>>);
  let asked = 0;
  const send = <Q extends InferenceQuestion>(question: Q, ask: Asked<Q>) => {
    asked += 1;
    const id = asked;
    const done = new Promise<InferenceEvent>((resolve) => waiting.set(id, resolve));
    post({ type: "ask", id, question, ask });
    return { id, done };
  };
  return {
    events,
    counts,
    send,
    cancel: (id: number) => post({ id, type: "cancel" }),
    async ask<Q extends InferenceQuestion>(type: Q, question: Asked<Q>): Promise<Answer<Q>> {
      const event = await send(type, question).done;
      if (event.type === "answer") return event.answer as Answer<Q>;
      throw new Error(event.type === "error" ? `${event.message} ${event.remedy}` : event.type);
    },
  };
}

describe("a net in the inference worker", () => {
  it("reconstructs the test split as the net does, with every image's figures", async () => {
    const inference = startInference();
    const { model, weights } = net();
    const opened = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights },
    });
    expect(opened).toMatchObject({ config: CONFIG, nested: true });
    expect(opened.parameters).toBe(weights.length);

    keepFirst(model, 3);
    const { images, labels } = BOXES;
    const originals = [...SPLIT.test].flatMap((i) => [...images.subarray(i * 784, (i + 1) * 784)]);
    const pixels = tf.tensor(originals, [20, 28, 28, 1]).div<tf.Tensor>(255);
    const expected = (model.predict(pixels) as tf.Tensor).dataSync<"float32">();
    const ask = { net: opened.net, images: { part: "test" }, kept: 3 } as const;
    const answer = await inference.ask("reconstruct", ask);
    expect(answer.count).toBe(20);
    for (const [i, byte] of answer.pixels.entries()) {
      expect(Math.abs(byte - 255 * expected[i]!)).toBeLessThan(0.51);
    }
    const original = originals.map((byte) => byte / 255);
    expect(answer.figures.ssim[7]).toBeCloseTo(
      ssimWang(original, expected, GREY_28, 7 * 784, 7 * 784),
      4,
    );
    expect(answer.figures.ssimWriteup[19]).toBeCloseTo(
      ssimWriteup(original, expected, GREY_28, 19 * 784, 19 * 784),
      4,
    );
    const mean = answer.figures.mse.reduce((sum, value) => sum + value, 0) / 20;
    expect(answer.mean.mse).toBeCloseTo(mean, 6);

    const parts = await inference.ask("images", { data: CONFIG, images: { part: "test" } });
    expect([...parts.pixels]).toEqual(originals);
    const some = await inference.ask("images", {
      data: CONFIG,
      images: { part: "test", first: 3 },
    });
    expect([...some.indices]).toEqual([...SPLIT.test.subarray(0, 3)]);
    expect([some.ofPart, parts.ofPart]).toEqual([20, 20]);
    expect([...parts.labels]).toEqual([...SPLIT.test].map((index) => labels[index]));
    expect(parts).toMatchObject({ spec: SYNTHETIC_GARMENTS, sourceNote: "Drawn by code." });
  });

  it("says what a number of its code looks for in an image: its gradient, one answer at a time", async () => {
    const inference = startInference();
    const { model, weights } = net();
    const opened = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights },
    });
    const pixels = BOXES.images.slice(0, 784);
    const ask = (number: number) =>
      inference.ask("looksFor", { net: opened.net, images: { pixels: pixels.slice() }, number });
    const answers = await Promise.all([0, 2, 0].map(ask));
    const encoder = encoderOf(model);
    for (const [place, number] of [0, 2, 0].entries()) {
      const expected = tf.tidy(() => {
        const image = tf.tensor(
          Array.from(pixels, (byte) => byte / 255),
          [1, 28, 28, 1],
        );
        const one = (x: tf.Tensor) =>
          (encoder.predict(x) as tf.Tensor2D).slice([0, number], [1, 1]);
        return tf.grad(one)(image).dataSync<"float32">();
      });
      const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      const { shape, gradient } = answers[place]!;
      const apart = expected.map((value, i) => Math.abs(value - gradient[i]!));
      expect(shape).toMatchObject({ height: 28, width: 28, channels: 1 });
      expect(most).toBeGreaterThan(1e-4);
      expect(Math.max(...apart)).toBeLessThan(1e-3 * most);
    }
    await expect(ask(CONFIG.latentSize)).rejects.toThrow(/no number/);
    await inference.ask("close", { net: opened.net });
  });

  it("is surveyed: counts, means, and as many examples of each class from the training split", async () => {
    const inference = startInference();
    const { classes, examples, ...source } = await inference.ask("survey", {
      data: CONFIG,
      examples: 3,
    });
    expect(source).toEqual({ spec: SYNTHETIC_GARMENTS, sourceNote: "Drawn by code." });
    expect(classes.map(({ id, train, validation, test }) => [id, train, validation, test])).toEqual(
      [
        [0, 80, 10, 10],
        [1, 80, 10, 10],
      ],
    );
    expect(examples.count).toBe(6);
    const { labels, images } = BOXES;
    const first = [0, 1].map((label) => SPLIT.train.find((index) => labels[index] === label)!);
    for (const [place, index] of first.entries()) {
      const from = 3 * place * 784;
      expect(examples.pixels.subarray(from, from + 784)).toEqual(
        images.subarray(index * 784, (index + 1) * 784),
      );
    }
  });

  it("keeps of each code what that image is asked for", async () => {
    const inference = startInference();
    const { net: id } = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights: net().weights },
    });
    const [index] = SPLIT.test;
    const strip = await inference.ask("reconstruct", {
      net: id,
      images: { indices: Uint32Array.of(index!, index!, index!) },
      kept: Uint16Array.of(1, 4, 6),
    });
    for (const [row, kept] of [1, 4, 6].entries()) {
      const images = { indices: Uint32Array.of(index!) };
      const alone = await inference.ask("reconstruct", { net: id, images, kept });
      expect(strip.pixels.slice(row * 784, (row + 1) * 784)).toEqual(alone.pixels);
      expect(strip.figures.ssim[row]).toBe(alone.figures.ssim[0]);
    }
  });

  it("decodes the codes that it encodes, of given images too", async () => {
    const inference = startInference();
    const { net: id } = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights: net().weights },
    });
    const images = { part: "validation" } as const;
    const coded = await inference.ask("encode", { net: id, images });
    expect(coded).toMatchObject({ count: 20, size: 6 });
    const decoded = await inference.ask("decode", { net: id, codes: coded.codes, kept: 2 });
    const there = await inference.ask("reconstruct", { net: id, images, kept: 2 });
    expect(decoded.pixels).toEqual(there.pixels);
    const { pixels } = await inference.ask("images", { data: CONFIG, images });
    const given = await inference.ask("encode", { net: id, images: { pixels } });
    expect(given.codes).toEqual(coded.codes);
    const axes = await inference.ask("axes", { net: id, images });
    expect(axes).toEqual(principalAxes(coded.codes, 6));
  });

  it("works of any preset, and frees its memory when closed", async () => {
    const inference = startInference();
    const config: NetConfig = { ...CONFIG, preset: "modified" };
    const before = tf.memory().numTensors;
    const weights = tf.tidy(() => net(config).weights);
    const opened = await inference.ask("open", { net: { config, shape: FASHION_MNIST, weights } });
    expect(opened.nested).toBe(false);
    // Batch norm's averages and all: nothing of the model is left beside the predictors.
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(weightCount(config));
    await inference.ask("close", { net: opened.net });
    expect(inference.counts.open).toBe(0);
    await expect(
      inference.ask("encode", { net: opened.net, images: { part: "test" } }),
    ).rejects.toThrow("This net is no longer open. Choose it again.");
  });

  it("opens the net that comes with the page, with its figures", async () => {
    const { weights } = net();
    const quality = { mse: 0.01, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 };
    const figures = [{ kept: 6, net: quality, pca: quality }];
    const config = configFor("nested", CONFIG);
    const manifest = { config, figures, arrays: [], bytes: 1, file: "a.bin", sha256: "" };
    const inference = startInference({
      shippedNet: async () => ({
        config,
        shape: FASHION_MNIST,
        weights,
        manifest: { ...manifest, testImages: 20, version: 1 },
      }),
    });
    const opened = await inference.ask("open", { net: "shipped" });
    expect(opened).toMatchObject({ nested: true, packed: figures, config: { latentSize: 6 } });
    await expect(startInference().ask("open", { net: "shipped" })).rejects.toThrow(
      "None is packed.",
    );
  });

  it("refuses weights of another net, and what is no image", async () => {
    const inference = startInference();
    const { weights } = net();
    await expect(
      inference.ask("open", {
        net: { config: { ...CONFIG, latentSize: 7 }, shape: FASHION_MNIST, weights },
      }),
    ).rejects.toThrow(/The net nested has \d+ weights, and \d+ were stored. Choose another net/);
    const bad = weights.slice().fill(Number.NaN, 5, 6);
    const around = {
      ...CONFIG,
      net: "conv 1 3 as a > latent 6 > dense 784 > shape 28x28x1 > add a",
    };
    await expect(
      inference.ask("open", { net: { config: around, shape: FASHION_MNIST, weights } }),
    ).rejects.toThrow(/a path round its code/);
    const large = { ...CONFIG, latentSize: 784, net: "conv 1 3 > code > conv 1 3" };
    await expect(
      inference.ask("open", { net: { config: large, shape: FASHION_MNIST, weights } }),
    ).rejects.toThrow(/code has 784 numbers, and each of them is shown here: 512 is the most/);
    await expect(
      inference.ask("open", { net: { config: CONFIG, shape: FASHION_MNIST, weights: bad } }),
    ).rejects.toThrow(/no numbers/);
    const { net: id } = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights },
    });
    await expect(
      inference.ask("encode", { net: id, images: { pixels: new Uint8Array(5) } }),
    ).rejects.toThrow(/784 bytes each/);
    await expect(
      inference.ask("decode", { net: id, codes: new Float32Array(5), kept: null }),
    ).rejects.toThrow(/6 numbers each/);
  });
});

/** Means over the test split, rounded as they are sent. */
function imageQualityOf(reconstructions: Float32Array) {
  const { mean } = imageQuality(BOXES, SPLIT.test, reconstructions);
  return Object.fromEntries(
    Object.entries(mean).map(([name, value]) => [name, expect.closeTo(value, 5)]),
  );
}

/** Variables that a model of that kind keeps: the tests' own. */
const weightCount = (config: NetConfig) => presetModel(config).weights.length * 2;

describe("PCA in the inference worker", () => {
  it("is fitted once, on the training split, for every size and image", async () => {
    const inference = startInference();
    const ask = { data: CONFIG, images: { part: "test" } } as const;
    const [five, nine] = await Promise.all(
      [5, 9].map((kept) => inference.ask("pcaReconstruct", { ...ask, kept })),
    );
    const pca = fitOnce(BOXES, SPLIT.train);
    const expected = reconstructWithPca(pca, 5, BOXES, SPLIT.test);
    expect([...five!.pixels]).toEqual([...expected].map((value) => Math.round(255 * value)));
    expect(nine!.mean.mse).toBeLessThan(five!.mean.mse);
    const codes = await inference.ask("pcaEncode", { ...ask, size: 4 });
    expect(codes).toMatchObject({ count: 20, size: 4 });
    expect(inference.counts).toMatchObject({ loads: 1, fits: 1 });
  });

  it("is fitted again after a failure, which says what to do", async () => {
    let fails = true;
    const inference = startInference({
      async fitPca(set, indices) {
        if (fails) throw new Error("the worker crashed");
        return fitOnce(set, indices);
      },
    });
    const ask = { data: CONFIG, images: { part: "test" }, kept: 3 } as const;
    await expect(inference.ask("pcaReconstruct", ask)).rejects.toThrow(
      "the worker crashed. Try it again; if it comes back, reload the page.",
    );
    fails = false;
    expect((await inference.ask("pcaReconstruct", ask)).count).toBe(20);
  });
});

describe("JPEG in the inference worker", () => {
  const places = Uint32Array.of(4, 0);
  const ask = { data: CONFIG, places };

  it("is the highest quality that fits, judged on the whole test split", async () => {
    const inference = startInference();
    const best = (await inference.ask("jpeg", { ...ask, bytes: 400 }))!;
    expect(best.bytes).toBeLessThanOrEqual(400);
    expect(best.nextBytes).toBeGreaterThan(400);
    const sheet = new JpegSheet(nodeJpegCodec, BOXES, SPLIT.test);
    const all = (await sheet.best(400))!.reconstructions;
    const { pixels, count } = best.reconstructions;
    expect(count).toBe(2);
    expect([...pixels.subarray(0, 784)]).toEqual(
      [...all.subarray(4 * 784, 5 * 784)].map((value) => Math.round(255 * value)),
    );
    expect(best.test).toEqual(imageQualityOf(all));
  });

  it("asks for each quality once, and for none where none fits", async () => {
    const inference = startInference();
    const best = (await inference.ask("jpeg", { ...ask, bytes: 400 }))!;
    for (const bytes of [best.bytes, (best.bytes + best.nextBytes!) / 2]) {
      expect((await inference.ask("jpeg", { ...ask, bytes }))!.quality).toBe(best.quality);
    }
    expect(await inference.ask("jpeg", { ...ask, bytes: 2 })).toBeNull();
    expect(await inference.ask("jpeg", { ...ask, bytes: 1 })).toBeNull();
    expect(inference.counts).toMatchObject({ jpegs: 1, judged: 2 });
  });

  it("ends when other images have taken its place", async () => {
    const inference = startInference();
    await inference.ask("jpeg", { ...ask, bytes: 400 });
    for (const seed of [11, 12]) {
      await inference.ask("images", { data: { ...CONFIG, seed }, images: { part: "test" } });
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(inference.counts.jpegs).toBe(0);
  });
});

describe("a net of images in colour", () => {
  const shape = { height: 12, width: 16, channels: 3 };
  const spec = { ...COLOUR_8_12, ...shape };
  const images = pattern(shape, 20);
  const dataset: Dataset = {
    spec,
    shape,
    classes: [0, 1],
    count: 20,
    images,
    labels: Uint8Array.from({ length: 20 }, (_, i) => Math.floor(i / 10)),
  };
  const config: NetConfig = { ...CONFIG, preset: "baseline", latentSize: 4 };
  const split = splitDataset(dataset, config.split, config.seed);
  const start = () => startInference({ loadDataset: async () => ({ dataset, note: "" }) });
  const size = sizeOf(shape);
  const originals = [...split.test].flatMap((i) => [...images.subarray(i * size, (i + 1) * size)]);

  it("has answers in their shape, with the bytes that the net makes of them", async () => {
    const inference = start();
    const model = buildNet(netOf(config, shape), 1);
    const weights = Float32Array.from(model.getWeights().flatMap((array) => [...array.dataSync()]));
    const { net: id } = await inference.ask("open", { net: { config, shape, weights } });
    const parts = await inference.ask("images", { data: config, images: { part: "test" } });
    expect(parts).toMatchObject({ spec, shape, count: 2 });
    expect([...parts.pixels]).toEqual(originals);
    const answer = await inference.ask("reconstruct", {
      net: id,
      images: { part: "test" },
      kept: null,
    });
    const inputs = tf.tensor(originals, [2, 12, 16, 3]).div<tf.Tensor>(255);
    const expected = (model.predict(inputs) as tf.Tensor).dataSync<"float32">();
    expect(answer).toMatchObject({ shape, count: 2 });
    expect(answer.pixels).toHaveLength(2 * size);
    for (const [i, byte] of answer.pixels.entries()) {
      expect(Math.abs(byte - 255 * expected[i]!)).toBeLessThan(0.51);
    }
    const decoded = await inference.ask("decode", {
      net: id,
      codes: new Float32Array(12),
      kept: null,
    });
    expect(decoded).toMatchObject({ shape, count: 3 });
    expect(decoded.pixels).toHaveLength(3 * size);
    const { examples } = await inference.ask("survey", { data: config, examples: 2 });
    expect(examples).toMatchObject({ shape, count: 4 });
  });

  it("is not given images of another shape", async () => {
    const inference = start();
    const given = { config: CONFIG, shape: FASHION_MNIST, weights: net().weights };
    const { net: id } = await inference.ask("open", { net: given });
    const asked = inference.ask("encode", { net: id, images: { part: "test" } });
    await expect(asked).rejects.toThrow(
      "This net takes images of 28×28×1, and those here are 12×16×3. Choose another net above.",
    );
  });
});

describe("codes in the inference worker", () => {
  const test = { part: "test" } as const;
  const openNet = async (change: Partial<NetConfig> = {}) => {
    const config = { ...CONFIG, ...change };
    const inference = startInference();
    const { net: id } = await inference.ask("open", {
      net: { config, shape: FASHION_MNIST, weights: net(config).weights },
    });
    return { inference, id };
  };

  it("are worth what their reconstructions lose without them", async () => {
    const { inference, id } = await openNet();
    const images = { indices: SPLIT.test.slice(0, 18) };
    const { codes } = await inference.ask("encode", { net: id, images });
    const spread = await inference.ask("spread", { net: id, images: test });
    expect(spread).toMatchObject({ count: 20, dead: new Uint8Array(6) });
    const means = spread.means.slice();
    const { ssim, losses } = await inference.ask("ablation", { net: id, images, means });

    const ssimOf = async (changed: Float32Array) => {
      const { pixels } = await inference.ask("decode", { net: id, codes: changed, kept: null });
      const decoded = Float32Array.from(pixels, (byte) => byte / 255);
      return imageQuality(BOXES, images.indices, decoded).mean.ssim;
    };
    // Decoded pictures come in bytes, whose rounding costs the third digit of such grey ones.
    expect(ssim).toBeCloseTo(await ssimOf(codes), 2);
    const number = losses.indexOf(Math.max(...losses));
    const without = codes.map((value, i) => (i % 6 === number ? means[number]! : value));
    expect(losses[number]).toBeCloseTo(ssim - (await ssimOf(without)), 2);
    expect(losses[number]).toBeGreaterThan(0);
    await expect(
      inference.ask("ablation", { net: id, images, means: means.subarray(1) }),
    ).rejects.toThrow("6 means are needed, not 5");
  });

  it("drawn at random are measured against training codes, and the seed says which", async () => {
    const { inference, id } = await openNet();
    const ask = { net: id, pictures: 4, seed: 1 };
    const samples = await inference.ask("samples", ask);
    expect(samples.trained).toBe(160);
    expect(samples.heldOut.distances).toHaveLength(20);
    const trained = await inference.ask("encode", { net: id, images: { part: "train" } });
    const held = await inference.ask("encode", { net: id, images: test });
    const nearest = Array.from({ length: 160 }, (_, row) => {
      const squares = [0, 1, 2, 3, 4, 5].map(
        (i) => (trained.codes[row * 6 + i]! - held.codes[5 * 6 + i]!) ** 2,
      );
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    });
    expect(samples.heldOut.distances[5]).toBeCloseTo(Math.min(...nearest), 5);
    for (const { pictures, distances, drifts } of Object.values(samples.clouds)) {
      expect(pictures).toMatchObject({ count: 4 });
      expect([distances.length, drifts.length]).toEqual([256, 256]);
    }
    const again = await inference.ask("samples", ask);
    expect(again.clouds.fitted.pictures).toEqual(samples.clouds.fitted.pictures);
    const other = await inference.ask("samples", { ...ask, seed: 2 });
    expect(other.clouds.fitted.distances).not.toEqual(samples.clouds.fitted.distances);
    // Unlike the codes of this net, N(0, 1) is not about 0.1 wide.
    expect(Math.min(...samples.clouds.unit.distances)).toBeGreaterThan(
      Math.max(...samples.heldOut.distances),
    );
  });

  it("tell their class as often as all distances, sorted, say", async () => {
    const { inference, id } = await openNet();
    const sizes = [1, 2, 4, 6];
    const ask = { data: CONFIG, sizes };
    const byNet = await inference.ask("probe", { ...ask, of: { net: id } });
    expect(byNet).toMatchObject({ train: 160, allTrain: 160, test: 20, allTest: 20 });
    const codesOf = async (part: "train" | "test") =>
      (await inference.ask("encode", { net: id, images: { part } })).codes;
    const [train, held] = [await codesOf("train"), await codesOf("test")];
    for (const { size, nearest } of byNet.points) {
      const right = SPLIT.test.filter((index, row) => {
        const distance = (other: number) =>
          train
            .subarray(other * 6, other * 6 + size)
            .reduce((sum, value, i) => sum + (value - held[row * 6 + i]!) ** 2, 0);
        const order = Array.from(SPLIT.train.keys()).sort((a, b) => distance(a) - distance(b));
        const votes = order.slice(0, 5).filter((each) => BOXES.labels[SPLIT.train[each]!] === 1);
        return (votes.length >= 3 ? 1 : 0) === BOXES.labels[index];
      });
      expect(nearest).toBe(right.length / 20);
    }
    expect(byNet.points.map(({ size }) => size)).toEqual(sizes);

    const byPca = await inference.ask("probe", { ...ask, of: "pca" });
    expect(byPca.points.map(({ size }) => size)).toEqual(sizes);
    // Boxes of class 1 are wider by as much as a line can tell.
    expect(byPca.points.at(-1)).toMatchObject({ linear: 1, nearest: 1 });
    const byPixels = await inference.ask("probe", { ...ask, of: "pixels" });
    expect(byPixels.points).toEqual([{ size: 784, linear: 1, nearest: 1 }]);
  });

  it("are told by a net's whole codes alone where it has one size", async () => {
    const { inference, id } = await openNet({ preset: "loom" });
    const long = inference.send("probe", { data: CONFIG, sizes: [1, 2, 6], of: { net: id } });
    const event = await long.done;
    const { points } = (event as { answer: Answer<"probe"> }).answer;
    expect(points.map(({ size }) => size)).toEqual([6]);
    expect(inference.events.some(({ id: of, type }) => of === long.id && type === "progress")).toBe(
      true,
    );
    const stopped = inference.send("probe", { data: CONFIG, sizes: [6], of: { net: id } });
    inference.cancel(stopped.id);
    await inference.ask("probe", { data: CONFIG, sizes: [6], of: { net: id } });
    expect(
      inference.events.some(({ id: of, type }) => of === stopped.id && type !== "progress"),
    ).toBe(false);
  });
});

describe("long questions", () => {
  const whole = { images: { part: "train" }, kept: null } as const;

  it("tell how far they are and let short ones pass", async () => {
    const inference = startInference();
    const { net: id } = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights: net().weights },
    });
    const long = inference.send("reconstruct", { ...whole, net: id });
    const short = inference.send("decode", { net: id, codes: new Float32Array(6), kept: null });
    await long.done;
    const done = inference.events.filter(({ type }) => type === "answer").map((event) => event.id);
    expect(done.indexOf(short.id)).toBeLessThan(done.indexOf(long.id));
    const shares = inference.events.flatMap((event) =>
      event.type === "progress" ? event.progress : [],
    );
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeLessThan(1);
  });

  it("are not answered once they are taken back, and end", async () => {
    const inference = startInference();
    const { net: id } = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights: net().weights },
    });
    const long = inference.send("reconstruct", { ...whole, net: id });
    inference.cancel(long.id);
    await inference.ask("reconstruct", { ...whole, net: id });
    expect(inference.events.some((event) => event.id === long.id)).toBe(false);
  });

  it("fail when their net is closed meanwhile", async () => {
    const inference = startInference();
    const { net: id } = await inference.ask("open", {
      net: { config: CONFIG, shape: FASHION_MNIST, weights: net().weights },
    });
    const long = inference.send("reconstruct", { ...whole, net: id });
    await inference.ask("close", { net: id });
    expect(await long.done).toMatchObject({
      type: "error",
      message: "This net is no longer open.",
    });
  });
});
