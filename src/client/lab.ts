/** The lab worker as the page sees it: questions that are promised an answer. */

import {
  type Answer,
  type Asked,
  type LabCommand,
  LabError,
  type LabEvent,
  type LabQuestion,
  type LabRequest,
} from "../protocol/lab";
import { endOfWorker, isNotLoaded } from "../protocol/worker-end";
import { type Explain, explainMissing } from "./worker-end";

/** What the client needs of a Worker. */
export interface LabWorkerLike {
  postMessage(command: LabCommand, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<LabEvent>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

export interface AskOptions {
  /** Takes the question back: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How far a long answer is, 0 to 1; at most about 10 times a second. */
  readonly onProgress?: (share: number) => void;
}

export interface LabClient {
  /**
   * Asks the worker, which starts with the first question.
   *
   * The weights of `open` change hands: the page's array is empty afterwards. Everything else is
   * copied. After a crash the next question starts a new worker, in which no net is open.
   * @throws LabError where there is no answer, with what to do about it
   */
  ask<Q extends LabQuestion>(question: Q, ask: Asked<Q>, options?: AskOptions): Promise<Answer<Q>>;
  /** Ends the worker; open questions fail. */
  dispose(): void;
}

interface Waiting {
  resolve(answer: never): void;
  reject(reason: unknown): void;
  readonly onProgress: AskOptions["onProgress"];
}

/** @param explain why the worker could not be loaded */
export function createLabClient(
  workerFactory: () => LabWorkerLike,
  explain: Explain = explainMissing,
): LabClient {
  const waiting = new Map<number, Waiting>();
  let worker: LabWorkerLike | null = null;
  /** The worker has sent a message. */
  let hasSpoken = false;
  let asked = 0;

  /** Ends the worker; those who wait for it shall hear of it. */
  const discard = (): Waiting[] => {
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

  const end = (error: LabError): void => {
    for (const { reject } of discard()) reject(error);
  };

  const crashed = (message: string): void =>
    end(new LabError(message, "Try again: that starts a new worker.", true));

  const notLoaded = async (): Promise<void> => {
    const all = discard();
    const { message, remedy } = await explain("The lab's worker");
    for (const { reject } of all) reject(new LabError(message, remedy, true));
  };

  const receive = (event: LabEvent): void => {
    hasSpoken = true;
    const request = waiting.get(event.id);
    if (!request) return;
    if (event.type === "progress") {
      request.onProgress?.(event.share);
      return;
    }
    waiting.delete(event.id);
    if (event.type === "answer") request.resolve(event.answer as never);
    else request.reject(new LabError(event.message, event.remedy, event.isPassing));
  };

  const start = (): LabWorkerLike => {
    const started = workerFactory();
    hasSpoken = false;
    started.onmessage = ({ data }) => receive(data);
    started.onerror = (error) => {
      error.preventDefault();
      if (isNotLoaded(error.message, hasSpoken)) void notLoaded();
      else crashed(`${endOfWorker("The lab's worker", error.message, hasSpoken)}.`);
    };
    started.onmessageerror = () => crashed("A message from the lab's worker could not be read.");
    return started;
  };

  return {
    ask: (question, ask, { signal, onProgress } = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        asked += 1;
        const id = asked;
        const takeBack = () => {
          if (!waiting.delete(id)) return;
          worker?.postMessage({ id, type: "cancel" }, []);
          reject(signal?.reason);
        };
        const settled = () => signal?.removeEventListener("abort", takeBack);
        signal?.addEventListener("abort", takeBack, { once: true });
        waiting.set(id, {
          resolve(answer) {
            settled();
            resolve(answer);
          },
          reject(reason) {
            settled();
            reject(reason);
          },
          onProgress,
        });
        try {
          worker ??= start();
          const request = { id, type: question, ask } as unknown as LabRequest;
          worker.postMessage(request, transfersOf(request));
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          crashed(`The lab's worker could not be reached: ${reason}.`);
        }
      }),
    dispose: () => end(new LabError("The lab is closed.", "Open it again.")),
  };
}

/** Weights are megabytes and the page keeps its own in its store; other arrays are small. */
function transfersOf(request: LabRequest): Transferable[] {
  if (request.type !== "open" || request.ask.net === "shipped") return [];
  const { buffer } = request.ask.net.weights;
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}
