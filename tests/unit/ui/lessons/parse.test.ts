import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../../scripts/lib/project.mjs";
import { ROWS, SETTING_NAMES } from "../../../../src/config/config";
import { VIEWS } from "../../../../src/ui/shell/views";
import {
  GLOSSARY,
  parseGlossary,
  type Term,
  termOf,
} from "../../../../src/ui/views/lessons/glossary";
import {
  BROKEN_LESSONS,
  LESSONS,
  lessonOf,
  readLessons,
} from "../../../../src/ui/views/lessons/lessons";
import {
  isQuestion,
  LessonError,
  parseLesson,
  partsOf,
} from "../../../../src/ui/views/lessons/parse";
import { inlinesOf, parseBlocks, parseInline } from "../../../../src/ui/views/lessons/text";

const HEAD = "---\ntitle: T\nsummary: S\nminutes: 3\n---\n";
const RUN = "```run\nname: small\nsetup: preset=loom&latent=8\nlabel: L\n```\n";
const CHOICE = "```choice\nname: guess\nask: Which?\n- one\n- two\n```\n";
const SLIDER = "```slider\nname: much\nask: A\nfrom: 0\nto: 1\nstep: 0.1\n```\n";
const LIST_JUDGE =
  "```judge\nof: guess\nis: small.missing / small.ssim\nlimits: 0.5\nsays: It is {value}.\n- a\n- b\n```\n";
const SLIDER_JUDGE =
  "```judge\nof: much\nis: small.ssim\nnear: 0.1\nright: r\nover: o\nunder: u\n```\n";

describe("the lessons", () => {
  it("are nine, in the order in which they build on each other", () => {
    expect(LESSONS.map(({ id }) => id)).toEqual([
      "autoencoder",
      "latent-size",
      "pca",
      "relu",
      "loss",
      "epoch",
      "stopping",
      "map",
      "bag",
    ]);
  });

  it("are all as they must be", () => {
    expect(BROKEN_LESSONS).toEqual([]);
  });

  it.each(LESSONS)("$id asks before it shows, sets the page up, and answers", ({ steps }) => {
    const kinds = steps.flatMap(({ parts }) => parts.map(({ kind }) => kind));
    expect(kinds.some((kind) => kind === "slider" || kind === "choice")).toBe(true);
    expect(kinds.indexOf("run")).toBeGreaterThan(-1);
    const answers = kinds.flatMap((kind, i) => (kind === "answer" || kind === "judge" ? [i] : []));
    expect(answers.at(-1)).toBeGreaterThan(kinds.indexOf("run"));
  });

  it.each(LESSONS)("$id holds every guess against what came out", (lesson) => {
    const parts = partsOf(lesson);
    const judges = parts.filter((part) => part.kind === "judge").map(({ of }) => of);
    const questions = parts.filter(isQuestion).map(({ name }) => name);
    expect(judges.sort()).toEqual(questions.sort());
  });

  it.each(LESSONS)("$id speaks in short paragraphs, one idea a step", ({ steps }) => {
    for (const { parts } of steps) {
      const blocks = parts.flatMap((part) => ("blocks" in part ? part.blocks : []));
      for (const block of blocks) {
        const text = inlinesOf([block]).flatMap((part) => ("text" in part ? [part.text] : []));
        expect(text.join("").split(" ").length).toBeLessThan(75);
      }
    }
  });

  it.each(LESSONS)("$id leads only to what is there", ({ steps }) => {
    const blocks = steps.flatMap(({ parts }) =>
      parts.flatMap((part) => ("blocks" in part ? part.blocks : [])),
    );
    for (const part of inlinesOf(blocks)) {
      if (part.kind !== "link" || part.to.startsWith("https://")) continue;
      const [query = "", view] = part.to.split("#");
      const lesson = new URLSearchParams(query).get("lesson");
      if (lesson !== null) expect(lessonOf(lesson)).not.toBeNull();
      const name = view?.split("?")[0];
      if (name !== undefined) expect(VIEWS.map((each) => each.name)).toContain(name);
    }
  });
});

