/** Errors of the lab as the page keeps them. */

import { LabError } from "../../protocol/lab";

export interface LabFailure {
  readonly message: string;
  readonly remedy: string;
}

export function failureOf(error: unknown): LabFailure {
  if (error instanceof LabError) return { message: error.message, remedy: error.remedy };
  const message = error instanceof Error ? error.message : String(error);
  return { message, remedy: "Reload the page." };
}
