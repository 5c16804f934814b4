/** Checks Node and brings node_modules in line with package-lock.json, or with the part that is needed. */

import { join } from "node:path";
import { duration, fail, ROOT, readIfThere, run, say } from "./project.mjs";

const NEEDED = { major: 20, minor: 19 };

/**
 * The page and the command line live on the `dependencies` alone; `all` are the `devDependencies`
 * too: 1,055 MB instead of 590, for tests, benches and WebGPU in Node.
 *
 * @typedef {"page" | "all"} Need
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }} Entry
 *   of a lock file's `packages`
 */

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
export async function ensureDependencies(need = /** @type {Need} */ ("all")) {
  checkNode();
  const lock = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
  if (lock && isInstalled(lock, installed, need)) return;
  const scope = need === "all" || hasDevelopment(lock, installed) ? "--include=dev" : "--omit=dev";
  say(`Installing the dependencies (npm ci ${scope}) …`);
  const start = Date.now();
  const args = ["ci", scope, "--no-audit", "--no-fund", "--loglevel=error"];
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

/** @returns {Record<string, Entry> | null} null where there is no such file */
function packagesOf(/** @type {string} */ lockFile) {
  const text = readIfThere(join(ROOT, lockFile));
  return text === null ? null : JSON.parse(text).packages;
}

/**
 * Whether all that is needed is there, in the lock file's versions. What is there besides does not
 * matter.
 *
 * @param {Record<string, Entry>} lock
 * @param {Record<string, Entry> | null} installed
 * @param {Need} need
 */
function isInstalled(lock, installed, need) {
  if (installed === null) return false;
  for (const [path, { version, dev, optional, devOptional }] of Object.entries(lock)) {
    if (path === "" || (dev && need === "page")) continue;
    const there = installed[path];
    // Optional packages are those of other platforms too: they may be missing, not different.
    const mayMiss = optional || (devOptional && need === "page");
    if (there ? there.version !== version : !mayMiss) return false;
  }
  return true;
}

/**
 * Whether the development's packages are there: `npm ci` begins with an empty folder, and who has them
 * keeps them.
 *
 * @param {Record<string, Entry> | null} lock
 * @param {Record<string, Entry> | null} installed
 */
function hasDevelopment(lock, installed) {
  return Object.keys(installed ?? {}).some((path) => lock?.[path]?.dev);
}