describe("parseLesson", () => {
  it("reads settings, steps and blocks", () => {
    const text = `${HEAD}\n## One\n\nSome *text*.\n\n${CHOICE}\n## Two\n\n${RUN}\n`;
    const lesson = parseLesson(
      "own",
      `${text}\n\`\`\`answer\nYou said {guess}; it is {small.ssim}.\n\`\`\`\n`,
    );
    expect(lesson).toMatchObject({ id: "own", title: "T", summary: "S", minutes: 3 });
    expect(lesson.steps.map(({ title }) => title)).toEqual(["One", "Two"]);
    expect(lesson.steps.map(({ parts }) => parts.map(({ kind }) => kind))).toEqual([
      ["text", "choice"],
      ["run", "answer"],
    ]);
    expect(lesson.steps[1]!.parts[0]).toMatchObject({
      name: "small",
      config: { preset: "loom", latentSize: 8, epochs: 16 },
      measure: null,
    });
    expect(lesson.steps[1]!.parts[1]).toMatchObject({ needs: ["guess", "small"] });
  });

  it("reads judgements, stages and what is shown", () => {
    const body = `${CHOICE}${SLIDER}${RUN}${LIST_JUDGE}${SLIDER_JUDGE}`;
    const stage = "```stage\nlabel: The map\nview: space?run=\n```\n";
    const [step] = parseLesson("own", `${HEAD}\n## One\n${body}${stage}[show: loss]\n`).steps;
    expect(step!.parts.slice(3)).toMatchObject([
      {
        kind: "judge",
        by: "choice",
        of: "guess",
        is: {
          left: { run: "small", figure: "missing" },
          operator: "/",
          right: { run: "small", figure: "ssim" },
        },
        limits: [0.5],
        needs: ["guess", "small"],
      },
      { kind: "judge", by: "slider", near: 0.1, needs: ["much", "small"] },
      { kind: "stage", label: "The map", config: null, view: "space?run=" },
      { kind: "text", blocks: [{ kind: "show", part: "loss" }] },
    ]);
  });

  it.each([
    ["judges a question that is not there", LIST_JUDGE, "there is no question guess"],
    ["judges a list as a slider", CHOICE + RUN + SLIDER_JUDGE.replace("much", "guess"), "limits"],
    ["judges a slider as a list", SLIDER + RUN + LIST_JUDGE.replace("guess", "much"), "near"],
    [
      "has too many limits",
      CHOICE + RUN + LIST_JUDGE.replace("0.5", "0.5, 0.6"),
      "2 options need 1 limits",
    ],
    [
      "has limits up and down",
      CHOICE + RUN + LIST_JUDGE.replace("0.5", "0.5, 0.6, 0.4"),
      "all ascend or all descend",
    ],
    ["tells too little", CHOICE + RUN + LIST_JUDGE.replace("- b\n", ""), "as many lines with -"],
    [
      "judges by what no run has",
      SLIDER + RUN + SLIDER_JUDGE.replace("ssim", "dead"),
      "dead is no",
    ],
    [
      "judges by words",
      SLIDER + RUN + SLIDER_JUDGE.replace("small.ssim", "much"),
      "a run's figure",
    ],
    ["sets no stage", "```stage\nlabel: L\n```\n", "a setup, a view or both"],
    ["shows what is not there", "[show: moon]\n", "must name one of net, figure"],
    ["draws what it cannot", "[figure: moon]\n", "must name one of sizes"],
  ])("refuses a lesson that %s", (_, body, message) => {
    const parse = () => parseLesson("own", `${HEAD}## One\n${body}`);
    expect(parse).toThrow(LessonError);
    expect(parse).toThrow(message);
  });

  it.each([
    ["no head", "## One\n", "must begin with its settings"],
    ["no title", "---\nsummary: S\nminutes: 3\n---\n## One\n", '"title: …" is missing'],
    [
      "no number",
      "---\ntitle: T\nsummary: S\nminutes: few\n---\n## One\n",
      "minutes must be a number",
    ],
    ["no step", HEAD, "has no step"],
    ["text before a step", `${HEAD}Hello\n## One\n`, "text before its first step"],
    ["an open block", `${HEAD}## One\n\`\`\`answer\nx\n`, "a block of ``` has no end"],
    ["an unknown block", `${HEAD}## One\n\`\`\`quiz\nname: x\n\`\`\`\n`, 'no block "quiz"'],
    ["one option", `${HEAD}## One\n\`\`\`choice\nname: x\nask: a\n- one\n\`\`\`\n`, "two or more"],
    [
      "a slider without room",
      `${HEAD}## One\n\`\`\`slider\nname: x\nask: a\nfrom: 1\nto: 1\nstep: 1\n\`\`\`\n`,
      "from must be below to",
    ],
    [
      "settings that are not allowed",
      `${HEAD}## One\n${RUN.replace("latent=8", "latent=9999")}`,
      "latent=9999 was left out",
    ],
    [
      "a slider's end that is no number as people write it",
      `${HEAD}## One\n\`\`\`slider\nname: guess\nask: A\nfrom: 0\nto: 0x10\nstep: 1\n\`\`\`\n`,
      "to must be a number",
    ],
    ["a name twice", `${HEAD}## One\n${RUN}\n${RUN}`, "the name small twice"],
    [
      "a figure that no run has",
      `${HEAD}## One\n${RUN}\n\`\`\`answer\n{small.dead}\n\`\`\`\n`,
      "{small.dead} is no question or run's figure",
    ],
    ["a value outside an answer", `${HEAD}## One\n${RUN}\n{small.ssim}\n`, "outside an answer"],
    [
      "pictures of nothing",
      `${HEAD}## One\n${RUN}\n\`\`\`answer\n[pictures: small]\n\`\`\`\n`,
      "pictures need a run",
    ],
    ["a script as a link", `${HEAD}## One\n[x](javascript:alert(1))\n`, "must begin with #"],
  ])("refuses %s", (_, file, message) => {
    expect(() => parseLesson("own", file)).toThrow(LessonError);
    expect(() => parseLesson("own", file)).toThrow(message);
  });
});

