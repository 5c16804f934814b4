/** Activations that layers may end in: what texts, people and tfjs call them. */

interface ActivationNames {
  /** In a net's text. */
  readonly word: string;
  /** For people; empty where there is nothing to say. */
  readonly title: string;
  /** In tfjs's layers, where that is another than here. */
  readonly tfjs?: string;
}

export const ACTIVATIONS = {
  linear: { word: "linear", title: "" },
  relu: { word: "relu", title: "ReLU" },
  elu: { word: "elu", title: "ELU" },
  swish: { word: "swish", title: "swish" },
  sigmoid: { word: "sigmoid", title: "sigmoid" },
  tanh: { word: "tanh", title: "tanh" },
  softmax: { word: "softmax", title: "softmax" },
  softplus: { word: "softplus", title: "softplus" },
  softsign: { word: "softsign", title: "softsign" },
  gelu: { word: "gelu", title: "GELU" },
  selu: { word: "selu", title: "SELU" },
  mish: { word: "mish", title: "mish" },
  relu6: { word: "relu6", title: "ReLU up to 6" },
  /** Keras 3's, min(max(x / 6 + 1/2, 0), 1). */
  hardSigmoid: { word: "hard-sigmoid", title: "hard sigmoid", tfjs: "kerasHardSigmoid" },
  /** tfjs's, which is Keras 2's: min(max(x / 5 + 1/2, 0), 1). */
  hardSigmoidTfjs: { word: "hard-sigmoid-tfjs", title: "hard sigmoid (tfjs)", tfjs: "hardSigmoid" },
} as const satisfies Readonly<Record<string, ActivationNames>>;

export type Activation = keyof typeof ACTIVATIONS;

export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as readonly Activation[];

/** For people; that of the linear one is empty. */
export const ACTIVATION_TITLES = Object.fromEntries(
  ACTIVATION_NAMES.map((name) => [name, ACTIVATIONS[name].title]),
) as Readonly<Record<Activation, string>>;

/** By what a net's text calls it. */
export function activationOfWord(word: string): Activation | undefined {
  return ACTIVATION_NAMES.find((name) => ACTIVATIONS[name].word === word);
}

/** What tfjs's layers call it. */
export function tfjsActivation(name: Activation): string {
  const names: ActivationNames = ACTIVATIONS[name];
  return names.tfjs ?? name;
}
