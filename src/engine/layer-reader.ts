/**
 * Reads the whole configuration of one tfjs layer.
 *
 * A setting that changes what a layer computes and is not read would compile to wrong numbers, so
 * each has to be read, to have the one value that is allowed, or to be named as one that changes
 * nothing; any other is a problem. Problems are collected: a model's are told all at once.
 */

import type { layers as tfLayers } from "@tensorflow/tfjs";
import { NAMED_ACTIVATIONS } from "./activations";
import type { Activation, Padding, Parameter, Penalty, Rates } from "./graph";
import type { LayerProblem } from "./problems";

type Layer = tfLayers.Layer;

/** What reading a layer takes from its model. */
export interface ModelParts {
  /** All weights by name. */
  readonly arrays: ReadonlyMap<string, Parameter>;
  /** Makes another copy of a trained array. */
  copyOf(parameter: Parameter): Parameter;
  /** Numbers of random layers, by name. */
  readonly streams: ReadonlyMap<string, number>;
}

/** A layer where the model uses it. */
export interface LayerUse {
  readonly layer: Layer;
  /** How often it has been used before. */
  readonly before: number;
  /** Whether it, or a model that it is in, is not to be trained. */
  readonly isFrozen: boolean;
  /**
   * Of its output, the batch's included; null where other problems leave the shapes around it unknown.
   */
  readonly axes: number | null;
}

/** Settings of every layer that change no number: shapes are read from its tensors. */
const COMMON = ["name", "batchInputShape", "inputDType"];

/** In place of a setting or an array that cannot be had; the problem says so. */
const NOTHING: Parameter = { name: "", shape: [], role: "still", index: 0, size: 0 };

export class LayerReader {
  /** Of the arrays that were read. */
  readonly penalties: Penalty[] = [];
  /** Of what it puts out. */
  activity: Rates | null = null;
  /** Whether the activation that was read is softmax: an operation of its own is to follow. */
  endsInSoftmax = false;
  readonly #layer: Layer;
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #parts: ModelParts;
  readonly #axes: number | null;
  readonly #before: number;
  readonly #seen = new Set(COMMON);
  readonly #problems: string[] = [];
  /** As of LayerUse. */
  readonly isFrozen: boolean;

