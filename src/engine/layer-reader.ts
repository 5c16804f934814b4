/**
 * Reads the whole configuration of one tfjs layer.
 *
 * A setting that changes what a layer computes and is not read would compile to wrong numbers, so
 * each has to be read, to have the one value that is allowed, or to be named as one that changes
 * nothing; any other is a problem. Problems are collected: a model's are told all at once.
 */

import type { layers as tfLayers } from "@tensorflow/tfjs";
import type { Activation, Parameter, Penalty } from "./graph";
import type { LayerProblem } from "./problems";

type Layer = tfLayers.Layer;

/** What reading a layer takes from its model. */
export interface ModelParts {
  /** Weights by name. */
  readonly trained: ReadonlyMap<string, Parameter>;
  readonly statistics: ReadonlyMap<string, Parameter>;
  /** Names of the dropout layers, in order. */
  readonly dropouts: readonly string[];
  /** Whether the model as a whole is not to be trained: then no layer's weights are. */
  readonly isFrozen: boolean;
}

/** Settings of every layer that change no number: shapes are read from its tensors. */
const COMMON = ["name", "batchInputShape", "inputDType"];

/** In place of a setting or an array that cannot be had; the problem says so. */
const NOTHING: Parameter = { name: "", shape: [], index: 0, size: 0 };

export class LayerReader {
  /** Of the arrays that were read. */
  readonly penalties: Penalty[] = [];
  readonly #layer: Layer;
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #parts: ModelParts;
  /** Of its output, the batch's included; null where other problems leave shapes unknown. */
  readonly #axes: number | null;
  readonly #seen = new Set(COMMON);
  readonly #problems: string[] = [];
  readonly #isFrozen: boolean;

