/** Shows what layers of the net in training make of one validation image, preview by preview. */

import type { LayersModel, layers as tfLayers } from "@tensorflow/tfjs";
import type { Predictor } from "../engine/wasm/predictor";
import { readModelStatistics, readModelWeights } from "../engine/weights";
import { type ImageSet, pickImages } from "../math/image-set";
import { activationShape, activationsOf } from "../nets/build/activations";
import type {
  ActivationChoice,
  LayerActivation,
  LayerInside,
  LayerNumbers,
  LayerWeights,
  WorkerEvent,
} from "../protocol/messages";

/** A run whose net is looked into. */
export interface WatchedRun {
  readonly runId: string;
  readonly model: LayersModel;
  /** All images, and which of them the page knows by their place. */
  readonly dataset: ImageSet;
  readonly previewIndices: Uint32Array;
  /** The net with the weights that it began with: whoever asks disposes of it. */
  readonly createStart: () => Promise<LayersModel>;
}

/** Where one of a layer's arrays lies among the predictor's. */
interface TappedWeight {
  /** Keras's: "kernel". */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: "trained" | "still";
  readonly index: number;
}

interface TappedLayer {
  readonly layer: string;
  readonly shape: readonly number[];
  /** Names of what it takes; null for the image. */
  readonly inputs: readonly (string | null)[];
  readonly weights: readonly TappedWeight[];
}

/** All layers of a net, ready to be computed, also once the net itself is gone. */
interface Tapped {
  readonly model: LayersModel;
  readonly predictor: Predictor;
  readonly layers: readonly TappedLayer[];
}

/** Every net has its code in a layer of this name. */
const LATENT = "latent";

/** What is to be shown anew: the layer that is looked into closely, or all of them. */
type Stale = "nothing" | "inside" | "all";

/**
 * One net at a time: that of the run under way, and after it as it was at its end.
 *
 * Nothing here may end a run: a net that cannot be looked into is not shown.
 */
export class Activations {
  readonly #createPredictor: (model: LayersModel) => Promise<Predictor>;
  readonly #post: (event: WorkerEvent) => void;
  #choice: ActivationChoice | null = null;
  #run: WatchedRun | null = null;
  #tapped: Tapped | null = null;
  /** Weights before the first step, once somebody has looked closely. */
  #start: Promise<ReadonlyMap<string, LayerWeights> | null> | null = null;
  /** The model of the run is still there to be read. */
  #isLive = false;
  /** Step whose weights the run's model has, and the one whose weights `#tapped` has. */
  #step: number | null = null;
  #copied: number | null = null;
  /** The last step whose codes were posted. */
  #coded: number | null = null;
  #underway: Promise<void> | null = null;
  #stale: Stale = "nothing";

  constructor(
    createPredictor: (model: LayersModel) => Promise<Predictor>,
    post: (event: WorkerEvent) => void,
  ) {
    this.#createPredictor = createPredictor;
    this.#post = post;
  }

  /** Somebody looks. */
  get areWanted(): boolean {
    return this.#choice !== null;
  }

  /** Somebody looks into one layer. */
  get isCloseUp(): boolean {
    return this.#choice?.inside !== undefined;
  }

  /** Which image and layers are shown from now on; null for none. */
  choose(choice: ActivationChoice | null): void {
    const before = this.#choice;
    this.#choice = choice;
    const isSame =
      choice !== null &&
      choice.index === before?.index &&
      choice.layers.join() === before.layers.join();
    if (!isSame) this.#refresh("all");
    else if (choice.inside !== before?.inside) this.#refresh("inside");
  }

  /** Looks into the net of that run, and no longer into that of the one before. */
  follow(run: WatchedRun): void {
    this.#drop();
    this.#run = run;
    this.#step = null;
    this.#isLive = true;
  }

  /** The followed run's model has the weights after that step. */
  update(step: number): void {
    this.#step = step;
    this.#refresh("all");
  }

