/** Programs of Python, each list of them in a virtual environment of its own. */

import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { duration, ROOT, readIfThere, run, say } from "./project.mjs";

/**
 * @typedef {object} Programs
 * @property {string} folder under .cache
 * @property {string} requirements what pip is to install, a file
 * @property {string} names for people
 * @property {string} size
 * @property {string} without what is not done where they are not there
 * @property {boolean} [isWhole] the list has all that they need: nothing else is to come with them
 */

/** @satisfies {Record<string, Programs>} */
export const PROGRAMS = {
  /** What exported files are for. */
  foreign: {
    folder: "python",
    requirements: "tests/foreign/requirements.txt",
    names: "TensorFlow, Keras and onnxruntime",
    size: "about 400 MB",
    without: "so nothing was run in them",
    // tf_keras names tensorflow, and would bring it beside tensorflow-cpu: 2.4 GB.
    isWhole: true,
  },
  torch: {
    folder: "torch",
    requirements: "bench/torch/requirements.txt",
    names: "PyTorch",
    size: "about 200 MB",
    without: "so it was not measured",
  },
};

/** The Python that has them. */
export const pythonOf = (/** @type {Programs} */ { folder }) => {
  const environment = join(ROOT, ".cache", folder);
  return process.platform === "win32"
    ? join(environment, "Scripts", "python.exe")
    : join(environment, "bin", "python");
};

/** TensorFlow has builds for these. "python3" may be any, and Debian's is not always the first. */
const PYTHONS = ["python3", "/usr/bin/python3", "python3.13", "python3.12", "python3.11", "python"];
const IS_FIT =
  "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))";

/** Written when all is installed: what is cut short is never taken for whole. */
const stampOf = (/** @type {Programs} */ { folder }) => join(ROOT, ".cache", folder, "installed");

const wantedOf = (/** @type {Programs} */ { requirements }) =>
  createHash("sha256")
    .update(readIfThere(join(ROOT, requirements)) ?? "")
    .digest("hex");

/** Whether they are there as they are wanted. */
export async function areInstalled(/** @type {Programs} */ programs) {
  if (readIfThere(stampOf(programs)) !== wantedOf(programs)) return false;
  return (await run(pythonOf(programs), ["-c", ""], { capture: true })).code === 0;
}

/**
 * Installs them where the list of them is new.
 *
 * @param {Programs} programs
 * @returns {Promise<string | null>} a sentence that says why they are not there; null where they are
 */
export async function ensurePrograms(programs) {
  const { folder, requirements, names, size, without, isWhole = false } = programs;
  if (await areInstalled(programs)) return null;
  const python = pythonOf(programs);
  const environment = join(ROOT, ".cache", folder);
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  if (!(await makeEnvironment(environment))) {
    return (
      `No Python from 3.11 to 3.13 that can make a virtual environment was found for ${names}, ${without} ` +
      "(Debian and Ubuntu: sudo apt-get install python3-venv)."
    );
  }
  say(`Installing ${names} into .cache/${folder}: ${size}, a few minutes …`);
  const begun = Date.now();
  const pip = [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
    "--no-cache-dir",
  ];
  // What has no build for this machine is not to be compiled for an hour.
  const alone = isWhole ? ["--no-deps"] : [];
  const args = [...pip, "--only-binary=:all:", ...alone, "--requirement", requirements];
  const { code } = await run(python, args, { quietStdout: true });
  if (code !== 0) {
    return `pip could not install ${names} (see above; is PyPI within reach?), ${without}.`;
  }
  writeFileSync(stampOf(programs), wantedOf(programs));
  say(`Installed in ${duration(Date.now() - begun)}.`);
  return null;
}

async function makeEnvironment(/** @type {string} */ environment) {
  const python = (await findPython()) ?? (await installPython());
  const made = python
    ? await run(python, ["-m", "venv", environment], { capture: true })
    : // uv brings a Python of its own where the machine has none that is fit.
      await run("uv", ["venv", "--seed", "--python", "3.13", environment], { capture: true });
  return made.code === 0;
}

async function findPython() {
  for (const python of PYTHONS) {
    if ((await run(python, ["-c", IS_FIT], { capture: true })).code === 0) return python;
  }
  return null;
}

async function installPython() {
  await aptInstall("Python's virtual environments", "python3-venv");
  return findPython();
}
