/** The machine's Python, where it has one with NumPy. */

import { execFileSync } from "node:child_process";

/** Debian's NumPy belongs to Debian's own Python, which need not be the first on the path. */
const PYTHONS = ["/usr/bin/python3", "python3"];

/**
 * The path of the first Python that imports the module; null where none does.
 *
 * It is what the interpreter says of itself: "python3" may be a launcher, which needs the caller's
 * environment to find the interpreter again.
 */
export function pythonWith(module: string): string | null {
  for (const python of PYTHONS) {
    try {
      const program = `import sys, ${module}; print(sys.executable)`;
      return execFileSync(python, ["-c", program], { stdio: ["ignore", "pipe", "ignore"] })
        .toString()
        .trim();
    } catch {
      // The next one may have it.
    }
  }
  return null;
}
