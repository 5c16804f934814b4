/**
 * The training worker as the page sees it: methods that send commands, and one stream of events.
 *
 * It drops events of runs that are over, turns a crash of the worker into a `failed` event, and
 * makes a new worker with the next command after a crash. Pause and stop are cooperative; the
 * worker is ended by force only when it does not answer a reset.
 */

import type { RunConfig } from "../config/config";
import type { Calibration } from "../config/devices";
import type { ActivationChoice, Command, WorkerEvent } from "../protocol/messages";
import { commandTransferList } from "../protocol/transfer";
import { endOfWorker, isNotLoaded, type WorkerLike } from "../protocol/worker";
import type { Checkpoint } from "../runs/checkpoint";
import { type Explain, explainMissing } from "./worker-end";

export type TrainingWorker = WorkerLike<Command, WorkerEvent>;

export type LoadRequest = Omit<Extract<Command, { type: "load" }>, "type">;

export type LookedInto = Omit<Extract<Command, { type: "look" }>, "type">;

export interface TrainingClient {
  /** Calls back with every event that still matters; returns the way to end that. */
  subscribe(listener: (event: WorkerEvent) => void): () => void;
  /** Asks for images; an answer to an older request is dropped. */
  load(request: LoadRequest): void;
  /** Asks for PCA's figures at that latent size, for the images last asked for. */
  reference(latentSize: number): void;
  /**
   * Begins a run under that id, or goes on with it from a checkpoint, whose arrays it takes; events
   * of earlier runs are dropped from now on. Without a calibration, Automatic times the devices.
   */
  start(
    runId: string,
    config: RunConfig,
    paused: boolean,
    checkpoint?: Checkpoint | null,
    calibration?: Calibration | null,
  ): void;
  /** Looks into a stored run's net, whose weights it takes; its activations come while one is watched. */
  look(net: LookedInto): void;
  /** Asks what layers make of one image in this run and those after it; null for no more. */
  watch(choice: ActivationChoice | null): void;
  /** Whether single steps are taken apart. */
  slowly(isWanted: boolean): void;
  /** Times all devices on that net. */
  measure(config: RunConfig): void;
  pause(): void;
  resume(): void;
  step(): void;
  stop(): void;
  /** Drops the run and loads the images again, which shows that the worker still answers. */
  reset(request: LoadRequest): void;
  /** Ends the worker for good. */
  dispose(): void;
}

/** Milliseconds that a worker has to answer a reset: a step at batch 1024 takes 2 to 4 s. */
const ANSWER_WITHIN = 8000;

const sameClasses = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);

/** @param explain why the worker could not be loaded */
export function createTrainingClient(
  workerFactory: () => TrainingWorker,
  answerWithin: number = ANSWER_WITHIN,
  explain: Explain = explainMissing,
): TrainingClient {
  const listeners = new Set<(event: WorkerEvent) => void>();
  let worker: TrainingWorker | null = null;
  /** The worker has sent a message. */
  let hasSpoken = false;
  let runId = "";
  let wanted: Pick<LoadRequest, "data" | "classes"> | null = null;
  let watched: ActivationChoice | null = null;
  let isSlow = false;
  let deadline: ReturnType<typeof setTimeout> | null = null;

  const emit = (event: WorkerEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };

  const cancelDeadline = (): void => {
    if (deadline !== null) clearTimeout(deadline);
    deadline = null;
  };

  const discard = (): void => {
    cancelDeadline();
    if (!worker) return;
    worker.onmessage = null;
    worker.onerror = null;
    worker.onmessageerror = null;
    worker.terminate();
    worker = null;
  };

  const crashed = (message: string): void => {
    const id = runId;
    discard();
    runId = "";
    emit({
      type: "failed",
      runId: id,
      code: "worker-crashed",
      message,
      remedy: "Press Train: it starts afresh with a new worker.",
    });
  };

  /** As where the device, or the server, is away for a moment: the next command starts another. */
  const notLoaded = async (): Promise<void> => {
    const id = runId;
    discard();
    const explanation = await explain("The training worker");
    // Another run has begun meanwhile, and has a worker of its own.
    if (runId !== id) return;
    runId = "";
    emit({ type: "failed", runId: id, code: "not-loaded", ...explanation });
  };

  const isStale = (event: WorkerEvent): boolean => {
    if (event.type === "dataset") {
      return event.spec.id !== wanted?.data || !sameClasses(event.classes, wanted.classes);
    }
    if (event.type === "failed" && event.runId === "") return false;
    // They are of a run that is shown, which need not be one that was started here.
    if (event.type === "activations" || event.type === "inside") return false;
    return "runId" in event && event.runId !== runId;
  };

  const receive = (event: WorkerEvent): void => {
    hasSpoken = true;
    cancelDeadline();
    if (!isStale(event)) emit(event);
  };

  const send = (command: Command): void => {
    try {
      if (!worker) {
        worker = workerFactory();
        hasSpoken = false;
        worker.onmessage = (message) => receive(message.data);
        worker.onerror = (error) => {
          error.preventDefault();
          if (isNotLoaded(error.message, hasSpoken)) void notLoaded();
          else crashed(`${endOfWorker("The training worker", error.message, hasSpoken)}.`);
        };
        worker.onmessageerror = () =>
          crashed("A message from the training worker could not be read.");
      }
      worker.postMessage(command, commandTransferList(command));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      crashed(`The training worker could not be reached: ${reason}.`);
    }
  };

  const load = (request: LoadRequest): void => {
    wanted = request;
    send({ type: "load", ...request });
  };

  /** To the run under way; without one there is nobody to tell. */
  const tell = (type: "pause" | "resume" | "step" | "stop"): void => {
    if (runId !== "" && worker) send({ type, runId });
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    load,
    reference: (latentSize) => send({ type: "reference", latentSize }),
    measure: (config) => send({ type: "measure", config }),
    watch(choice) {
      watched = choice;
      if (worker) send({ type: "watch", choice });
    },
    slowly(wanted) {
      isSlow = wanted;
      if (worker) send({ type: "slowly", isWanted: wanted });
    },
    look(net) {
      if (watched) send({ type: "watch", choice: watched });
      send({ type: "look", ...net });
    },
    start(id, config, paused, checkpoint = null, calibration = null) {
      runId = id;
      wanted = config;
      // A worker that has come since knows nothing of it.
      if (watched) send({ type: "watch", choice: watched });
      if (isSlow) send({ type: "slowly", isWanted: true });
      send({ type: "start", runId, config, paused, checkpoint, calibration });
    },
    pause: () => tell("pause"),
    resume: () => tell("resume"),
    step: () => tell("step"),
    stop: () => tell("stop"),
    reset(request) {
      runId = "";
      if (worker) send({ type: "reset" });
      load(request);
      cancelDeadline();
      deadline = setTimeout(() => {
        discard();
        load(request);
      }, answerWithin);
    },
    dispose() {
      discard();
      listeners.clear();
    },
  };
}
