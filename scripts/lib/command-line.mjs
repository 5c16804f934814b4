/**
 * Puts src/cli/main.ts and what it imports into few files of JavaScript, once for each state of the
 * sources: a command starts in 0.5 s of processor time, where compiling 300 files anew took 2.1.
 */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { filesUnder, hashFiles, ROOT, run } from "./project.mjs";

const FOLDER = join(ROOT, ".cache/command-line");
const MAIN = "src/cli/main.ts";
const TFJS = "@tensorflow/tfjs";
/** Who still runs an old one may load another part of it. */
const KEPT_DAYS = 7;

/**
 * The file to run.
 *
 * @param {string} [name] tells apart what is built with other plugins
 * @param {readonly import("vite").Plugin[]} [plugins] come before ours
 * @param {readonly string[]} [sources] files that only the plugins use
 */
export async function commandLine(name = "own", plugins = [], sources = []) {
  const files = [
    ...filesUnder("src", ["src/ui", "src/lessons", "src/engine/wasm/build"]),
    ...sources,
    "scripts/lib/command-line.mjs",
    "node_modules/vite/package.json",
    `node_modules/${TFJS}/package.json`,
  ];
  const folder = join(FOLDER, `${name}-${hashFiles(files).slice(0, 16)}`);
  const main = join(folder, "main.mjs");
  if (!existsSync(main)) {
    const unfinished = `${folder}-${process.pid}`;
    await bundle(unfinished, plugins);
    removeOld();
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      // Another command was built at the same time.
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(main)) throw error;
    }
  }
  return main;
}

/** Runs a command, and waits for its end. @param {readonly string[]} argv @param {Parameters<typeof run>[2]} [options] */
export async function runCommand(argv, options) {
  return run(process.execPath, [...NODE_OPTIONS, await commandLine(), ...argv], options);
}

/** Errors of ours name their place in the sources. */
export const NODE_OPTIONS = ["--enable-source-maps"];

/** @param {string} folder @param {readonly import("vite").Plugin[]} plugins */
async function bundle(folder, plugins) {
  const { build } = await import("vite");
  mkdirSync(folder, { recursive: true });
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: "error",
    plugins: [...plugins, inPlace, requiredTfjs],
    build: {
      ssr: MAIN,
      target: "node20",
      outDir: folder,
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        // Packages stay where they are, and need not be there: `npm start` does without the bench's.
        external: (id) => /^[^./\0]/.test(id) && !isAbsolute(id) && id !== TFJS,
        output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
      },
    },
  });
}

/** What the sources find beside themselves, they find beside themselves still. @type {import("vite").Plugin} */
const inPlace = {
  name: "in-place",
  enforce: "pre",
  transform(code, id) {
    if (!code.includes("import.meta.url")) return null;
    const address = JSON.stringify(pathToFileURL(id.split("?")[0] ?? id).href);
    return { code: code.replaceAll("import.meta.url", address), map: null };
  },
};

/**
 * tfjs by `require`: before it imports CommonJS, Node looks through its text for names of exports, which
 * took 0.45 s of each start, and the maps to tfjs's own sources another 0.1.
 *
 * @type {import("vite").Plugin}
 */
const requiredTfjs = {
  name: "required-tfjs",
  enforce: "pre",
  resolveId: (id) => (id === TFJS ? `\0${TFJS}` : null),
  load(id) {
    if (id !== `\0${TFJS}`) return null;
    const place = JSON.stringify(join(ROOT, "package.json"));
    const names = Object.keys(createRequire(join(ROOT, "package.json"))(TFJS));
    return `
      import { createRequire } from "node:module";
      process.setSourceMapsEnabled(false);
      const tf = createRequire(${place})(${JSON.stringify(TFJS)});
      process.setSourceMapsEnabled(true);
      export const { ${names.join(", ")} } = tf;
    `;
  },
};

function removeOld() {
  const limit = Date.now() - KEPT_DAYS * 86_400_000;
  for (const name of readdirSync(FOLDER)) {
    const folder = join(FOLDER, name);
    if (statSync(folder).mtimeMs < limit) rmSync(folder, { recursive: true, force: true });
  }
}
