/** The machine's Python, where it has one with NumPy. */

import { execFileSync } from "node:child_process";

/** Debian's NumPy belongs to Debian's own Python, which need not be the first on the path. */
const PYTHONS = ["/usr/bin/python3", "python3"];

/** The first Python that imports the module; null where none does. */
export function pythonWith(module: string): string | null {
  return (
    PYTHONS.find((python) => {
      try {
        execFileSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}
