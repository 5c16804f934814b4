/**
 * `npm test`: every check, a summary line for each, and "N passed, N failed" at the end.
 *
 * `npm test -- unit e2e` runs only the stages named.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { buildPage } from "./build.mjs";
import { buildWasm } from "./build-wasm.mjs";
import { ensureBrowser, NO_BROWSER } from "./lib/browser.mjs";
import { ensureData } from "./lib/data.mjs";
import { BROWSERS, ensureFromDebian, SERVERS } from "./lib/debian-programs.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { duration, fail, runTool, say } from "./lib/project.mjs";
import { ensurePrograms, PROGRAMS } from "./lib/python.mjs";

/**
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} milliseconds
 * @property {string[]} [failures] What failed and how, said once more at the end.
 * @property {string} [missing] What it lacked, where it did not run.
 */

/** Enough for a counterexample or a difference of a few lines. */
const LINES_OF_A_FAILURE = 20;

/** TypeScript 7, in Go: a quarter of the time; dependency-cruiser reads files by version 6. */
const TSC = "typescript-native/bin/tsc";
const TSCONFIGS = [
  "src/tsconfig.core.json",
  "src/tsconfig.worker.json",
  "src/tsconfig.page.json",
  "src/cli/tsconfig.json",
  "tests/tsconfig.json",
  "scripts/tsconfig.json",
  "bench/tsconfig.json",
];

/** Tools that need nothing but the sources: name, program of node_modules, arguments. */
const CHECKS = [
  { stage: "lint", name: "format and lint", tool: "@biomejs/biome/bin/biome", args: ["check"] },
  // AssemblyScript has decorators where TypeScript has none: biome does not read it.
  {
    stage: "lint",
    name: "format of the kernels",
    tool: "prettier/bin/prettier.cjs",
    args: ["--check", "src/engine/wasm/assembly"],
  },
  ...TSCONFIGS.map((config) => ({
    stage: "types",
    name: `types ${config}`,
    tool: TSC,
    args: ["-p", config],
  })),
  {
    stage: "layers",
    name: "layers",
    tool: "dependency-cruiser/bin/dependency-cruise.mjs",
    args: ["--config", ".dependency-cruiser.cjs", "src", "tests"],
  },
  { stage: "unused", name: "unused code", tool: "knip/bin/knip.js", args: ["--no-progress"] },
];
const CHROMIUM_SUITES = ["unit", "commands", "browser", "e2e", "hosts"];
const SUITES = [...CHROMIUM_SUITES, "browsers"];
const STAGES = [...new Set(CHECKS.map((check) => check.stage)), "build", ...SUITES, "foreign"];

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !STAGES.includes(name));
if (unknown) fail(`There is no stage "${unknown}". Allowed: ${STAGES.join(", ")}.`, 2);
const wants = (/** @type {string} */ stage) => chosen.length === 0 || chosen.includes(stage);

/** @type {Outcome[]} */
const outcomes = [];
const begun = Date.now();

await ensureDependencies();
const kernels = await timed("kernels build", buildWasm);
if (kernels.failed) outcomes.push(kernels);

await inParallel(CHECKS.filter((check) => wants(check.stage)));
if (SUITES.some(wants)) await ensureData();
// The unit tests of WebGPU take the software driver that comes with the browser.
const browser = CHROMIUM_SUITES.some(wants) ? await ensureBrowser() : null;
if (browser) process.env.CHROME_PATH = browser;
if (wants("unit")) report(await suite("unit and golden tests", ["unit"]));
if (wants("commands")) report(await suite("commands in processes", ["commands"]));
if (["browser", "e2e", "hosts"].some(wants)) {
  if (!browser)
    report({ name: "a browser to test with", passed: 0, failed: 1, milliseconds: 0 }, NO_BROWSER);
  if (browser && wants("browser")) report(await suite("browser tests", ["browser"]));
  if (browser && ["e2e", "hosts", "build"].some(wants)) {
    const built = await timed("page build", buildPage);
    report(built);
    if (built.failed === 0 && wants("e2e"))
      report(await suite("end-to-end tests", ["e2e", "e2e-alone"]));
    if (built.failed === 0 && wants("hosts")) {
      await ensureToTest(SERVERS, "on");
      report(await suite("tests on web servers", ["hosts"]));
    }
  }
} else if (wants("build")) report(await timed("page build", buildPage));
if (wants("browsers")) {
  await ensureToTest(BROWSERS, "in");
  report(await suite("tests in other browsers", ["browsers"]));
}
if (wants("foreign")) {
  const name = "exports in Keras and ONNX";
  const missing = await ensurePrograms(PROGRAMS.foreign);
  if (missing === null) report(await suite(name, ["foreign"]));
  // Whoever runs it by hand may be without a network; a check of every change must not be.
  else
    report({ name, passed: 0, failed: process.env.CI ? 1 : 0, milliseconds: 0, missing }, missing);
}

