/** The answering side of questions to a worker: a handler for each, and the job that it is given. */

import {
  AnswerError,
  type Ask,
  ownedBuffers,
  type Questions,
  type RpcCommand,
  type RpcEvent,
} from "../protocol/rpc";

/** What is needed of a worker's own end, `self`, so that tests can do without one. */
export interface RpcPort<Q extends Questions> {
  postMessage(event: RpcEvent<Q>, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<RpcCommand<Q>>) => void) | null;
}

/** Answers and progress change hands: a handler must own their arrays. */
export type Handlers<Q extends Questions> = {
  readonly [K in keyof Q]: (
    ask: Q[K]["ask"],
    job: Job<Q[K]["progress"]>,
  ) => Q[K]["answer"] | Promise<Q[K]["answer"]>;
};

export interface JobHost {
  /** Milliseconds. */
  now(): number;
  /** Lets what has been asked meanwhile have its turn. */
  yieldToHost(): Promise<void>;
}

/**
 * Answers what the port brings, until the worker ends.
 *
 * @param toAnswerError what is said of an error that is no AnswerError
 */
export function serve<Q extends Questions>(
  port: RpcPort<Q>,
  handlers: Handlers<Q>,
  toAnswerError: (error: unknown) => AnswerError,
  host: JobHost = { now: () => performance.now(), yieldToHost: createYield() },
): void {
  const jobs = new Map<number, { cancel(): void }>();

  const answer = async <K extends keyof Q>(id: number, { question, ask }: Ask<Q, K>) => {
    const job = new Job<Q[K]["progress"]>(host, (progress) =>
      port.postMessage({ type: "progress", id, progress }, ownedBuffers(progress)),
    );
    jobs.set(id, job);
    try {
      const found = await handlers[question](ask, job);
      if (!job.isCancelled) {
        port.postMessage({ type: "answer", id, answer: found }, ownedBuffers(found));
      }
    } catch (error) {
      if (job.isCancelled) return;
      const { message, remedy, isPassing } =
        error instanceof AnswerError ? error : toAnswerError(error);
      port.postMessage({ type: "error", id, message, remedy, isPassing }, []);
    } finally {
      jobs.delete(id);
    }
  };

  port.onmessage = ({ data }) => {
    if (data.type === "cancel") jobs.get(data.id)?.cancel();
    else void answer(data.id, data);
  };
}

/** Who asked no longer wants the answer. */
class CancelledError extends Error {
  override readonly name = "CancelledError";

  constructor() {
    super("The question was taken back.");
  }
}

/** Milliseconds between two reports of how far a question is. */
const REPORT_EVERY = 100;

/** One question that is being answered: it can be cancelled, tells how far it is, and lets others have a turn. */
export class Job<Progress> {
  readonly #host: JobHost;
  readonly #post: (progress: Progress) => void;
  readonly #controller = new AbortController();
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(host: JobHost, post: (progress: Progress) => void) {
    this.#host = host;
    this.#post = post;
  }

  get isCancelled(): boolean {
    return this.signal.aborted;
  }

  /** Says so when the answer is no longer wanted. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    this.#controller.abort(new CancelledError());
  }

  /** @throws CancelledError */
  throwIfCancelled(): void {
    this.signal.throwIfAborted();
  }

  /** Tells how far the work is, at once. */
  report(progress: Progress): void {
    if (!this.isCancelled) this.#post(progress);
  }

  /**
   * Between two parts of long work: other questions are answered meanwhile, and at most 10 times a
   * second it is told how far the work is.
   *
   * @throws CancelledError
   */
  async turn(progress: Progress): Promise<void> {
    this.throwIfCancelled();
    if (this.#host.now() - this.#reportedAt >= REPORT_EVERY) {
      this.#reportedAt = this.#host.now();
      this.#post(progress);
    }
    await this.#host.yieldToHost();
    this.throwIfCancelled();
  }
}

/** Images in each part of long work: 5 ms, so that a slider's question hardly waits. */
const PART_IMAGES = 16;

/** Does work on `count` images a part at a time; short work is done at once. */
export async function inParts(
  count: number,
  job: Pick<Job<number>, "turn">,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += PART_IMAGES) {
    if (from > 0) await job.turn(from / count);
    work(from, Math.min(count, from + PART_IMAGES));
  }
}

/** A stage of a longer job: its 0 to 1 are a part of the whole's. */
export function stageOf(job: Job<number>, from: number, to: number): Pick<Job<number>, "turn"> {
  return { turn: (share) => job.turn(from + (to - from) * share) };
}

/** A turn of the event loop through a MessageChannel: timers take 4 ms, and 1 s in a hidden tab. */
export function createYield(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}
