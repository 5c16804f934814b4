/** The thread that UMAP lays codes out in: it takes seconds; who wants it no longer, ends the thread. */

import { LabError } from "../protocol/lab";
import type { UmapEvent, UmapRequest } from "../protocol/umap";
import { layOut } from "./umap";

const post = (event: UmapEvent): void => self.postMessage(event);

self.onmessage = ({ data }: MessageEvent<UmapRequest>) => {
  try {
    post({ type: "done", positions: layOut(data, post, () => performance.now()) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post({ type: "error", message, remedy: error instanceof LabError ? error.remedy : null });
  }
};
