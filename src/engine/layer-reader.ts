/** Reads the settings of one tfjs layer; what is missing or not supported is an error. */

import type { layers as tfLayers } from "@tensorflow/tfjs";
import { type Activation, type Parameter, type SampleShape, UnsupportedLayerError } from "./plan";

type Layer = tfLayers.Layer;

/** What reading a layer takes from its model. */
export interface ModelParts {
  /** Weights by name. */
  readonly trained: ReadonlyMap<string, Parameter>;
  readonly statistics: ReadonlyMap<string, Parameter>;
  /** Names of the dropout layers, in order. */
  readonly dropouts: readonly string[];
}

/** A layer's settings, checked one at a time as they are read. */
export class LayerReader {
  private readonly layer: Layer;
  private readonly config: Readonly<Record<string, unknown>>;

  constructor(layer: Layer) {
    this.layer = layer;
    this.config = layer.getConfig();
  }

  fail(why: string): never {
    throw new UnsupportedLayerError(this.layer.name, this.layer.getClassName(), why);
  }

  get name(): string {
    return this.layer.name;
  }

  has(setting: string): boolean {
    const value = this.config[setting];
    return value !== undefined && value !== null;
  }

  /** Both numbers of a setting such as `strides`, which must be equal. */
  square(setting: string): number {
    const [a, b] = this.pair(setting);
    if (a !== b) this.fail(`its ${setting} must be the same in both directions`);
    return a;
  }

  pair(setting: string): readonly [number, number] {
    const value = this.config[setting];
    if (typeof value === "number") return [value, value];
    if (Array.isArray(value) && value.length === 2) return [Number(value[0]), Number(value[1])];
    return this.fail(`its ${setting} is missing`);
  }

  oneOf<T extends string>(setting: string, allowed: readonly T[]): T {
    const value = this.config[setting] ?? allowed[0];
    const found = allowed.find((name) => name === value);
    if (found === undefined) {
      return this.fail(`${setting} "${String(value)}" is not one of ${allowed.join(", ")}`);
    }
    return found;
  }

  activation(): Activation {
    const names = ["linear", "relu", "sigmoid", "elu", "swish"] as const;
    return this.oneOf("activation", names);
  }

  /** λ of an L2 regulariser, which adds λ · Σ w² to the loss; 0 for none. Throws for any other. */
  penalty(setting: string): number {
    if (!this.has(setting)) return 0;
    const value = this.config[setting] as {
      readonly className?: string;
      readonly config?: Readonly<Record<string, unknown>>;
    };
    const { l1, l2 } = value.config ?? {};
    if (value.className !== "L1L2" || l1 !== 0 || typeof l2 !== "number") {
      return this.fail(`a ${setting} other than L2 is not supported`);
    }
    return l2;
  }

  /** Throws where the layer has a setting that changes its training. */
  plain(...settings: string[]): void {
    for (const setting of settings) {
      if (this.has(setting)) this.fail(`${setting} is not supported`);
    }
    if (!this.layer.trainable) this.fail("frozen layers are not supported");
  }

  number(setting: string): number {
    const value = this.config[setting];
    return typeof value === "number" ? value : this.fail(`its ${setting} is missing`);
  }

  /** A setting that is on unless it is said to be off. */
  isOn(setting: string): boolean {
    return this.config[setting] !== false;
  }

  /** Throws where the layer works along another axis than the channels. */
  lastAxis(output: SampleShape): void {
    const axis = this.number("axis");
    // An image has axes batch, height, width, channels; a vector batch and channels.
    const last = output.height * output.width > 1 ? 3 : 1;
    const isVectorSized = output.height * output.width === 1 && axis === 3;
    if (axis !== -1 && axis !== last && !isVectorSized) this.fail("its axis must be the last");
  }

  /** The trainable array number `index` of the layer. */
  parameter(index: number, { trained }: ModelParts): Parameter {
    const variable = this.layer.trainableWeights[index];
    const parameter = variable && trained.get(variable.name);
    return parameter ?? this.fail("its weights are not among the model's");
  }

  /** The array number `index` that the layer changes without a gradient. */
  statistic(index: number, { statistics }: ModelParts): Parameter {
    const variable = this.layer.nonTrainableWeights[index];
    const statistic = variable && statistics.get(variable.name);
    return statistic ?? this.fail("its statistics are not among the model's");
  }

  bias(weights: ModelParts): Parameter | null {
    return this.isOn("useBias") ? this.parameter(1, weights) : null;
  }
}
