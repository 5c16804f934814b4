/** Exports as the page sees them: a net goes in, a zip comes out. */

import type { ExportEvent, ExportRequest } from "../protocol/export";
import { endOfWorker, isNotLoaded } from "../protocol/worker-end";
import { type Explain, explainMissing } from "./worker-end";

/** What this needs of a Worker. */
export interface ExportWorkerLike {
  postMessage(request: ExportRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<ExportEvent>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A net that could not be exported; the message also says what to do about it. */
export class ExportFailure extends Error {
  override readonly name = "ExportFailure";
}

/**
 * Writes a net as one zip, in a worker that lives as long as the work: tfjs takes 20 MB.
 *
 * @throws ExportFailure
 */
export function exportNet(
  request: ExportRequest,
  workerFactory: () => ExportWorkerLike,
  explain: Explain = explainMissing,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const worker = workerFactory();
    const end = (act: () => void) => {
      worker.onmessage = null;
      worker.onerror = null;
      worker.terminate();
      act();
    };
    worker.onmessage = ({ data }) =>
      end(() => {
        if (data.type === "done") resolve(data.zip);
        else reject(new ExportFailure(`${data.message} ${data.remedy}`));
      });
    worker.onerror = (error) => {
      error.preventDefault();
      const { message } = error;
      if (isNotLoaded(message, false)) end(() => void notLoaded());
      else {
        const why = `${endOfWorker("The export", message, false)}. Try it again.`;
        end(() => reject(new ExportFailure(why)));
      }
    };
    const notLoaded = async () => {
      const { message, remedy } = await explain("The export");
      reject(new ExportFailure(`${message} ${remedy}`));
    };
    worker.postMessage(request);
  });
}
