/** Errors of the lab as the page shows them: what happened and what to do about it. */

import { AnswerError } from "../../protocol/rpc";
import { type Failure, toFailure } from "../failures";

const AGAIN = "Try it again; if it comes back, reload the page.";

/** What helps in the lab; where it is not said, what helps in training. */
const REMEDIES: Partial<Record<Failure["code"], string>> = {
  "bad-config": "Choose another net: this one's settings cannot be read.",
  device: "Choose another net, or open the page in another browser.",
  memory: "Close nets that you no longer look at, or other tabs.",
  internal: AGAIN,
  "not-loaded": AGAIN,
};

/** What another time may go well: a server was away, or a file of it. */
const PASSING: ReadonlySet<Failure["code"]> = new Set(["data", "not-loaded"]);

export function toAnswerError(error: unknown): AnswerError {
  const { code, message, remedy } = toFailure(error);
  return new AnswerError(message, REMEDIES[code] ?? remedy, PASSING.has(code));
}
