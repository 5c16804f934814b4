/** Where things are, and how the scripts start other programs. Plain Node: runs before `npm ci`. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

// Without a reader (`npm start | head`) the work goes on: what is written is progress.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

/** Progress goes to stderr: stdout belongs to the commands' own results. */
export function say(/** @type {string} */ line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the process with a message for people, without a stack trace. @returns {never} */
export function fail(/** @type {string} */ message, code = 1) {
  say(message);
  process.exit(code);
}

/** "0.8 s", "2 min 05 s". */
export function duration(/** @type {number} */ milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/**
 * Runs a program in the project's folder and waits for it.
 *
 * With `capture`, its stdout and stderr come back in `output`; otherwise they are shown.
 * A program that cannot be started gives code 127.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ capture?: boolean, env?: NodeJS.ProcessEnv, shell?: boolean, quietStdout?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const shown = options.quietStdout ? process.stderr.fd : "inherit";
    const child = spawn(command, [...args], {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      shell: options.shell ?? false,
      stdio: options.capture ? ["ignore", "pipe", "pipe"] : ["ignore", shown, "inherit"],
    });
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => resolve({ code: signal ? 1 : (code ?? 1), output }));
  });
}

/** Runs a JavaScript program of node_modules with this Node, which also works on Windows. */
export function runTool(
  /** @type {string} */ file,
  /** @type {readonly string[]} */ args,
  /** @type {Parameters<typeof run>[2]} */ options = {},
) {
  return run(process.execPath, [join(ROOT, "node_modules", file), ...args], options);
}

/** All files under a path (a file stands for itself), relative to the root, sorted. */
export function filesUnder(/** @type {string} */ path, skip = /** @type {string[]} */ ([])) {
  const start = join(ROOT, path);
  /** @type {string[]} */
  const found = [];
  const visit = (/** @type {string} */ full) => {
    const name = relative(ROOT, full).split(sep).join("/");
    if (skip.includes(name)) return;
    const entries = listing(full);
    if (entries === null) found.push(name);
    else for (const entry of entries) visit(join(full, entry));
  };
  try {
    visit(start);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return found.sort();
}

function listing(/** @type {string} */ path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOTDIR") return null;
    throw error;
  }
}

function isMissing(/** @type {unknown} */ error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT";
}

/** A file's text, or null where there is none. */
export function readIfThere(/** @type {string} */ path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** SHA-256 over names and contents: equal exactly when nothing was changed, added or removed. */
export function hashFiles(/** @type {readonly string[]} */ files) {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}

/**
 * The wanted port where it is free, else any free one.
 *
 * @param {number} wanted 0 takes any.
 * @param {string} host
 * @returns {Promise<number>}
 */
export async function freePort(wanted, host) {
  const attempt = (/** @type {number} */ port) =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(port, host, () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address ? address.port : port));
      });
    });
  try {
    return await attempt(wanted);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE") throw error;
    return attempt(0);
  }
}
