/** Why a model cannot be compiled. */

/** Why a layer, or the model as a whole, cannot be compiled. */
export interface LayerProblem {
  readonly layer: string;
  readonly className: string;
  /** "dilation is not supported" */
  readonly why: string;
}

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
