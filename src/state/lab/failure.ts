/** Errors of the lab as the page keeps them. */

import { AnswerError } from "../../protocol/rpc";

export interface LabFailure {
  readonly message: string;
  readonly remedy: string;
  /** It may go well another time. */
  readonly isPassing: boolean;
}

export function failureOf(error: unknown): LabFailure {
  if (error instanceof AnswerError) {
    const { message, remedy, isPassing } = error;
    return { message, remedy, isPassing };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, remedy: "Reload the page.", isPassing: false };
}
