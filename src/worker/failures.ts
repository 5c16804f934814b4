/** Errors as the page shows them: what happened and what to do about it. */

import { ConfigError } from "../config/config-schema";
import { DataError } from "../datasets/download/errors";
import { ClassesError } from "../datasets/download/load";
import { SplitError } from "../datasets/split";
import { DeviceError, NotLoadedError, OutOfMemoryError } from "../engine/errors";
import { UnsupportedLayerError } from "../engine/problems";
import type { FailureCode } from "../protocol/messages";
import { AnswerError } from "../protocol/rpc";
import { StorageError } from "../storage/trouble";
import { CheckpointError, NonFiniteLossError } from "../training/errors";

export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly remedy: string;
}

/** Visitors of a page cannot run its commands: what they can do comes first. */
const DATA_REMEDIES: Readonly<Record<DataError["trouble"], string>> = {
  unreachable: "See that you are online, then reload the page; its server may be down for a while.",
  damaged:
    "Reload the page; if that does not help, whoever runs its server has to store the images anew (`npm run data -- --force`).",
  missing: "Bring its files under Data, or choose a data set that is there.",
};

/** What engines say when an allocation fails: V8, SpiderMonkey, JavaScriptCore. */
const OUT_OF_MEMORY =
  /out of memory|could not allocate|allocation failed|alloc(ation)? .*too large/i;

export function toFailure(error: unknown): Failure {
  const message = sentence(messageOf(error));
  if (
    error instanceof ConfigError ||
    error instanceof ClassesError ||
    error instanceof SplitError
  ) {
    return { code: "bad-config", message, remedy: "Correct this setting and press Train again." };
  }
  if (error instanceof NonFiniteLossError) {
    return { code: "not-finite", message, remedy: error.remedy };
  }
  if (error instanceof CheckpointError) {
    return { code: "checkpoint", message, remedy: "Press Train to begin anew with its settings." };
  }
  if (error instanceof DataError) {
    return { code: "data", message, remedy: DATA_REMEDIES[error.trouble] };
  }
  if (error instanceof StorageError) return { code: "data", message, remedy: error.remedy };
  const isMemory = error instanceof OutOfMemoryError || OUT_OF_MEMORY.test(message);
  if (!isMemory && (error instanceof UnsupportedLayerError || error instanceof DeviceError)) {
    return { code: "device", message, remedy: "Choose another device, or leave it to Automatic." };
  }
  if (isMemory) {
    return {
      code: "memory",
      message: `There is not enough memory: ${message}`,
      remedy: "Choose a smaller batch, fewer classes or fewer threads, or close other tabs.",
    };
  }
  return {
    code: error instanceof NotLoadedError ? "not-loaded" : "internal",
    message,
    remedy: "Press Train to try again; if it comes back, reload the page.",
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const AGAIN = "Try it again; if it comes back, reload the page.";

/** What helps with a given net; where it is not said, what helps in training. */
const ANSWER_REMEDIES: Partial<Record<Failure["code"], string>> = {
  "bad-config": "Choose another net: this one's settings cannot be read.",
  device: "Choose another net, or open the page in another browser.",
  memory: "Close nets that you no longer look at, or other tabs.",
  internal: AGAIN,
  "not-loaded": AGAIN,
};

/** What another time may go well: a server was away, or a file of it. */
const PASSING: ReadonlySet<Failure["code"]> = new Set(["data", "not-loaded"]);

/** The same of a question about a given net. */
export function toAnswerError(error: unknown): AnswerError {
  const { code, message, remedy } = toFailure(error);
  return new AnswerError(message, ANSWER_REMEDIES[code] ?? remedy, PASSING.has(code));
}
