/** A helper thread of the WASM device in a browser. */

import { serveThread } from "../engine/wasm/kernels";
import type { ThreadStart } from "../engine/wasm/platform";

addEventListener("message", ({ data }: MessageEvent<ThreadStart>) => {
  serveThread(data);
  close();
});