say("");
// Hundreds of lines lie between a failure and the end, and a log may be kept in part.
for (const failure of outcomes.flatMap(({ failures = [] }) => failures)) say(`${failure}\n`);
for (const outcome of outcomes) say(line(outcome));
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
say(`All stages in ${duration(Date.now() - begun)}.`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

/** Gets browsers or servers; each that cannot be had is reported, and fails a check of every change. */
async function ensureToTest(/** @type {typeof SERVERS} */ programs, /** @type {string} */ where) {
  for (const { name, missing } of await ensureFromDebian(programs)) {
    const failed = process.env.CI ? 1 : 0;
    report(
      { name: `tests ${where} ${name}`, passed: 0, failed, milliseconds: 0, missing },
      missing,
    );
  }
}

/** Runs the tools at once, as many as there are cores; output is shown only of those that fail. */
async function inParallel(/** @type {typeof CHECKS} */ checks) {
  const waiting = [...checks];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const start = Date.now();
      const { code, output } = await runTool(check.tool, check.args, { capture: true });
      const ok = code === 0;
      report(
        {
          name: check.name,
          passed: ok ? 1 : 0,
          failed: ok ? 0 : 1,
          milliseconds: Date.now() - start,
        },
        ok ? "" : output,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** @returns {Promise<Outcome>} */
async function timed(/** @type {string} */ name, /** @type {() => Promise<boolean>} */ work) {
  const start = Date.now();
  const ok = await work();
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, milliseconds: Date.now() - start };
}

/** Runs projects of vitest.config.ts and counts their tests. @returns {Promise<Outcome>} */
async function suite(/** @type {string} */ name, /** @type {string[]} */ projects) {
  const start = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "latent-loom-test-"));
  const file = join(folder, "report.json");
  const { code } = await runTool("vitest/vitest.mjs", [
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  let passed = 0;
  let failed = 0;
  /** @type {string[]} */
  let failures = [];
  try {
    const counts = JSON.parse(readFileSync(file, "utf8"));
    passed = counts.numPassedTests;
    failed = counts.numFailedTests;
    failures = counts.testResults.flatMap(failuresOf);
  } catch (error) {
    say(`${name}: vitest wrote no report (${error instanceof Error ? error.message : error}).`);
  }
  rmSync(folder, { recursive: true, force: true });
  // A file that does not load, or an error outside any test, has no failed test of its own.
  failed = Math.max(failed, failures.length, code === 0 ? 0 : 1);
  return { name, passed, failed, milliseconds: Date.now() - start, failures };
}

/**
 * The failures of one file of vitest's report in the form of Jest's.
 *
 * @param {{ name: string, message: string, assertionResults: {
 *   status: string, fullName: string, failureMessages: string[] }[] }} file
 */
function failuresOf({ name, message, assertionResults }) {
  const path = relative(process.cwd(), name);
  const failed = assertionResults.filter(({ status }) => status === "failed");
  const told = failed.map(({ fullName, failureMessages }) => [
    fullName,
    failureMessages.join("\n"),
  ]);
  // A file that does not load has a message of its own and no tests.
  if (told.length === 0 && message) told.push(["", message]);
  return told.map(([test, why]) => {
    const lines = `${why}`.split("\n").slice(0, LINES_OF_A_FAILURE);
    return [`✗ ${path}${test ? ` > ${test}` : ""}`, ...lines].join("\n    ");
  });
}

function report(/** @type {Outcome} */ outcome, detail = "") {
  outcomes.push(outcome);
  if (detail) say(detail.trimEnd());
  say(line(outcome));
}

function line(/** @type {Outcome} */ { name, passed, failed, milliseconds, missing }) {
  if (missing && failed === 0) return `– ${name.padEnd(30)} skipped: ${missing}`;
  const mark = failed === 0 ? "✓" : "✗";
  const counts = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
  return `${mark} ${name.padEnd(30)} ${counts.padEnd(22)} ${duration(milliseconds)}`;
}
