/** Scripts and styles, libraries' included, keep to what the oldest browsers have. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Node, parse } from "acorn";
import { full } from "acorn-walk";
import postcss from "postcss";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/lib/project.mjs";
import {
  atRuleLack,
  builtinsWith,
  functionLack,
  globalLack,
  keywordLack,
  type Lack,
  memberLack,
  OLDEST,
  propertyLack,
  selectorLack,
} from "./support";

/** Service workers lie beside the page. */
const FOLDERS = ["dist", "dist/assets"].map((folder) => join(ROOT, folder));
const built = (ending: string) =>
  FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") })),
  );

/** Features that some of the oldest browsers lack, with those and the files that have it. */
class Findings {
  readonly #found = new Map<string, { lack: readonly string[]; files: Set<string> }>();

  add(feature: string, lack: Lack, file: string): void {
    if (!lack || lack.length === 0) return;
    const entry = this.#found.get(feature) ?? { lack, files: new Set() };
    entry.files.add(file);
    this.#found.set(feature, entry);
  }

  /** All but those that are excused, a line each; and the excuses that nothing needs. */
  except(excuses: readonly Excuse[]): string[] {
    const isExcused = (feature: string) => excuses.some(([excused]) => excused.test(feature));
    const features = [...this.#found.keys()];
    const idle = excuses.filter(([excused]) => !features.some((feature) => excused.test(feature)));
    return [
      ...[...this.#found]
        .filter(([feature]) => !isExcused(feature))
        .map(([feature, { lack, files }]) => {
          return `${feature}: not in ${lack.join(", ")}; used in ${[...files].join(", ")}`;
        }),
      ...idle.map(([excused]) => `${excused}: no longer used, so it need not be excused`),
    ];
  }
}

/** Features that some of the oldest browsers lack, and why that is no fault. */
type Excuse = readonly [RegExp, string];

const SCRIPTS: readonly Excuse[] = [
  [/^GPU/, "reached only where navigator.gpu is"],
  [/^Error\.captureStackTrace$/, "fflate looks whether it is there"],
  [/^(\.toHex|Uint8Array\.fromHex)$/, "@noble/hashes looks whether they are there"],
  [/^TouchEvent$/, "Mantine looks whether it is there"],
  [/^\.displayName$/, "React components', not functions' own"],
  [/^Symbol\.dispose$/, "HDF5's library looks whether it is there"],
  [/^\.InternalError$/, "the JPEG encoder's own"],
  [/^\.resize$/, "the map's own picture's, not an ArrayBuffer's"],
  [/^\.difference$/, "a ladder's rung's, not a Set's"],
  [/^\.grow$/, "WebAssembly.Memory's, not a SharedArrayBuffer's"],
];

const STYLES: readonly Excuse[] = [
  [/^cursor: /, "iOS shows none"],
  [/^-webkit-touch-callout$/, "takes off what the others do not show"],
  [/^resize(: (none|vertical))?$/, "iOS has no handle to resize by"],
  [/^@page$/, "paper gets the browser's own margins"],
  [/^print-color-adjust: exact$/, "stands with -webkit- before it, too"],
  [/^zoom$/, "on paper alone, where older Firefoxes shrink by themselves what is too wide"],
  [/^break-after: avoid$/, "a heading may end a sheet"],
  [/^text-wrap(: pretty)?$/, "lines break as they always did"],
  [/^-webkit-tap-highlight-color$/, "takes off what the others do not draw"],
  [/^text-box-(trim|edge)(: .*)?$/, "Mantine's, where a component asks for it: none of ours does"],
  [/^rect\(\)$/, "of clip, which is as old as CSS"],
  [/^scrollbar-(width|color)(: thin)?$/, "scroll bars then look as the browser has them"],
  [/^justify-content: safe$/, "a row of layers then begins at the left, not in the middle"],
];

const TYPES: readonly Excuse[] = [
  [/^GPU/, "reached only where navigator.gpu is"],
  [/^StorageManager\.estimate$/, "called with ?."],
  [/^IDBFactory\.databases$/, "called with ?."],
  [/^PointerEvent\.getCoalescedEvents$/, "called with ?."],
];

/** Nodes of acorn as we read them: what a kind has not is undefined. */
interface Anything extends Node {
  readonly name?: string;
  readonly id?: { readonly name: string } | null;
  readonly object: { readonly type: string; readonly name: string };
  readonly property: { readonly name: string };
  readonly computed: boolean;
}

/** Every name that a script declares anywhere: as short as a minifier makes them. */
function declaredNames(ast: Node): Set<string> {
  const names = new Set<string>();
  full(ast, (node, _state, type) => {
    const { name, id } = node as Anything;
    if (type === "VariablePattern" && name) names.add(name);
    if (id?.name) names.add(id.name);
  });
  return names;
}

function findInScript(text: string, file: string, found: Findings): void {
  // Throws at syntax that is younger.
  const ast = parse(text, { ecmaVersion: 2022, sourceType: "module" });
  const declared = declaredNames(ast);
  full(ast, (node) => {
    const { type, name = "", object, property, computed } = node as Anything;
    if (type === "Identifier" && !declared.has(name)) found.add(name, globalLack(name), file);
    if (type !== "MemberExpression" || computed) return;
    const member = property.name;
    if (object.type === "Identifier" && globalLack(object.name) && !declared.has(object.name)) {
      found.add(`${object.name}.${member}`, memberLack(object.name, member), file);
      return;
    }
    const lacks = builtinsWith(member).map((owner) => memberLack(owner, member));
    // Where an older class has it too, it may be that one's.
    if (lacks.every((lack) => lack && lack.length > 0)) {
      found.add(`.${member}`, lacks[0] ?? null, file);
    }
  });
}

describe("what is too young", () => {
  it("is found in scripts, whoever's name a variable has", () => {
    const found = new Findings();
    const script = `
      AbortSignal.any([]); new WebTransport(x); Object.groupBy(a, f); Array.fromAsync(a);
      s.isSubsetOf(t); buffer.transfer(); [].toReversed(); s.isWellFormed(); [].at(-1);
      const Temporal = 1; print(Temporal, a.union);`;
    findInScript(script, "a.js", found);
    expect(found.except([]).map((line) => line.replace(/:.*/, ""))).toEqual([
      "AbortSignal.any",
      "WebTransport",
      "Object.groupBy",
      "Array.fromAsync",
      ".isSubsetOf",
      ".transfer",
      ".union",
    ]);
    expect(found.except([])[0]).toBe(
      "AbortSignal.any: not in chrome 111, edge 111, firefox 121, safari 16.4, safari_ios 16.4; used in a.js",
    );
    expect(() => findInScript("/[a--b]/v", "a.js", found)).toThrow(/regular expression/i);
  });

  it("is found in styles", () => {
    const found = new Findings();
    const sheet = `
      a:has(b) { color: light-dark(red, color-mix(in srgb, red, blue)); user-select: none }
      a { &:hover { width: 1dvh; -webkit-user-select: none; user-select: none } }
      @starting-style { a { field-sizing: content; display: grid } }
      @container (width > 1px) { details:open { position-anchor: --a } }`;
    findInStyle(sheet, "a.css", found);
    expect(found.except([]).map((line) => line.replace(/: not in.*/, ""))).toEqual([
      "light-dark()",
      "user-select",
      "&",
      "@starting-style",
      "field-sizing",
      "field-sizing: content",
      ":open",
      "position-anchor",
    ]);
  });
});

describe(`scripts and styles need no more than ${OLDEST.map((one) => one.join(" ")).join(", ")}`, () => {
  it("in the scripts that are built", () => {
    const found = new Findings();
    for (const { name, text } of built(".js")) findInScript(text, name, found);
    expect(found.except(SCRIPTS)).toEqual([]);
  });

  it("in the styles that are built", () => {
    const found = new Findings();
    for (const { name, text } of built(".css")) findInStyle(text, name, found);
    expect(found.except(STYLES)).toEqual([]);
  });

  it("in our own scripts, by the types of what they use", () => {
    const found = new Findings();
    for (const config of ["src/tsconfig.page.json", "src/tsconfig.worker.json"]) {
      findByType(config, found);
    }
    expect(found.except(TYPES)).toEqual([]);
  });
});

function findInStyle(text: string, file: string, found: Findings): void {
  postcss.parse(text).walk((node) => {
    if (node.type === "atrule") found.add(`@${node.name}`, atRuleLack(node.name), file);
    if (node.type === "rule") {
      if (node.parent?.type === "rule") found.add("&", selectorLack("nesting"), file);
      for (const [, name = ""] of node.selector.matchAll(/::?([a-z][\w-]*)/g)) {
        found.add(`:${name}`, selectorLack(name), file);
      }
    }
    if (node.type !== "decl") return;
    const { prop, value } = node;
    const prefixes = ["-webkit-", "-moz-"].filter((prefix) =>
      node.parent?.some((other) => other.type === "decl" && other.prop === prefix + prop),
    );
    found.add(prop, propertyLack(prop, prefixes), file);
    for (const [, name = ""] of value.matchAll(/([a-z][\w-]*)\(/g)) {
      found.add(`${name}()`, functionLack(name), file);
    }
    for (const [word] of value.matchAll(/(?<![\w-])[a-z][a-z-]*(?![\w(-])/g)) {
      found.add(`${prop}: ${word}`, keywordLack(prop, word), file);
    }
  });
}

/** Members of the DOM's and the language's own classes, which TypeScript's libraries declare. */
function findByType(config: string, found: Findings): void {
  const path = join(ROOT, config);
  const { config: json } = ts.readConfigFile(path, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(json, ts.sys, join(ROOT, "src"));
  const program = ts.createProgram(fileNames, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  for (const source of program.getSourceFiles()) {
    if (source.fileName.includes("node_modules")) continue;
    const file = source.fileName.slice(ROOT.length);
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node)) {
        const symbol = checker.getSymbolAtLocation(node.name);
        for (const { parent } of symbol?.declarations ?? []) {
          if (!/\/lib\.[\w.]+\.d\.ts$/.test(parent.getSourceFile().fileName)) continue;
          if (!ts.isInterfaceDeclaration(parent)) continue;
          const owner = parent.name.text.replace(/Constructor$/, "");
          found.add(`${owner}.${node.name.text}`, memberLack(owner, node.name.text), file);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
}
