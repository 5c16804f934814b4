/** The layers of a draft as they stand in a row: what is on each mark, and what it is called. */

import {
  type DraftLayer,
  type DraftProblem,
  decoderOf,
  isImplied,
  type NetDraft,
  netOfDraft,
  shapesOf,
} from "../../../../nets/edit";
import { KINDS, markOf } from "../../../../nets/kinds";
import { IMAGE_INPUT } from "../../../../nets/spec";
import { summarizeSoFar } from "../../../../nets/summary";
import { shapeText } from "../model/layerWords";

export interface LaneLayer {
  readonly id: string;
  readonly layer: DraftLayer["layer"];
  readonly part: "encoder" | "code" | "decoder";
  /** "Conv 32" */
  readonly mark: string;
  /** "28×28×32"; empty from the first layer on that cannot be. */
  readonly shape: string;
  /** "Convolution, 3×3, ReLU, makes 28×28×32" */
  readonly words: string;
  /** What is wrong with it; empty where nothing is. */
  readonly problem: string;
  /** Whether it takes what the one before it in the row makes. */
  readonly isJoined: boolean;
}

/** All but those that go without saying, in the net's order. */
export function laneOf(draft: NetDraft, problem: DraftProblem | null): readonly LaneLayer[] {
  const shapes = shapesOf(draft);
  const { layers: summaries } = summarizeSoFar(netOfDraft(draft));
  const decoder = new Set(decoderOf(draft).map(({ id }) => id));
  let before = IMAGE_INPUT;
  return draft.layers.flatMap(({ id, layer, inputs }, place) => {
    const isJoined = inputs[0] === before;
    before = id;
    if (isImplied(draft, place)) return [];
    const shape = shapes.get(id);
    const made = shape ? shapeText(shape) : "";
    const detail = summaries[place]?.detail ?? "";
    const wrong = problem?.id === id ? problem.message : "";
    const isCode = id === draft.code;
    const mark = isCode && layer.kind === "dense" ? `Code ${layer.units}` : markOf(layer);
    const words = [
      KINDS[layer.kind].title,
      detail,
      isCode ? "the code" : "",
      made && `makes ${made}`,
      wrong && `impossible: ${wrong}`,
    ];
    return [
      {
        id,
        layer,
        part: isCode ? "code" : decoder.has(id) ? "decoder" : "encoder",
        mark,
        shape: made,
        words: words.filter((word) => word !== "").join(", "),
        problem: wrong,
        isJoined,
      },
    ];
  });
}
