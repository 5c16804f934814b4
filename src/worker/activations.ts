/** Shows what layers of the net in training make of one validation image, preview by preview. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { Predictor } from "../engine/wasm/predictor";
import { readModelStatistics, readModelWeights } from "../engine/weights";
import { type ImageSet, pickImages } from "../math/image-set";
import { activationShape, activationsOf } from "../nets/build/activations";
import type { ActivationChoice, LayerActivation, WorkerEvent } from "../protocol/messages";

/** A run whose net is looked into. */
export interface WatchedRun {
  readonly runId: string;
  readonly model: LayersModel;
  /** All images, and which of them the page knows by their place. */
  readonly dataset: ImageSet;
  readonly previewIndices: Uint32Array;
}

/** The net's layers of a choice, ready to be computed. */
interface Tapped {
  readonly key: string;
  readonly model: LayersModel;
  readonly predictor: Predictor;
  readonly layers: readonly { readonly layer: string; readonly shape: readonly number[] }[];
}

const keyOf = ({ layers }: ActivationChoice): string => layers.join();

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
  /** The model of the run is still there to be read. */
  #isLive = false;
  /** Step whose weights the run's model has, and the one whose weights `#tapped` has. */
  #step: number | null = null;
  #copied: number | null = null;
  #underway: Promise<void> | null = null;
  #isStale = false;

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

  /** Which image and layers are shown from now on; null for none. */
  choose(choice: ActivationChoice | null): void {
    this.#choice = choice;
    this.#refresh();
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
    this.#refresh();
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
  #refresh(): void {
    this.#isStale = true;
    this.#underway ??= this.#work().finally(() => {
      this.#underway = null;
    });
  }

  async #work(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await this.#show();
      } catch (error) {
        // Its layers cannot be compiled, or memory is full: the page shows the net without them.
        console.warn("The net's activations cannot be shown.", error);
        this.#postNone();
        this.#run = null;
      }
    }
  }

  async #show(): Promise<void> {
    const run = this.#run;
    const choice = this.#choice;
    if (!run || !choice || this.#step === null) return;
    const tapped = await this.#tap(run, choice);
    if (!tapped || run !== this.#run) return;
    if (this.#isLive && this.#copied !== this.#step) {
      const step = this.#step;
      const weights = await readModelWeights(tapped.model);
      const statistics = await readModelStatistics(tapped.model);
      if (run !== this.#run) return;
      tapped.predictor.setWeights(weights, statistics);
      this.#copied = step;
    }
    const image = run.previewIndices[choice.index];
    if (image === undefined || this.#copied === null) return;
    const values = tapped.predictor.predict(pickImages(run.dataset, Uint32Array.of(image)));
    this.#post({
      type: "activations",
      runId: run.runId,
      step: this.#copied,
      index: choice.index,
      layers: layersOf(values, tapped.layers),
    });
  }

  #postNone(): void {
    if (!this.#run || !this.#choice) return;
    const { runId } = this.#run;
    const { index } = this.#choice;
    this.#post({ type: "activations", runId, step: this.#step ?? 0, index, layers: [] });
  }

  /** The layers of that choice; null where they are others than those of a net that is gone. */
  async #tap(run: WatchedRun, choice: ActivationChoice): Promise<Tapped | null> {
    const key = keyOf(choice);
    if (this.#tapped?.key === key) return this.#tapped;
    if (!this.#isLive) return null;
    this.#drop();
    const model = activationsOf(run.model, choice.layers);
    const layers = choice.layers.map((layer) => ({
      layer,
      shape: activationShape(run.model, layer),
    }));
    const predictor = await this.#createPredictor(model);
    const tapped = { key, model, predictor, layers };
    if (run !== this.#run) {
      predictor.dispose();
      return null;
    }
    this.#tapped = tapped;
    return tapped;
  }

  #drop(): void {
    this.#tapped?.predictor.dispose();
    this.#tapped = null;
    this.#copied = null;
  }
}

function layersOf(values: Float32Array, layers: Tapped["layers"]): LayerActivation[] {
  let from = 0;
  return layers.map(({ layer, shape }) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const own = values.subarray(from, from + size);
    from += size;
    return { layer, shape, values: strengths(own, shape.length === 3 ? shape[2]! : 1) };
  });
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
