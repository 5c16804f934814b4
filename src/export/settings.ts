/** Typed access to a layer's settings; what is missing or of another kind is an error that names it. */

import { type NetLayer, type NetWeight, refuse } from "./graph";

export function numberOf(layer: NetLayer, setting: string): number {
  const value = layer.config[setting];
  return typeof value === "number" ? value : refuse(layer, `its ${setting} is no number`);
}

export function pairOf(layer: NetLayer, setting: string): readonly [number, number] {
  const value = layer.config[setting];
  if (typeof value === "number") return [value, value];
  if (Array.isArray(value) && value.length === 2) return [Number(value[0]), Number(value[1])];
  return refuse(layer, `its ${setting} is no pair of numbers`);
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

/** Activations that both other worlds compute as tfjs does. */
export const ACTIVATIONS = [
  "linear",
  "relu",
  "sigmoid",
  "tanh",
  "elu",
  "swish",
  "softplus",
] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

export function activationOf(layer: NetLayer): ActivationName {
  return oneOf(layer, "activation", ACTIVATIONS);
}

/** The layer's weight of that number. */
export function weightOf(layer: NetLayer, index: number): NetWeight {
  return layer.weights[index] ?? refuse(layer, `its array ${index} is missing`);
}

/** How many numbers a NestedDropout lets through; null for all of them. */
export function keptOf(layer: NetLayer): number | null {
  return layer.config.kept === null || layer.config.kept === undefined
    ? null
    : numberOf(layer, "kept");
}

/** Up to which size a NestedDropout draws all alike; 1 where its net was saved without saying so. */
export function evenToOf(layer: NetLayer): number {
  return layer.config.evenTo === undefined ? 1 : numberOf(layer, "evenTo");
}

/** @throws ExportError where the layer works along another axis than the channels */
export function checkLastAxis(layer: NetLayer): void {
  const axis = numberOf(layer, "axis");
  if (axis !== -1 && axis !== layer.shape.length) refuse(layer, "its axis must be the last");
}
