/**
 * A layer's settings, read one by one: what is set and not asked for would change what the layer
 * computes, and is a problem.
 */

import type { Rates } from "../nets/spec";
import { isJson, type Json } from "./json";
import type { Dialect, TopologyLayer } from "./topology";

/** Settings that change no number here: names, shapes that are read elsewhere, seeds. */
const PLAIN = new Set([
  "name",
  "batch_shape",
  "batch_input_shape",
  "input_shape",
  "batch_size",
  "input_dtype",
  "sparse",
  "ragged",
  "seed",
  "noise_shape",
  "moving_mean_initializer",
  "moving_variance_initializer",
  "renorm",
  "autocast",
  "renorm_momentum",
  "virtual_batch_size",
  "synchronized",
  "supports_masking",
  "quantization_config",
  "lora_rank",
  "lora_alpha",
  "data_format",
  "dtype",
  "trainable",
]);

/** Keras 2 has rates as float32: 9.999999747378752e-5 is meant as 0.0001. */
export function shortest(rate: number): number {
  const short = Number(rate.toPrecision(7));
  return Math.fround(short) === rate ? short : rate;
}

export class Settings {
  readonly dialect: Dialect;
  /** Why the layer cannot be had as it is, and what to do. */
  readonly problems: string[] = [];
  /** What is otherwise here than it says, and does not keep the net from being had. */
  readonly notes: string[] = [];
  /** Whether its weights are to stay as they are. */
  readonly isFrozen: boolean;
  /** L1 and L2 by the array that is to be small; `activity` for what the layer makes. */
  readonly rates: Record<string, Rates> = {};
  readonly #config: Json;
  readonly #isTrained: boolean;
  readonly #seen = new Set<string>();

  /** @param isTrained whether the layer's weights are read, too */
  constructor({ config }: Pick<TopologyLayer, "config">, dialect: Dialect, isTrained = false) {
    this.#config = config;
    this.#isTrained = isTrained;
    this.dialect = dialect;
    const { dtype, trainable, data_format: format } = config;
    const type = isJson(dtype) && isJson(dtype.config) ? dtype.config.name : dtype;
    if (typeof type === "string" && type !== "float32") {
      this.notes.push(`it is computed in float32, not in ${type}`);
    }
    this.isFrozen = trainable === false;
    if (format !== undefined && format !== null && format !== "channels_last") {
      this.problems.push('images have their channels last here: use data_format="channels_last"');
    }
  }

  problem(why: string): void {
    this.problems.push(why);
  }

  note(what: string): void {
    this.notes.push(what);
  }

  /** What an array starts as here, and not there: nobody asks where its weights are read. */
  start(what: string): void {
    if (!this.#isTrained) this.note(what);
  }

  /** Settings that are set and were not asked for become problems. */
  finish(): void {
    for (const [setting, value] of Object.entries(this.#config)) {
      const isUnset = value === null || value === undefined || value === false;
      if (isUnset || PLAIN.has(setting) || this.#seen.has(setting)) continue;
      this.problem(`its ${setting} is not supported: leave it out`);
    }
  }

  take(setting: string): unknown {
    this.#seen.add(setting);
    return this.#config[setting];
  }

  number(setting: string, usual?: number): number {
    const value = this.take(setting) ?? usual;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.problem(`its ${setting} is not a number`);
    return 1;
  }

  /** Null where it is not set. */
  optional(setting: string): number | null {
    const value = this.take(setting);
    return value === null || value === undefined ? null : this.number(setting);
  }

  /** A number for both directions, or one for each. */
  sides(setting: string, usual?: readonly [number, number]): readonly [number, number] {
    const value = this.take(setting) ?? usual;
    const [down, across, ...rest] = Array.isArray(value) ? value : [value, value];
    if (typeof down === "number" && typeof across === "number" && rest.length === 0) {
      return [down, across];
    }
    this.problem(`its ${setting} is not one number, or two`);
    return [1, 1];
  }

  /** A number for all four edges, one for each axis, or both of each axis. */
  edges(setting: string): readonly [number, number, number, number] {
    const value = this.take(setting);
    const pair = (side: unknown): unknown[] => (Array.isArray(side) ? side : [side, side]);
    const [rows, columns] = pair(value);
    const [top, bottom, left, right] = [...pair(rows), ...pair(columns)];
    if (
      typeof top === "number" &&
      typeof bottom === "number" &&
      typeof left === "number" &&
      typeof right === "number"
    ) {
      return [top, bottom, left, right];
    }
    this.problem(`its ${setting} is not one number, two, or two pairs`);
    return [0, 0, 0, 0];
  }

  isOn(setting: string, usual: boolean): boolean {
    const value = this.take(setting) ?? usual;
    if (typeof value !== "boolean") this.problem(`its ${setting} is neither true nor false`);
    return value !== false;
  }

  padding(): "same" | "valid" {
    const value = this.take("padding") ?? "valid";
    if (value === "same" || value === "valid") return value;
    this.problem(`its padding is "${String(value)}": use "same" or "valid"`);
    return "same";
  }

  /** The name of a function, an activation or an initialiser: alone, or as an object of its class. */
  functionName(setting: string): string | null {
    const value = this.take(setting);
    if (value === null || value === undefined) return null;
    if (typeof value === "string") return value;
    if (!isJson(value) || typeof value.class_name !== "string") return String(value);
    // One of Keras's own that was given as a function, not by its name.
    if (value.class_name === "function" && typeof value.config === "string") return value.config;
    return value.class_name;
  }

  /** Takes the regularisers of those arrays and of what the layer makes; constraints there are none of. */
  penalties(...arrays: readonly string[]): void {
    for (const array of [...arrays, "activity"]) {
      const name = this.functionName(`${array}_regularizer`);
      if (name === null) continue;
      const value = this.#config[`${array}_regularizer`];
      const config = isJson(value) && isJson(value.config) ? value.config : null;
      if (!config || !/^(.*>)?(l1|l2|l1l2)$/i.test(name.replaceAll("_", ""))) {
        this.note(`it is trained without its ${array}_regularizer, ${name}: there are L1 and L2`);
      } else this.penalize(array, config);
    }
    for (const array of arrays) {
      if (this.functionName(`${array}_constraint`) !== null) {
        this.problem(`constraints are not supported: leave out its ${array}_constraint`);
      }
    }
  }

  /** @param rates `l1` and `l2`, from 0 on; either may be left out */
  penalize(array: string, rates: Readonly<Record<string, unknown>>): void {
    const found = (["l1", "l2"] as const).flatMap((norm) => {
      const rate = rates[norm] ?? 0;
      if (typeof rate !== "number" || !(rate >= 0 && Number.isFinite(rate))) {
        this.problem(`the ${norm} of its ${array} is no number from 0 on`);
        return [];
      }
      return rate === 0 ? [] : [[norm, shortest(rate)] as const];
    });
    if (found.length > 0) this.rates[array] = Object.fromEntries(found);
  }

  /** @param usual what arrays of that name start as here, in small letters without "_" */
  starts(setting: string, usual: string): string {
    const name = (this.functionName(setting) ?? usual).toLowerCase().replaceAll("_", "");
    return name;
  }
}
