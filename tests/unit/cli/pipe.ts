import { execFileSync } from "node:child_process";

/** A pipe of that name: Node makes none itself. */
export function makePipe(path: string): void {
  execFileSync("sh", ["-c", 'mkfifo "$0"', path]);
}
