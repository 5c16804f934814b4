/** Gets the data set where that is possible; the app works on synthetic garments without it. */

import { runTypeScript } from "./project.mjs";

export async function ensureData() {
  await runTypeScript("src/cli/main.ts", ["data", "--optional"], { quietStdout: true });
}
