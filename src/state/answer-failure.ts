/** Why there is no answer, as the page keeps and shows it. */

import { AnswerError, inWords } from "../protocol/rpc";

export type AnswerFailure = Readonly<Pick<AnswerError, "message" | "remedy" | "isPassing">>;

export function failureOf(error: unknown): AnswerFailure {
  if (error instanceof AnswerError) {
    const { message, remedy, isPassing } = error;
    return { message, remedy, isPassing };
  }
  return { message: inWords(error), remedy: "Reload the page.", isPassing: false };
}
