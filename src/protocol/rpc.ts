/**
 * Questions to a worker: what is said on the way there and back.
 *
 * Each is asked once under a number of its own and answered once, whether with an answer or an error,
 * unless who asked takes it back before. `createRpcClient` asks, the workers' `serve` answers.
 * Training is no question: it is a stream of events (messages.ts).
 */

import type { WorkerLike } from "./worker";

/** What is asked, what is answered, and what is told meanwhile; `never` where nothing is. */
export interface Question<Ask, Answer, Progress = never> {
  readonly ask: Ask;
  readonly answer: Answer;
  readonly progress: Progress;
}

/** All that a worker can be asked, by name. */
export type Questions = Readonly<Record<string, Question<unknown, unknown, unknown>>>;

export interface Ask<Q extends Questions, K extends keyof Q = keyof Q> {
  readonly question: K;
  readonly ask: Q[K]["ask"];
}

export type RpcCommand<Q extends Questions> =
  | ({ readonly type: "ask"; readonly id: number } & Ask<Q>)
  /** The answer is no longer wanted: none comes. */
  | { readonly type: "cancel"; readonly id: number };

export type RpcEvent<Q extends Questions> =
  | { readonly type: "answer"; readonly id: number; readonly answer: Q[keyof Q]["answer"] }
  | { readonly type: "progress"; readonly id: number; readonly progress: Q[keyof Q]["progress"] }
  | {
      readonly type: "error";
      readonly id: number;
      /** These three are an AnswerError's. */
      readonly message: string;
      readonly remedy: string;
      readonly isPassing: boolean;
    };

/** A worker that answers those questions. */
export type RpcWorker<Q extends Questions> = WorkerLike<RpcCommand<Q>, RpcEvent<Q>>;

/** A question that cannot be answered: what happened, and what to do about it. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  /** What to do, one sentence; empty where who asked says it. */
  readonly remedy: string;
  /** The same question may be answered another time: a server or a worker was away. */
  readonly isPassing: boolean;

  /** @param message what happened, one sentence */
  constructor(message: string, remedy: string, isPassing = false) {
    super(message);
    this.remedy = remedy;
    this.isPassing = isPassing;
  }
}

/** An error in words: what happened and, where that is known, what to do about it. */
export function inWords(error: unknown): string {
  if (error instanceof AnswerError && error.remedy) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Buffers of all arrays in a value, which change hands with it instead of being copied.
 *
 * The sender loses them, so what is sent must own its arrays. A SharedArrayBuffer is shared anyway.
 */
export function ownedBuffers(sent: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    } else if (typeof value === "object" && value !== null) {
      for (const each of Object.values(value)) visit(each);
    }
  };
  visit(sent);
  return [...found];
}
