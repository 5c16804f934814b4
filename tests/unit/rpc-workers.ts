/** Workers that answer questions without a thread: one whose words are put into its mouth, and one that answers. */

import type { Questions, RpcCommand, RpcEvent, RpcWorker } from "../../src/protocol/rpc";
import type { RpcPort } from "../../src/worker/rpc";

/** Says what a test makes it say, and keeps what it was told. */
export class ScriptedRpcWorker<Q extends Questions> implements RpcWorker<Q> {
  onmessage: RpcWorker<Q>["onmessage"] = null;
  onerror: RpcWorker<Q>["onerror"] = null;
  onmessageerror: RpcWorker<Q>["onmessageerror"] = null;
  readonly commands: RpcCommand<Q>[] = [];
  readonly transfers: Transferable[][] = [];
  isEnded = false;

  postMessage(command: RpcCommand<Q>, transfer: Transferable[]): void {
    this.commands.push(command);
    this.transfers.push(transfer);
  }

  terminate(): void {
    this.isEnded = true;
  }

  /** Names of the questions asked so far, in their order. */
  get asked(): (keyof Q)[] {
    return this.commands.flatMap((command) => (command.type === "ask" ? command.question : []));
  }

  emit(data: RpcEvent<Q>): void {
    this.onmessage?.({ data } as MessageEvent<RpcEvent<Q>>);
  }

  answer(id: number, answer: Q[keyof Q]["answer"]): void {
    this.emit({ type: "answer", id, answer });
  }

  refuse(id: number, message: string, remedy = "", isPassing = false): void {
    this.emit({ type: "error", id, message, remedy, isPassing });
  }

  crash(message: string): void {
    this.onerror?.({ message, preventDefault() {} } as ErrorEvent);
  }

  /** As browsers tell of a script that they could not get: by an event without a message. */
  goMissing(): void {
    this.onerror?.({ preventDefault() {} } as ErrorEvent);
  }
}

/** Starts such workers, and keeps them. */
export function scriptedWorkers<Q extends Questions>() {
  const workers: ScriptedRpcWorker<Q>[] = [];
  const start = (): ScriptedRpcWorker<Q> => {
    const worker = new ScriptedRpcWorker<Q>();
    workers.push(worker);
    return worker;
  };
  return { workers, start };
}

/**
 * A worker in this thread: what is said is cloned or changes hands, and arrives a turn later, as
 * between two threads.
 */
export function workerHere<Q extends Questions>(begin: (port: RpcPort<Q>) => void): RpcWorker<Q> {
  let isEnded = false;
  const later = (act: () => void) => setImmediate(() => isEnded || act());
  const port: RpcPort<Q> = {
    onmessage: null,
    postMessage(event, transfer) {
      const data = structuredClone(event, { transfer });
      later(() => worker.onmessage?.({ data } as MessageEvent<RpcEvent<Q>>));
    },
  };
  const worker: RpcWorker<Q> = {
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    postMessage(command, transfer) {
      const data = structuredClone(command, { transfer });
      later(() => port.onmessage?.({ data } as MessageEvent<RpcCommand<Q>>));
    },
    terminate() {
      isEnded = true;
    },
  };
  begin(port);
  return worker;
}

/** Explains a worker that could not be loaded. */
export const explainHere = async (name: string) => ({
  message: `${name} is not there.`,
  remedy: "Wait.",
});
