/** Typed access to a layer's settings; what is missing or of another kind is an error that names it. */

import { type NetLayer, type NetWeight, refuse } from "./graph";

export function numberOf(layer: NetLayer, setting: string): number {
  const value = layer.config[setting];
  return typeof value === "number" ? value : refuse(layer, `its ${setting} is no number`);
}

export function numbersOf(layer: NetLayer, setting: string): readonly number[] {
  const value = layer.config[setting];
  return Array.isArray(value) ? value.map(Number) : refuse(layer, `its ${setting} are no numbers`);
}

export function pairOf(layer: NetLayer, setting: string): readonly [number, number] {
  const value = layer.config[setting];
  if (typeof value === "number") return [value, value];
  if (Array.isArray(value) && value.length === 2) return [Number(value[0]), Number(value[1])];
  return refuse(layer, `its ${setting} is no pair of numbers`);
}

/** From one of a kernel's taps to the next, down and across. */
export function dilationOf(layer: NetLayer): readonly [number, number] {
  const isSaid = layer.config.dilationRate !== undefined && layer.config.dilationRate !== null;
  return isSaid ? pairOf(layer, "dilationRate") : [1, 1];
}

/** What ZeroPadding2D adds and Cropping2D takes: rows above and below, columns left and right. */
export function edgesOf(layer: NetLayer): readonly [number, number, number, number] {
  const setting = layer.className === "Cropping2D" ? "cropping" : "padding";
  const value = layer.config[setting];
  const [top, bottom, left, right] = Array.isArray(value) ? value.flat().map(Number) : [];
  if (top === undefined || bottom === undefined || left === undefined || right === undefined) {
    return refuse(layer, `its ${setting} is not of four numbers`);
  }
  return [top, bottom, left, right];
}

/** A setting that is on unless it says otherwise. */
export function isOn(layer: NetLayer, setting: string): boolean {
  return layer.config[setting] !== false;
}

/** A setting out of those allowed; the first where it is left out. */
export function oneOf<const Name extends string>(
  layer: NetLayer,
  setting: string,
  allowed: readonly [Name, ...Name[]],
): Name {
  const value = layer.config[setting] ?? allowed[0];
  return (
    allowed.find((name) => name === value) ??
    refuse(layer, `its ${setting} is ${String(value)}, not one of ${allowed.join(", ")}`)
  );
}

/** Activations by the names that tfjs's layers, and ours, have for them. */
const ACTIVATIONS = [
  "linear",
  "relu",
  "sigmoid",
  "tanh",
  "elu",
  "swish",
  "softmax",
  "softplus",
  "softsign",
  "gelu",
  "selu",
  "mish",
  "relu6",
  "hardSigmoid",
  "kerasHardSigmoid",
] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

export function activationOf(layer: NetLayer): ActivationName {
  return oneOf(layer, "activation", ACTIVATIONS);
}

/** A setting that may be left out. */
export function optionalNumberOf(layer: NetLayer, setting: string): number | null {
  const value = layer.config[setting];
  return value === null || value === undefined ? null : numberOf(layer, setting);
}

/** The layer's weight of that number. */
export function weightOf(layer: NetLayer, index: number): NetWeight {
  return layer.weights[index] ?? refuse(layer, `its array ${index} is missing`);
}

/** How many numbers a NestedDropout lets through; null for all of them. */
export function keptOf(layer: NetLayer): number | null {
  return optionalNumberOf(layer, "kept");
}

/** Up to which size a NestedDropout draws all alike; 1 where its net was saved without saying so. */
export function evenToOf(layer: NetLayer): number {
  return layer.config.evenTo === undefined ? 1 : numberOf(layer, "evenTo");
}

/** @throws ExportError where the layer works along another axis than the channels */
export function checkLastAxis(layer: NetLayer): void {
  const { axis } = layer.config;
  const [only, ...others] = Array.isArray(axis) ? axis : [axis];
  const isLast = only === -1 || only === layer.shape.length;
  if (!isLast || others.length > 0) refuse(layer, "its axis must be the last");
}
