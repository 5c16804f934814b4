/** How gradients change weights: Adam, SGD and RMSprop, each as Keras 3 computes it. */

/** What all optimisers have. */
interface UpdateOptions {
  /** From 0 on; each step may be given another. */
  readonly learningRate: number;
  /**
   * Kernels (not biases, not batch norm's gammas) are multiplied by 1 − rate · weightDecay before each
   * update: with Adam that is AdamW (Loshchilov & Hutter 2019). 0 for none.
   */
  readonly weightDecay: number;
  /** Gradients are scaled down so that their norm over all weights is at most that; null for no limit. */
  readonly clipNorm: number | null;
}

/**
 * Adam (Kingma & Ba 2015):
 *
 *     m += (1 − β₁)(g − m),  v += (1 − β₂)(g² − v)
 *     w −= α · m / (√v + ε),  α = rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
 */
export interface AdamOptions extends UpdateOptions {
  readonly kind: "adam";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Stochastic gradient descent:
 *
 *     m = momentum · m − rate · g,  w += m
 *
 * With Nesterov's momentum w += momentum · m − rate · g instead.
 */
export interface SgdOptions extends UpdateOptions {
  readonly kind: "sgd";
  /** From 0, for plain descent, to below 1. */
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * RMSprop (Hinton 2012):
 *
 *     v += (1 − ρ)(g² − v),  a += (1 − ρ)(g − a)
 *     m = momentum · m + rate · g / √(v − a² + ε),  w −= m
 *
 * Unless it is centred, a is 0.
 */
export interface RmspropOptions extends UpdateOptions {
  readonly kind: "rmsprop";
  /** From 0 to below 1, as the momentum. */
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
}

export type OptimizerOptions = AdamOptions | SgdOptions | RmspropOptions;

const NO_MORE = { weightDecay: 0, clipNorm: null } as const;

export const ADAM_DEFAULTS: AdamOptions = {
  ...NO_MORE,
  kind: "adam",
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
};

export const SGD_DEFAULTS: SgdOptions = {
  ...NO_MORE,
  kind: "sgd",
  learningRate: 0.01,
  momentum: 0,
  nesterov: false,
};

export const RMSPROP_DEFAULTS: RmspropOptions = {
  ...NO_MORE,
  kind: "rmsprop",
  learningRate: 1e-3,
  rho: 0.9,
  momentum: 0,
  epsilon: 1e-7,
  centered: false,
};

/** What an optimiser keeps of steps, in the order and shapes of `model.trainableWeights`, concatenated. */
export interface OptimizerState {
  /** Steps taken so far. */
  readonly step: number;
  /** Adam's mean of gradients, or the momentum; zeros where there is none. */
  readonly m: Float32Array;
  /** The mean of squared gradients; zeros of SGD, which has none. */
  readonly v: Float32Array;
  /** The mean of gradients of a centred RMSprop; others have none. */
  readonly a?: Float32Array;
}

/** Whether an optimiser keeps a third array. */
export function isCentered(options: OptimizerOptions): boolean {
  return options.kind === "rmsprop" && options.centered;
}

/** What step number `t`, counted from 1, multiplies by: with Adam's correction for the first steps. */
export function stepRate(options: OptimizerOptions, learningRate: number, t: number): number {
  if (options.kind !== "adam") return learningRate;
  return (learningRate * Math.sqrt(1 - options.beta2 ** t)) / (1 - options.beta1 ** t);
}

/** What decaying weights are multiplied by before a step. */
export function stepDecay({ weightDecay }: OptimizerOptions, learningRate: number): number {
  return 1 - learningRate * weightDecay;
}