  /**
   * @param axes of its output, the batch's included; null where other problems leave the shapes
   *   around it unknown
   */
  constructor(layer: Layer, parts: ModelParts, axes: number | null) {
    this.#layer = layer;
    this.#config = layer.getConfig();
    this.#parts = parts;
    this.#axes = axes;
    const isFrozen = layer.weights.length > 0 && this.#take("trainable") === false;
    this.ignore("trainable");
    if (isFrozen) this.problem("it is frozen (its trainable is false)");
    this.#isFrozen = isFrozen || parts.isFrozen;
    // Every tensor is of 32-bit floats.
    if (this.#has("dtype")) this.oneOf("dtype", ["float32"]);
  }

  problem(why: string): void {
    this.#problems.push(why);
  }

  /** A problem where shapes do not fit; what follows from unknown shapes is none. */
  fits(doesFit: boolean, why: string): void {
    if (this.#axes !== null && !doesFit) this.problem(why);
  }

  /** What was wrong, and the settings that nobody has asked for. */
  finish(): LayerProblem[] {
    const unread = Object.keys(this.#config).filter(
      (setting) => this.#has(setting) && !this.#seen.has(setting),
    );
    for (const setting of unread) this.problem(`its setting ${setting} is not supported`);
    const { name: layer } = this.#layer;
    const className = this.#layer.getClassName();
    return this.#problems.map((why) => ({ layer, className, why }));
  }

  /** Settings that change nothing here: what they say is known otherwise, or does not matter. */
  ignore(...settings: string[]): void {
    for (const setting of settings) this.#seen.add(setting);
  }

  /** Settings that must not be set. */
  forbid(...settings: string[]): void {
    for (const setting of settings) {
      this.#seen.add(setting);
      if (this.#has(setting)) this.problem(`${setting} is not supported`);
    }
  }

  /** Both numbers of a setting such as `strides`, which must be equal. */
  square(setting: string): number {
    const [a, b] = this.pair(setting);
    if (a !== b) this.problem(`its ${setting} must be the same in both directions`);
    return a;
  }

  pair(setting: string): readonly [number, number] {
    const value = this.#take(setting);
    const [a, b, ...others] = Array.isArray(value) ? value : [value, value];
    if (typeof a === "number" && typeof b === "number" && others.length === 0) return [a, b];
    this.problem(`its ${setting} is missing`);
    return [1, 1];
  }

  oneOf<T extends string>(setting: string, allowed: readonly T[], standard?: T): T {
    const value = this.#take(setting) ?? standard;
    const found = allowed.find((name) => name === value);
    if (found !== undefined) return found;
    this.problem(`${setting} "${String(value)}" is not one of ${allowed.join(", ")}`);
    return allowed[0]!;
  }

  activation(): Activation {
    const names = ["linear", "relu", "sigmoid", "elu", "swish"] as const;
    return this.oneOf("activation", names);
  }

  number(setting: string): number {
    const value = this.#take(setting);
    if (typeof value === "number") return value;
    this.problem(`its ${setting} is missing`);
    return 1;
  }

  /** Null where it is not set. */
  optionalNumber(setting: string): number | null {
    this.#seen.add(setting);
    return this.#has(setting) ? this.number(setting) : null;
  }

  isOn(setting: string): boolean {
    const value = this.#take(setting);
    if (typeof value !== "boolean") this.problem(`its ${setting} is missing`);
    return value !== false;
  }

  /** The layer's first array, and its L2 regularisation. */
  kernel(): Parameter {
    const parameter = this.parameter(0);
    const rate = this.#penalty("kernelRegularizer");
    if (rate !== 0) this.penalties.push({ parameter, rate });
    this.ignore("kernelInitializer");
    this.forbid("kernelConstraint");
    return parameter;
  }

  /** The second array, where the layer has it. */
  bias(): Parameter | null {
    this.ignore("biasInitializer");
    this.forbid("biasRegularizer", "biasConstraint");
    return this.isOn("useBias") ? this.parameter(1) : null;
  }

  /** λ of an L2 regulariser, which adds λ · Σ w² to the loss; 0 for none. */
  #penalty(setting: string): number {
    this.#seen.add(setting);
    if (!this.#has(setting)) return 0;
    const { className, config = {} } = this.#config[setting] as {
      readonly className?: string;
      readonly config?: Readonly<Record<string, unknown>>;
    };
    const { l1, l2, ...others } = config;
    const isL2 = className === "L1L2" && l1 === 0 && typeof l2 === "number";
    if (isL2 && Object.keys(others).length === 0) return l2;
    this.problem(`a ${setting} other than L2 is not supported`);
    return 0;
  }

  /**
   * The axis that a layer works along must be that of the channels, the last one.
   */
  lastAxis(setting: string): void {
    const axis = this.number(setting);
    const isLast = axis === -1 || axis + 1 === this.#axes;
    this.fits(isLast, "its axis must be the last");
  }

  /** The trainable array number `index` of the layer. */
  parameter(index: number): Parameter {
    return this.#find(this.#layer.trainableWeights, index, this.#parts.trained);
  }

  /** The array number `index` that the layer changes without a gradient. */
  statistic(index: number): Parameter {
    return this.#find(this.#layer.nonTrainableWeights, index, this.#parts.statistics);
  }

  /** Place among the model's dropout layers. */
  dropoutNumber(): number {
    return this.#parts.dropouts.indexOf(this.#layer.name);
  }

  #find(
    variables: Layer["weights"],
    index: number,
    known: ReadonlyMap<string, Parameter>,
  ): Parameter {
    const variable = variables[index];
    const found = variable && known.get(variable.name);
    if (found) return found;
    // Frozen weights are in neither list where they are looked for.
    if (!this.#isFrozen) this.problem("its weights are not among the model's");
    return NOTHING;
  }

  #has(setting: string): boolean {
    const value = this.#config[setting];
    return value !== undefined && value !== null;
  }

  #take(setting: string): unknown {
    this.#seen.add(setting);
    return this.#config[setting];
  }
}
