/** Run files as the page makes and reads them: each by a worker of its own that ends with it. */

import type { FileAnswer, FileCommand } from "../protocol/files";
import { isNotLoaded } from "../protocol/worker-end";
import type { RunFile } from "../storage/file/run-file";
import { type Explain, explainMissing } from "./worker-end";

/** What this needs of a Worker. */
export interface FileWorkerLike {
  postMessage(command: FileCommand, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FileAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface RunFiles {
  pack(run: RunFile): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes the bytes: they are empty afterwards. */
  unpack(bytes: Uint8Array<ArrayBuffer>, id: string): Promise<RunFile>;
}

/** A file that is no run, or cannot be made; the message says why. */
export class FileRefusedError extends Error {
  override readonly name = "FileRefusedError";
}

/** Milliseconds after which a file has had its time: the largest take about 2 s. */
const PATIENCE = 30_000;

export function createRunFiles(
  workerFactory: () => FileWorkerLike,
  patience: number = PATIENCE,
  explain: Explain = explainMissing,
): RunFiles {
  const ask = (command: FileCommand, transfer: Transferable[]): Promise<FileAnswer> =>
    new Promise((resolve, reject) => {
      const worker = workerFactory();
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        worker.terminate();
        settle();
      };
      const fail = (why: string) => () => reject(new FileRefusedError(why));
      const notLoaded = async () => {
        const { message, remedy } = await explain(
          "the part of the page that reads and writes files",
        );
        fail(`${message} ${remedy}`)();
      };
      const timer = setTimeout(() => end(fail("It takes too long to read.")), patience);
      worker.onmessage = ({ data }) => end(() => resolve(data));
      worker.onerror = (event) => {
        event.preventDefault();
        if (isNotLoaded(event.message, false)) end(() => void notLoaded());
        else end(fail("It takes more memory than there is, or is damaged."));
      };
      worker.postMessage(command, transfer);
    });

  return {
    async pack(run) {
      const answer = await ask({ type: "pack", run }, []);
      if (answer.type === "packed") return answer.bytes;
      throw new FileRefusedError(answer.type === "refused" ? answer.message : "It went wrong.");
    },
    async unpack(bytes, id) {
      const answer = await ask({ type: "unpack", bytes, id }, [bytes.buffer]);
      if (answer.type === "unpacked") return answer.run;
      throw new FileRefusedError(answer.type === "refused" ? answer.message : "It went wrong.");
    },
  };
}
