/** Checks Node and brings node_modules in line with package-lock.json. */

import { join } from "node:path";
import { duration, fail, ROOT, readIfThere, run, say } from "./project.mjs";

const NEEDED = { major: 20, minor: 19 };

/** Ends the process with a clear message where Node is too old. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const enough = major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor);
  if (!enough) {
    fail(
      `Latent Loom needs Node ${NEEDED.major}.${NEEDED.minor} or newer; this is ${process.versions.node}. ` +
        "Get a newer one from https://nodejs.org and try again.",
    );
  }
}

/**
 * Runs `npm ci` where node_modules is missing or not what the lock file asks for.
 *
 * npm writes node_modules/.package-lock.json only at the end of a complete install, so an
 * interrupted one is never taken for good.
 */
export async function ensureDependencies() {
  checkNode();
  if (isInstalled()) return;
  say("Installing the dependencies (npm ci) …");
  const start = Date.now();
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // Under `npm start`, npm tells where it is; started by hand, the one on the path is taken.
  const npm = process.env.npm_execpath;
  const { code } =
    npm && /npm-cli\.[cm]?js$/.test(npm)
      ? await run(process.execPath, [npm, ...args], { quietStdout: true })
      : await run("npm", args, { quietStdout: true, shell: process.platform === "win32" });
  if (code !== 0) {
    fail(
      "npm ci failed (see above). Is the npm registry within reach? Nothing else was changed: " +
        "run the same command again.",
    );
  }
  say(`Dependencies installed in ${duration(Date.now() - start)}.`);
}

function isInstalled() {
  const wanted = readIfThere(join(ROOT, "package-lock.json"));
  const present = readIfThere(join(ROOT, "node_modules", ".package-lock.json"));
  if (wanted === null || present === null) return false;
  const lock = JSON.parse(wanted).packages;
  const installed = JSON.parse(present).packages;
  for (const [path, entry] of Object.entries(lock)) {
    if (path === "") continue;
    const there = installed[path];
    // Optional packages are those of other platforms too: they may be missing, not different.
    if (there ? there.version !== entry.version : !entry.optional) return false;
  }
  return true;
}