  /** Likewise, between previews: shows the layer that is looked into closely; resolves once it is. */
  async updateCloseUp(step: number): Promise<void> {
    this.#step = step;
    this.#refresh("inside");
    while (this.#underway) await this.#underway;
  }

  /** Looks into a net that does not train; resolves when its model is no longer needed. */
  async lookAt(run: WatchedRun, step: number): Promise<void> {
    this.follow(run);
    this.update(step);
    while (this.#underway) await this.#underway;
    // Another may be followed by now.
    if (this.#run === run) this.#isLive = false;
  }

  /** Resolves when the run's model is no longer needed: what it was at last can still be shown. */
  async release(): Promise<void> {
    while (this.#underway) await this.#underway;
    this.#isLive = false;
  }

  /** One computation at a time; what is asked for meanwhile is asked for once, afterwards. */
  #refresh(what: Exclude<Stale, "nothing">): void {
    if (this.#stale !== "all") this.#stale = what;
    this.#underway ??= this.#work().finally(() => {
      this.#underway = null;
    });
  }

  async #work(): Promise<void> {
    while (this.#stale !== "nothing") {
      const isAll = this.#stale === "all";
      this.#stale = "nothing";
      try {
        await this.#show(isAll);
      } catch (error) {
        // Its layers cannot be compiled, or memory is full: the page shows the net without them.
        console.warn("The net's activations cannot be shown.", error);
        this.#postNone();
        this.#run = null;
      }
    }
  }

  async #show(isAll: boolean): Promise<void> {
    const run = this.#run;
    const choice = this.#choice;
    if (!run || !choice || this.#step === null) return;
    const tapped = await this.#tap(run);
    if (!tapped || run !== this.#run) return;
    if (this.#isLive && this.#copied !== this.#step) {
      const step = this.#step;
      const weights = await readModelWeights(tapped.model);
      const statistics = await readModelStatistics(tapped.model);
      if (run !== this.#run) return;
      tapped.predictor.setWeights(weights, statistics);
      this.#copied = step;
    }
    const step = this.#copied;
    const image = run.previewIndices[choice.index];
    if (image === undefined || step === null) return;
    const pixels = pickImages(run.dataset, Uint32Array.of(image));
    const numbers = numbersOf(tapped.predictor.predict(pixels), tapped.layers);
    const place = { runId: run.runId, step, index: choice.index };
    if (isAll) {
      const layers = choice.layers.flatMap((layer) => {
        const own = numbers.get(layer);
        return own ? [strengthsOf(layer, own)] : [];
      });
      this.#post({ type: "activations", ...place, layers });
      this.#postCodes(run, tapped, step);
    }
    if (choice.inside === undefined) return;
    const { height, width, channels } = run.dataset.shape;
    const image01 = {
      shape: [height, width, channels],
      values: Float32Array.from(pixels, (value) => value / 255),
    };
    const inside = insideOf(choice.inside, tapped, numbers, image01);
    const start = inside && (await this.#startOf(run))?.get(inside.layer);
    if (run !== this.#run) return;
    this.#post({
      type: "inside",
      ...place,
      inside: inside && { ...inside, start: start ? copied(start) : null },
    });
  }

  /** Once for each step that is shown, while the net trains. */
  #postCodes({ runId, dataset, previewIndices }: WatchedRun, tapped: Tapped, step: number): void {
    if (!this.#isLive || this.#coded === step) return;
    this.#coded = step;
    const images = previewIndices.length;
    // One image at a time: all layers of all of them could be hundreds of megabytes.
    const each = Array.from(previewIndices, (image) => {
      const pixels = pickImages(dataset, Uint32Array.of(image));
      return numbersOf(tapped.predictor.predict(pixels), tapped.layers).get(LATENT)?.values ?? [];
    });
    const size = each[0]?.length ?? 0;
    if (size === 0) return;
    const codes = new Float32Array(images * size);
    for (const [place, code] of each.entries()) codes.set(code, place * size);
    this.#post({ type: "codes", runId, step, images, codes });
  }

  #postNone(): void {
    if (!this.#run || !this.#choice) return;
    const { index, inside } = this.#choice;
    const place = { runId: this.#run.runId, step: this.#step ?? 0, index };
    this.#post({ type: "activations", ...place, layers: [] });
    if (inside !== undefined) this.#post({ type: "inside", ...place, inside: null });
  }

  /** The run's layers; null where its net is gone and nobody has looked before. */
  async #tap(run: WatchedRun): Promise<Tapped | null> {
    if (this.#tapped) return this.#tapped;
    if (!this.#isLive) return null;
    const all = run.model.layers.filter((layer) => layer.getClassName() !== "InputLayer");
    const model = activationsOf(
      run.model,
      all.map(({ name }) => name),
    );
    const layers = all.map((layer) => ({
      layer: layer.name,
      shape: activationShape(run.model, layer.name),
      inputs: inputsOf(layer),
      weights: weightsOf(layer, model),
    }));
    const tapped = { model, layers, predictor: await this.#createPredictor(model) };
    if (run !== this.#run) {
      tapped.predictor.dispose();
      return null;
    }
    this.#tapped = tapped;
    return tapped;
  }

  /** The weights of all layers before the first step; null where they cannot be had. */
  #startOf(run: WatchedRun): Promise<ReadonlyMap<string, LayerWeights> | null> {
    this.#start ??= readStart(run).catch((error) => {
      console.warn("The weights that the run began with cannot be shown.", error);
      return null;
    });
    return this.#start;
  }

  #drop(): void {
    this.#tapped?.predictor.dispose();
    this.#tapped = null;
    this.#start = null;
    this.#copied = null;
    this.#coded = null;
  }
}

function numbersOf(
  values: Float32Array,
  layers: readonly TappedLayer[],
): ReadonlyMap<string, LayerNumbers> {
  let from = 0;
  return new Map(
    layers.map(({ layer, shape }) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      const own = values.subarray(from, from + size);
      from += size;
      return [layer, { shape, values: own }];
    }),
  );
}

/** Arrays of its own, which the page takes. */
function insideOf(
  name: string,
  { layers, predictor }: Tapped,
  numbers: ReadonlyMap<string, LayerNumbers>,
  image: LayerNumbers,
): Omit<LayerInside, "start"> | null {
  const layer = layers.find((each) => each.layer === name);
  const output = numbers.get(name);
  if (!layer || !output) return null;
  const inputs = layer.inputs.flatMap((input) =>
    input === null ? image : (numbers.get(input) ?? []),
  );
  const weights = layer.weights.map(({ name, shape, role, index }) => {
    return [name, { shape, values: predictor.readWeights(role, index) }] as const;
  });
  return {
    layer: name,
    inputs: inputs.map(copy),
    output: copy(output),
    weights: Object.fromEntries(weights),
  };
}

const copy = ({ shape, values }: LayerNumbers): LayerNumbers => ({ shape, values: values.slice() });

function copied(weights: LayerWeights): LayerWeights {
  return Object.fromEntries(Object.entries(weights).map(([name, each]) => [name, copy(each)]));
}

type Layer = tfLayers.Layer;

const inputsOf = ({ inboundNodes: [node] }: Layer): (string | null)[] =>
  (node?.inboundLayers ?? []).map((each) =>
    each.getClassName() === "InputLayer" ? null : each.name,
  );

/** "encoder_conv/kernel" → "kernel" */
const plainName = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

function weightsOf(layer: Layer, { trainableWeights, nonTrainableWeights }: LayersModel) {
  return layer.weights.map((variable): TappedWeight => {
    const trained = trainableWeights.indexOf(variable);
    return {
      name: plainName(variable.originalName),
      shape: variable.shape.map(Number),
      role: trained >= 0 ? "trained" : "still",
      index: trained >= 0 ? trained : nonTrainableWeights.indexOf(variable),
    };
  });
}

async function readStart({ createStart }: WatchedRun): Promise<ReadonlyMap<string, LayerWeights>> {
  const model = await createStart();
  try {
    const layers = model.layers.map(async ({ name, weights }) => {
      const arrays = weights.map(async (variable) => {
        // tfjs's own array, on its CPU backend.
        const values = (await variable.read().data<"float32">()).slice();
        const shape = variable.shape.map(Number);
        return [plainName(variable.originalName), { shape, values }] as const;
      });
      return [name, Object.fromEntries(await Promise.all(arrays))] as const;
    });
    return new Map(await Promise.all(layers));
  } finally {
    model.dispose();
  }
}

function strengthsOf(layer: string, { shape, values }: LayerNumbers): LayerActivation {
  return { layer, shape, values: strengths(values, shape.length === 3 ? shape[2]! : 1) };
}

/** Absolute values as bytes, 255 the largest of the layer; map by map, where a layer has maps. */
function strengths(values: Float32Array, maps: number): Uint8Array {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const pixels = values.length / maps;
  const bytes = new Uint8Array(values.length);
  if (most === 0) return bytes;
  for (let map = 0; map < maps; map++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = Math.abs(values[pixel * maps + map]!);
      // What is not 0 shall not look like it.
      bytes[map * pixels + pixel] = Math.ceil((255 * value) / most);
    }
  }
  return bytes;
}