/** Texts of all components in a folder and those within. */
const sourcesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"));

describe("the glossary", () => {
  it("explains every word in at most three sentences, and leads to lessons that there are", () => {
    expect(GLOSSARY).toBeInstanceOf(Array);
    const terms = GLOSSARY as readonly Term[];
    expect(terms.length).toBeGreaterThan(30);
    for (const { name, blocks } of terms) {
      const [words, ...pictures] = blocks;
      expect(words?.kind, name).toBe("paragraph");
      expect(
        pictures.filter(({ kind }) => kind !== "picture"),
        name,
      ).toEqual([]);
      const parts = inlinesOf(blocks);
      const text = parts.flatMap((part) => ("text" in part ? [part.text] : [])).join("");
      expect(text.match(/[.:](?:\s|$)/g)?.length ?? 0, name).toBeLessThanOrEqual(4);
      for (const part of parts) {
        if (part.kind !== "link") continue;
        expect(lessonOf(new URLSearchParams(part.to).get("lesson") ?? ""), part.to).not.toBeNull();
      }
    }
  });

  it("has every setting, and every word that the page marks", () => {
    const settings = SETTING_NAMES.filter((name) => name !== "netName").map(
      (name) => ROWS[name].label,
    );
    const marked = sourcesIn("src/ui").flatMap((code) =>
      [
        ...code.matchAll(/<(?:Label)?Word(?: of="([^"]+)")?>([^<{]*)/g),
        ...code.matchAll(/\bword[:=] ?"([^"]+)"/g),
      ].map(([, of, inside]) => of ?? inside ?? ""),
    );
    expect(marked.length).toBeGreaterThan(20);
    const sought = [...settings, ...marked].filter((word) => word !== "");
    expect(sought.filter((word) => termOf(word) === null)).toEqual([]);
    expect(termOf("Nobody’s word")).toBeNull();
  });

  it.each([
    ["## A\n\n## B\n\nText.\n", 'does not explain "A"'],
    ["## A\n\nOne.\n\n## A\n\nTwo.\n", 'explains "A" twice'],
  ])("is refused where it is not whole: %j", (file, message) => {
    expect(() => parseGlossary(file)).toThrow(message);
  });
});

describe("readLessons", () => {
  it("leaves out a broken file, and says what is wrong with it", () => {
    const good = `${HEAD}## One\nText.\n`;
    const { lessons, broken } = readLessons({
      "a/own.md": good,
      "a/README.md": "# Lessons",
      "a/bad.md": HEAD,
      "a/relu.md": good,
    });
    expect(lessons.map(({ id }) => id)).toEqual(["relu", "own"]);
    expect(broken).toEqual(['bad.md has no step ("## ").']);
  });
});

describe("parseBlocks", () => {
  it("reads paragraphs and lists", () => {
    expect(parseBlocks("One\nline.\n\n- a\n- *b*\n")).toEqual([
      { kind: "paragraph", inside: [{ kind: "text", text: "One line." }] },
      {
        kind: "list",
        items: [
          [{ kind: "text", text: "a" }],
          [{ kind: "emphasis", inside: [{ kind: "text", text: "b" }] }],
        ],
      },
    ]);
  });

  it("reads a picture, and says which there are where it is none", () => {
    expect(parseBlocks("![A window](convolution.svg)")).toEqual([
      {
        kind: "picture",
        words: "A window",
        source: expect.stringMatching(/^data:image\/svg\+xml,%3Csvg/),
      },
    ]);
    expect(() => parseBlocks("![A window](window.svg)")).toThrow(
      /no picture window\.svg; there are .*convolution/,
    );
  });

  it("leaves HTML as the text that it is", () => {
    expect(parseInline("<b onclick='x'>a</b>")).toEqual([
      { kind: "text", text: "<b onclick='x'>a</b>" },
    ]);
  });

  it("reads what is within", () => {
    expect(parseInline("**a `b` {c.d}** [e](#f)")).toEqual([
      {
        kind: "strong",
        inside: [
          { kind: "text", text: "a " },
          { kind: "code", text: "b" },
          { kind: "text", text: " " },
          { kind: "value", of: "c", figure: "d" },
        ],
      },
      { kind: "text", text: " " },
      { kind: "link", to: "#f", inside: [{ kind: "text", text: "e" }] },
    ]);
  });
});
