/** Gets the data set where that is possible; the app works on synthetic garments without it. */

import { runCommand } from "./command-line.mjs";

export async function ensureData() {
  await runCommand(["data", "--optional"], { quietStdout: true });
}
