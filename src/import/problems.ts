/** What keeps a model from being taken. */

/** Something of a model that there is no form of here, and what to do about it. */
export interface ImportProblem {
  /** Empty where it is about the whole model. */
  readonly layer: string;
  readonly className: string;
  readonly why: string;
}

/** Of a whole file, not of a layer. */
export const wholeProblem = (why: string): ImportProblem => ({ layer: "", className: "", why });

/** A model that there is no such net of; the message has a line for each problem. */
export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly problems: readonly ImportProblem[];

  constructor(problems: readonly ImportProblem[]) {
    super(problems.map(problemText).join("\n"));
    this.problems = problems;
  }
}

/** "lstm (LSTM): recurrent layers are not supported: use Dense or Conv2D." */
export function problemText({ layer, className, why }: ImportProblem): string {
  const sentence = why.endsWith(".") ? why : `${why}.`;
  if (layer === "") return sentence;
  return className === "" ? `${layer}: ${sentence}` : `${layer} (${className}): ${sentence}`;
}
