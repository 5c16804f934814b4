/**
 * The asking side of questions to a worker, on the page or in a worker that has threads of its own.
 *
 * Comlink was weighed: it has transfers, and progress by callbacks. But it waits for ever for a worker
 * that crashes or never loads, ends none, takes no question back, and of an error brings name, message
 * and stack alone; what is left of the work then is all of this file.
 */

import {
  AnswerError,
  type Ask,
  ownedBuffers,
  type Questions,
  type RpcEvent,
  type RpcWorker,
} from "./rpc";
import { endOfWorker, isNotLoaded } from "./worker";

export interface AskOptions<Progress> {
  /** Takes the question back: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How far a long answer is; at most about 10 times a second, and never after the signal. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Why a worker ended before it answered. */
export interface WorkerEnd {
  readonly cause: "crashed" | "not-loaded" | "unreachable" | "late";
  /** What happened, a sentence without its full stop. */
  readonly words: string;
}

export interface RpcOptions<Q extends Questions> {
  /** Begins a sentence: "The lab's worker". */
  readonly name: string;
  readonly start: () => RpcWorker<Q>;
  /** What those get who wait for a worker that has ended. */
  readonly toError: (end: WorkerEnd) => Error | Promise<Error>;
  /** Asked of each new worker before all else, by copy; nobody waits for the answer. */
  readonly first?: Ask<Q>;
  /** Questions whose arrays change hands: who asks has empty ones afterwards. All others are copied. */
  readonly handsOver?: readonly (keyof Q)[];
  /** Milliseconds that an answer may take; a worker that takes longer is ended. */
  readonly timeLimit?: number;
}

export interface RpcClient<Q extends Questions> {
  /**
   * Asks the worker, which starts with the first question, and anew with the next after its end.
   *
   * @throws AnswerError of the worker's, what `toError` makes of its end, or the signal's reason
   */
  ask<K extends keyof Q>(
    question: K,
    ask: Q[K]["ask"],
    options?: AskOptions<Q[K]["progress"]>,
  ): Promise<Q[K]["answer"]>;
  /** Ends the worker; open questions fail for that reason. */
  end(reason: Error): void;
}

interface Waiting<Q extends Questions> {
  // Methods take what is any question's for one question's own, which the number on it makes sure of.
  resolve(answer: Q[keyof Q]["answer"]): void;
  onProgress(progress: Q[keyof Q]["progress"]): void;
  reject(reason: unknown): void;
}

/** A handle on a worker that is kept from question to question. */
export function createRpcClient<Q extends Questions>(options: RpcOptions<Q>): RpcClient<Q> {
  const { name, timeLimit, handsOver = [] } = options;
  const waiting = new Map<number, Waiting<Q>>();
  let worker: RpcWorker<Q> | null = null;
  let asked = 0;

  /** Ends the worker; those who wait for it shall hear of it. */
  const discard = (): Waiting<Q>[] => {
    if (worker) {
      worker.onmessage = null;
      worker.onerror = null;
      worker.onmessageerror = null;
      worker.terminate();
      worker = null;
    }
    const all = [...waiting.values()];
    waiting.clear();
    return all;
  };

  const fail = async (cause: WorkerEnd["cause"], words: string): Promise<void> => {
    const all = discard();
    const error = await options.toError({ cause, words });
    for (const { reject } of all) reject(error);
  };

  const receive = (event: RpcEvent<Q>): void => {
    const question = waiting.get(event.id);
    if (!question) return;
    if (event.type === "progress") {
      question.onProgress(event.progress);
      return;
    }
    waiting.delete(event.id);
    if (event.type === "answer") question.resolve(event.answer);
    else question.reject(new AnswerError(event.message, event.remedy, event.isPassing));
  };

  const start = (): RpcWorker<Q> => {
    const started = options.start();
    let hasSpoken = false;
    started.onmessage = ({ data }) => {
      hasSpoken = true;
      receive(data);
    };
    started.onerror = (error) => {
      error.preventDefault();
      const cause = isNotLoaded(error.message, hasSpoken) ? "not-loaded" : "crashed";
      void fail(cause, endOfWorker(name, error.message, hasSpoken));
    };
    started.onmessageerror = () => {
      void fail("crashed", `A message from ${name.replace(/^The /, "the ")} could not be read`);
    };
    if (options.first) started.postMessage({ type: "ask", id: 0, ...options.first }, []);
    return started;
  };

  return {
    async ask(question, ask, { signal, onProgress = () => {} } = {}) {
      signal?.throwIfAborted();
      asked += 1;
      const id = asked;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let takeBack = () => {};
      try {
        return await new Promise((resolve, reject) => {
          waiting.set(id, { resolve, reject, onProgress });
          takeBack = () => {
            if (waiting.delete(id)) worker?.postMessage({ type: "cancel", id }, []);
            // Also where the worker's end is still being explained.
            reject(signal?.reason);
          };
          signal?.addEventListener("abort", takeBack);
          if (timeLimit !== undefined) {
            timer = setTimeout(() => void fail("late", `${name} takes too long`), timeLimit);
          }
          try {
            worker ??= start();
            const transfer = handsOver.includes(question) ? ownedBuffers(ask) : [];
            worker.postMessage({ type: "ask", id, question, ask }, transfer);
          } catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            void fail("unreachable", `${name} could not be reached: ${why}`);
          }
        });
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", takeBack);
      }
    },
    end(reason) {
      for (const { reject } of discard()) reject(reason);
    },
  };
}

/** Asks one question of a worker of its own, which ends with the answer, or when that is not wanted any more. */
export async function askOnce<Q extends Questions, K extends keyof Q>(
  options: RpcOptions<Q>,
  question: K,
  ask: Q[K]["ask"],
  askOptions?: AskOptions<Q[K]["progress"]>,
): Promise<Q[K]["answer"]> {
  const client = createRpcClient(options);
  try {
    return await client.ask(question, ask, askOptions);
  } finally {
    client.end(new Error("It has been answered."));
  }
}
