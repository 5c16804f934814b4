/** The Python that runs the exported notebooks in the tests. */

import { aptInstall } from "./apt.mjs";
import { run } from "./project.mjs";

/** Debian's NumPy belongs to Debian's own Python, which need not be the first on the path. */
const PYTHONS = ["/usr/bin/python3", "python3"];

/** Gets NumPy through apt where no Python has it and we may; without it these tests are skipped. */
export async function ensureNumpy() {
  for (const python of PYTHONS) {
    if ((await run(python, ["-c", "import numpy"], { capture: true })).code === 0) return;
  }
  await aptInstall("NumPy", "python3-numpy");
}
