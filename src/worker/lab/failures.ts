/** Errors of the lab as the page shows them: what happened and what to do about it. */

import { LabError } from "../../protocol/lab";
import { type Failure, toFailure } from "../failures";

/** What helps in the lab; where it is not said, what helps in training. */
const REMEDIES: Partial<Record<Failure["code"], string>> = {
  "bad-config": "Choose another net: this one's settings cannot be read.",
  device: "Choose another net, or open the page in another browser.",
  memory: "Close nets that you no longer look at, or other tabs.",
  internal: "Try it again; if it comes back, reload the page.",
};

export function toLabError(error: unknown): LabError {
  if (error instanceof LabError) return error;
  const { code, message, remedy } = toFailure(error);
  return new LabError(message, REMEDIES[code] ?? remedy);
}
