/** What documents lead to and name is there: files, headings, commands, options, stages, layers. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, normalize, relative } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { filesUnder, ROOT } from "../../../scripts/lib/project.mjs";

const textOf = (file: string) => readFileSync(join(ROOT, file), "utf8");
const BUILT = ["src/engine/wasm/build"];
const SOURCES = ["src", "scripts", "tests", "bench"].flatMap((folder) => filesUnder(folder, BUILT));
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...filesUnder("docs"),
  ...SOURCES,
].filter((file) => file.endsWith(".md") && existsSync(join(ROOT, file)));
/** Lessons are a language of their own: their links lead to views. bench/results/ is written by commands. */
const WRITTEN = DOCUMENTS.filter(
  (file) => !/^(src\/lessons\/(?!README)|bench\/results\/)/.test(file),
);
const { scripts }: { scripts: Record<string, string> } = JSON.parse(textOf("package.json"));

/** Without blocks of code, and without code in a line. */
const proseOf = (text: string) =>
  text
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/^ {4}.*$/gm, "")
    .replace(/`[^`\n]*`/g, "``");

/** As GitHub names them: "Do devices come to the same?" is do-devices-come-to-the-same. */
const anchorsOf = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** Relative links of a document that lead nowhere. */
function brokenLinks(file: string): string[] {
  const links = [...proseOf(textOf(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, link = ""]) => link,
  );
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    // A lesson's link, as an example.
    if (file === "src/lessons/README.md" && link === "#images") return false;
    const [path = "", anchor] = link.split("#");
    const target = path ? normalize(join(dirname(file), path)) : file;
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
  });
}

describe.each(WRITTEN)("%s", (file) => {
  it("leads to files and headings that are there", () => {
    expect(brokenLinks(file)).toEqual([]);
  });

  it("names files that are there", () => {
    const named = [
      ...textOf(file).matchAll(/(?<![\w./])(?:src|tests|scripts|docs|bench|public)\/[\w./*-]+/g),
    ].map(([name]) => name.replace(/[.,]$/, ""));
    // Where a name has a star or stands for any, or is of data, the folder must be there.
    const places = named.map((name) =>
      name.startsWith("public/data") ? "public" : name.replace(/[^/]*(\*|NAME|KIND).*$/, ""),
    );
    expect(places.filter((place) => !existsSync(join(ROOT, place)))).toEqual([]);
  });

  it("names commands that are there", () => {
    const named = [...textOf(file).matchAll(/npm (?:run (?:-s )?([a-z][\w-]*)|(start|test)\b)/g)];
    const commands = named.map(([, run, own]) => run ?? own ?? "");
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
  });
});

it("sources name documents that are there", () => {
  const missing = [...SOURCES, ".dependency-cruiser.cjs"]
    .filter((file) => /\.(ts|tsx|mjs|cjs|py|css|md)$/.test(file))
    .flatMap((file) =>
      [...textOf(file).matchAll(/(?<![\w./])docs\/[\w-]+\.md/g)]
        .filter(([name]) => !existsSync(join(ROOT, name)))
        .map(([name]) => `${file}: ${name}`),
    );
  expect(missing).toEqual([]);
});

it("every document is in the index", () => {
  const index = textOf("docs/README.md");
  const own = WRITTEN.filter((file) => file !== "docs/README.md" && file !== "README.md");
  const listed = own.filter((file) => index.includes(`](${relative("docs", file)})`));
  expect(listed).toEqual(own);
});

/** Calls of commands, a line of code each or in backticks, with the lines that go on with them. */
const CALLS = WRITTEN.flatMap((file) =>
  [...textOf(file).matchAll(/npm (?:run (?:-s )?)?([\w-]+) -- ([^`\n]*(?:\n {20,}[^`\n]*)*)/g)].map(
    ([, command = "", rest = ""]) => ({ file, command, rest: rest.replace(/ # .*$/gm, "") }),
  ),
);
const optionsIn = (text: string) => [...text.matchAll(/--[a-z][\w-]*/g)].map(([option]) => option);

describe("called in documents", () => {
  afterEach(() => vi.restoreAllMocks());
  const called = [...new Set(CALLS.map(({ command }) => command))];
  const ofCommandLine = called.filter((name) => scripts[name]?.includes("scripts/cli.mjs"));

  it("are most commands", () => {
    expect(ofCommandLine.length).toBeGreaterThan(8);
    expect(called).toContain("test");
  });

  it.each(ofCommandLine)("%s has the options that it is called with", async (command) => {
    let help = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      help += text;
      return true;
    });
    const module: Record<string, (argv: string[]) => Promise<void>> = await import(
      `../../../src/cli/${command}.ts`
    );
    await (module[command] ?? module[`${command}Model`])?.(["--help"]);
    const options = optionsIn(help);
    expect(options).toContain("--help");
    const wrong = CALLS.filter((call) => call.command === command).flatMap(({ file, rest }) =>
      optionsIn(rest)
        .filter((option) => !options.includes(option))
        .map((option) => `${file}: ${option}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ["start", "scripts/start.mjs", optionsIn],
    ["build", "scripts/build.mjs", optionsIn],
    ["test", "scripts/test.mjs", (text: string) => text.match(/[a-z0-9]+/g) ?? []],
  ] as const)("%s takes what it is called with", (command, script, wordsIn) => {
    // Refused before anything is installed or run, and told what is allowed.
    const { stderr } = spawnSync(process.execPath, [join(ROOT, script), "--nothing"], {
      encoding: "utf8",
    });
    const allowed = wordsIn(stderr.replace(/^.*Allowed:/s, ""));
    expect(allowed.length).toBeGreaterThan(0);
    const given = CALLS.filter((call) => call.command === command).flatMap(({ rest }) =>
      wordsIn(rest),
    );
    expect(given.filter((word) => !allowed.includes(word))).toEqual([]);
  });
});

it("the picture of the layers is that of the rules", () => {
  const { forbidden }: { forbidden: { name: string }[] } = createRequire(import.meta.url)(
    join(ROOT, ".dependency-cruiser.cjs"),
  );
  const rules = forbidden.flatMap(({ name }) => {
    const [, layer, others] = /^(.+)-imports-only-itself-?(.*)$/.exec(name) ?? [];
    return layer ? [[layer, others ? others.split("-") : []] as const] : [];
  });
  const allowed = new Map(rules);
  const below = (layer: string): string[] =>
    (allowed.get(layer) ?? []).flatMap((other) => [other, ...below(other)]);
  const arrows = rules.flatMap(([layer, others]) =>
    others
      .filter((other) => !others.some((through) => below(through).includes(other)))
      .map((other) => `${layer} --> ${other}`),
  );
  const drawn = textOf("docs/architecture.md").match(/^ {2}.* --> .*$/gm) ?? [];
  expect(drawn.map((arrow) => arrow.trim()).sort()).toEqual(arrows.sort());
});

it("the README is short", () => {
  expect(textOf("README.md").split("\n").length).toBeLessThanOrEqual(150);
});

it("folders of src have a line each", () => {
  const text = textOf("src/README.md");
  const folders = [...new Set(SOURCES.map((file) => /^src\/([\w-]+)\//.exec(file)?.[1]))].filter(
    (name) => name !== undefined && statSync(join(ROOT, "src", name)).isDirectory(),
  );
  expect(folders.filter((name) => !text.includes(`\`${name}/\``))).toEqual([]);
});
