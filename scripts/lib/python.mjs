/** The programs that exported files are for, TensorFlow and others, in a virtual environment. */

import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { duration, ROOT, readIfThere, run, say } from "./project.mjs";

const REQUIREMENTS = "tests/foreign/requirements.txt";
const ENVIRONMENT = join(ROOT, ".cache", "python");
/** Written when all is installed: what is cut short is never taken for whole. */
const INSTALLED = join(ENVIRONMENT, "installed");

export const FOREIGN_PYTHON =
  process.platform === "win32"
    ? join(ENVIRONMENT, "Scripts", "python.exe")
    : join(ENVIRONMENT, "bin", "python");

/** TensorFlow has builds for these. "python3" may be any, and Debian's is not always the first. */
const PYTHONS = ["python3", "/usr/bin/python3", "python3.13", "python3.12", "python3.11", "python"];
const IS_FIT =
  "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))";

/**
 * Installs them where the list of them is new.
 *
 * @returns {Promise<string | null>} a sentence that says why they are not there; null where they are
 */
export async function ensureForeignPrograms() {
  const wanted = createHash("sha256")
    .update(readIfThere(join(ROOT, REQUIREMENTS)) ?? "")
    .digest("hex");
  const works = async () => (await run(FOREIGN_PYTHON, ["-c", ""], { capture: true })).code === 0;
  if (readIfThere(INSTALLED) === wanted && (await works())) return null;
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  if (!(await makeEnvironment())) {
    return (
      "No Python from 3.11 to 3.13 that can make a virtual environment was found, so exported files were not run in " +
      "Keras and onnxruntime (Debian and Ubuntu: sudo apt-get install python3-venv)."
    );
  }
  say(
    "Installing TensorFlow, Keras and onnxruntime into .cache/python: about 400 MB, a few minutes …",
  );
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
  const args = [...pip, "--only-binary=:all:", "--requirement", REQUIREMENTS];
  const { code } = await run(FOREIGN_PYTHON, args, { quietStdout: true });
  if (code !== 0) {
    return "pip could not install Keras and onnxruntime (see above; is PyPI within reach?), so exported files were not run in them.";
  }
  writeFileSync(INSTALLED, wanted);
  say(`Installed in ${duration(Date.now() - begun)}.`);
  return null;
}

async function makeEnvironment() {
  const python = (await findPython()) ?? (await installPython());
  const made = python
    ? await run(python, ["-m", "venv", ENVIRONMENT], { capture: true })
    : // uv brings a Python of its own where the machine has none that is fit.
      await run("uv", ["venv", "--seed", "--python", "3.13", ENVIRONMENT], { capture: true });
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
