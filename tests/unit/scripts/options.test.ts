import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/project.mjs";

it.each(["0x50", "1e3", "80.0", "-1", "65536", ""])(
  "start refuses the port %j in words",
  (port) => {
    // Refused before anything is installed, built or served.
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      ["scripts/start.mjs", `--port=${port}`],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(stdout + stderr).toContain(
      `--port ${port} is not a port. Allowed: --port N (0 to 65535`,
    );
    expect(status).toBe(2);
  },
);
