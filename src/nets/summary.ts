/** What a net consists of, as page and worker speak of it; nets/build/summary.ts fills it in. */

/** Stands for the image among a layer's inputs. */
export const IMAGE_INPUT = "image";

export interface LayerSummary {
  readonly name: string;
  /** tfjs's class: "Conv2D", "Dense", … */
  readonly className: string;
  /** What it is set to, for people: "3×3, stride 2, ReLU"; empty where there is nothing to say. */
  readonly detail: string;
  /** Names of the layers that it takes its input from, or IMAGE_INPUT. */
  readonly inputs: readonly string[];
  /** Without the batch axis: [28, 28, 32]. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** Multiply-adds of one image's forward pass; pooling, reshaping and activations count as 0. */
  readonly multiplyAdds: number;
}

export interface ModelSummary {
  /** In the model's order, inputs left out. */
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  /** A training step does about three times these: forward, and back to weights and inputs. */
  readonly multiplyAdds: number;
}
