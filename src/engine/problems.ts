/** Why a model cannot be compiled. */

/** Why a layer, or the model as a whole, cannot be compiled. */
export interface LayerProblem {
  readonly layer: string;
  readonly className: string;
  /** "dilation is not supported" */
  readonly why: string;
}

const RECURRENT =
  "recurrent layers are not compiled: give the sequence as an image of height 1 to Conv2D with kernels " +
  "of 1 × k, or flatten it before Dense layers";
const ONE_DIMENSIONAL =
  "sequences are not compiled: reshape them to images of height 1, with the 2-D layer in its place";
const THREE_DIMENSIONAL =
  "volumes are not compiled: put the depth among the channels, with the 2-D layer in its place";
const EMBEDDING =
  "words are not compiled: give their one-hot vectors, or rows of the table, as the input";

/** Layers of tfjs and Keras that are refused as a class, with what to use instead. */
export const INSTEAD: Readonly<Record<string, string>> = {
  RNN: RECURRENT,
  SimpleRNN: RECURRENT,
  SimpleRNNCell: RECURRENT,
  LSTM: RECURRENT,
  LSTMCell: RECURRENT,
  GRU: RECURRENT,
  GRUCell: RECURRENT,
  StackedRNNCells: RECURRENT,
  Bidirectional: RECURRENT,
  TimeDistributed: RECURRENT,
  ConvLSTM2D: RECURRENT,
  ConvLSTM2DCell: RECURRENT,
  Masking: RECURRENT,
  Conv1D: ONE_DIMENSIONAL,
  Cropping1D: ONE_DIMENSIONAL,
  UpSampling1D: ONE_DIMENSIONAL,
  ZeroPadding1D: ONE_DIMENSIONAL,
  MaxPooling1D: ONE_DIMENSIONAL,
  AveragePooling1D: ONE_DIMENSIONAL,
  GlobalMaxPooling1D: ONE_DIMENSIONAL,
  GlobalAveragePooling1D: ONE_DIMENSIONAL,
  SpatialDropout1D: ONE_DIMENSIONAL,
  RepeatVector:
    "sequences are not compiled: a Dense layer, or UpSampling2D of an image, repeats numbers",
  Conv3D: THREE_DIMENSIONAL,
  Conv3DTranspose: THREE_DIMENSIONAL,
  MaxPooling3D: THREE_DIMENSIONAL,
  AveragePooling3D: THREE_DIMENSIONAL,
  Embedding: EMBEDDING,
};

/** Layers that the compiled devices cannot run; the tfjs devices can. Tells all that is wrong. */
export class UnsupportedLayerError extends Error {
  readonly problems: readonly LayerProblem[];

  /** @param problems one at least; those of one layer follow each other */
  constructor(problems: readonly LayerProblem[]) {
    const layers = new Map<string, string[]>();
    for (const { layer, className, why } of problems) {
      const name = `"${layer}" (${className})`;
      layers.set(name, [...(layers.get(name) ?? []), why]);
    }
    const told = Array.from(layers, ([name, whys]) => `${name}: ${whys.join("; ")}.`);
    const what = layers.size === 1 ? "layer" : `${layers.size} layers:`;
    super(`Cannot compile ${what} ${told.join(" ")}`);
    this.name = "UnsupportedLayerError";
    this.problems = problems;
  }
}
