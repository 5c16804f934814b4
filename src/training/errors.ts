/** How a run can end before its result. */

/** The loss became NaN or infinite: the weights are beyond use. */
export class NonFiniteLossError extends Error {
  override readonly name = "NonFiniteLossError";
  /** Step, from 1, whose loss it was. */
  readonly step: number;
  readonly remedy: string;

  constructor(step: number, epoch: number, loss: number, learningRate: number) {
    const what = Number.isNaN(loss) ? "not a number" : "infinite";
    super(`The loss is ${what} at step ${step} (epoch ${epoch}), so training cannot go on.`);
    this.step = step;
    this.remedy = `Lower the learning rate (it was ${learningRate}; try ${learningRate / 10}) and train again.`;
  }
}

/** The run was cancelled: it has no result, and nobody waits for one. */
export class RunCancelledError extends Error {
  override readonly name = "RunCancelledError";

  constructor() {
    super("The run was cancelled.");
  }
}

/** What was stored of a run does not fit the net that it says it belongs to. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";

  constructor(why: string) {
    super(`This run cannot go on from where it was stored: ${why}.`);
  }
}