  constructor({ layer, before, isFrozen, axes }: LayerUse, parts: ModelParts) {
    this.#layer = layer;
    this.#config = layer.getConfig();
    this.#parts = parts;
    this.#axes = axes;
    this.#before = before;
    this.isFrozen = isFrozen;
    this.ignore("trainable");
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

  /** Constraints on weights, which must not be set. */
  noConstraint(...settings: string[]): void {
    for (const setting of settings) {
      this.#seen.add(setting);
      if (!this.#has(setting)) continue;
      this.problem(
        `${setting} is not supported: an L1 or L2 regulariser, or weight decay, keeps weights small`,
      );
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

  /** An image's axes, of which tfjs's first is 1, counted from 0. */
  axes(setting: string): readonly number[] {
    const value = this.#take(setting);
    if (Array.isArray(value) && value.every((each) => typeof each === "number")) {
      return value.map((axis) => axis - 1);
    }
    this.problem(`its ${setting} is missing`);
    return [];
  }

  /** Rows and columns at an image's edges: [[top, bottom], [left, right]]. */
  edges(setting: string): Padding {
    const value = this.#take(setting);
    const numbers: unknown[] = Array.isArray(value) ? value.flat() : [];
    const [top, bottom, left, right] = numbers.filter((each) => typeof each === "number");
    if (top !== undefined && bottom !== undefined && left !== undefined && right !== undefined) {
      return { top, bottom, left, right };
    }
    this.problem(`its ${setting} is missing`);
    return { top: 0, bottom: 0, left: 0, right: 0 };
  }

  /** Axes as tfjs counts them, an image's first being 1; none where it is not set. */
  optionalAxes(setting: string): readonly number[] {
    const value = this.#take(setting) ?? [];
    if (Array.isArray(value) && value.every((axis) => typeof axis === "number")) return value;
    this.problem(`its ${setting} is no list of axes`);
    return [];
  }

  oneOf<T extends string>(setting: string, allowed: readonly T[], standard?: T): T {
    const value = this.#take(setting) ?? standard;
    const found = allowed.find((name) => name === value);
    if (found !== undefined) return found;
    this.problem(`${setting} "${String(value)}" is not one of ${allowed.join(", ")}`);
    return allowed[0]!;
  }

  /** Softmax, which is no function of each number by itself, is left to `endsInSoftmax`. */
  activation(): Activation {
    const names = Object.keys(NAMED_ACTIVATIONS) as (keyof typeof NAMED_ACTIVATIONS)[];
    const name = this.oneOf("activation", [...names, "softmax"]);
    if (name !== "softmax") return NAMED_ACTIVATIONS[name];
    this.endsInSoftmax = true;
    return "linear";
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

  /** The layer's first array, and its regularisation. */
  kernel(): Parameter {
    this.ignore("kernelInitializer");
    this.noConstraint("kernelConstraint");
    return this.regularized(this.parameter(0), "kernelRegularizer");
  }

  /** The array behind its kernels, where the layer has it. */
  bias(index = 1): Parameter | null {
    this.ignore("biasInitializer");
    this.noConstraint("biasConstraint");
    const bias = this.isOn("useBias") ? this.parameter(index) : null;
    return this.regularized(bias, "biasRegularizer");
  }

  /** The array, with the penalty of the regulariser in that setting. */
  regularized<P extends Parameter | null>(parameter: P, setting: string): P {
    const rates = this.#rates(setting);
    // Frozen weights have none, as in Keras, and those that are used twice have it once.
    if (parameter?.role === "trained" && rates) this.penalties.push({ parameter, ...rates });
    return parameter;
  }

  /** What the layer puts out has a penalty, of the rates that its settings say. */
  penalizesActivity(): void {
    const [l1, l2] = [this.number("l1"), this.number("l2")];
    if (Math.min(l1, l2) < 0) this.problem("its rates must not be negative");
    this.activity = { l1, l2 };
  }

  /** What an L1L2 regulariser adds to the loss; null for none. */
  #rates(setting: string): Rates | null {
    this.#seen.add(setting);
    if (!this.#has(setting)) return null;
    const { className, config = {} } = this.#config[setting] as {
      readonly className?: string;
      readonly config?: Readonly<Record<string, unknown>>;
    };
    const { l1 = 0, l2 = 0, ...others } = config;
    const isKnown = className === "L1L2" && Object.keys(others).length === 0;
    if (isKnown && typeof l1 === "number" && typeof l2 === "number") return { l1, l2 };
    this.problem(`a ${setting} other than L1 and L2 is not supported`);
    return null;
  }

  /**
   * The axis that a layer works along must be that of the channels, the last one.
   */
  lastAxis(setting: string): void {
    const value = this.#take(setting);
    const [axis, ...others]: unknown[] = Array.isArray(value) ? value : [value];
    if (typeof axis !== "number") {
      this.problem(`its ${setting} is missing`);
      return;
    }
    const isLast = axis === -1 || axis + 1 === this.#axes;
    this.fits(isLast && others.length === 0, "its axis must be the last");
  }

  /** A trainable array, of a layer whose configuration does not tell of its constraint. */
  unconstrained(index: number): Parameter {
    const variable = this.#layer.trainableWeights[index];
    if (variable?.constraint) this.problem(`the constraint of its array ${index} is not supported`);
    return this.parameter(index);
  }

  /** The layer's array number `index`, in the order of Keras's. */
  parameter(index: number): Parameter {
    const found = this.#find(index);
    return this.#before > 0 && found.role === "trained" ? this.#parts.copyOf(found) : found;
  }

  /** Number `index` of the `count` arrays, its last, that the layer changes without a gradient. */
  statistic(index: number, count: number): Parameter {
    if (this.#before > 0 && !this.isFrozen && index === 0) {
      this.problem("its moving averages would follow two inputs: give each a layer of its own");
    }
    return this.#find(this.#layer.weights.length - count + index);
  }

  /** Which stream of random numbers it draws from: see layer-list.ts. */
  streamNumber(): number {
    return this.#parts.streams.get(this.#layer.name) ?? 0;
  }

  #find(index: number): Parameter {
    const { name = "" } = this.#layer.weights[index] ?? {};
    const found = this.#parts.arrays.get(name);
    if (!found) this.problem("its weights are not among the model's");
    return found ?? NOTHING;
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
