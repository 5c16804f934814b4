import { describe, expect, it } from "vitest";
import { configFor } from "../../../../src/config/recipes";
import { figureNames, figureText } from "../../../../src/ui/views/lessons/figures";
import { answerText, optionOf } from "../../../../src/ui/views/lessons/judge";
import { lessonOf } from "../../../../src/ui/views/lessons/lessons";
import { type Judge, partsOf, type RunPart } from "../../../../src/ui/views/lessons/parse";
import {
  areThere,
  createProgress,
  doneOf,
  figuresToEnd,
  judged,
  NOTHING_DONE,
  openQuestions,
  type Shelf,
  sameRun,
  setAnswer,
  setFigures,
  skip,
} from "../../../../src/ui/views/lessons/progress";

function shelf(text: string | null = null): Shelf & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text;
    },
    setItem(_, value) {
      this.text = value;
    },
  };
}

describe("progress", () => {
  it("outlasts a reload", () => {
    const disk = shelf();
    const store = createProgress(disk);
    setAnswer(store, "relu", "guess", 40);
    setFigures(store, "relu", "relu", { ssimWriteup: 0.9 }, true);
    setFigures(store, "relu", "relu", { dead: 57 }, false);
    expect(createProgress(shelf(disk.text)).getState().relu).toEqual({
      step: 0,
      answers: { guess: 40 },
      skipped: [],
      runs: { relu: { ssimWriteup: 0.9, dead: 57 } },
    });
  });

  it("forgets what an earlier run measured when a new one ends", () => {
    const store = createProgress(null);
    setFigures(store, "relu", "relu", { dead: 57 }, false);
    setFigures(store, "relu", "relu", { ssimWriteup: 0.91 }, true);
    expect(store.getState().relu?.runs.relu).toEqual({ ssimWriteup: 0.91 });
  });

  it.each(["no JSON", '{"relu": 3}', '{"relu": {"step": -1}}', "null"])(
    "begins anew where the store holds %s",
    (text) => {
      expect(createProgress(shelf(text)).getState()).toEqual({});
    },
  );

  it("goes on where the browser stores nothing", () => {
    const refuses: Shelf = {
      getItem() {
        throw new Error("forbidden");
      },
      setItem() {
        throw new Error("full");
      },
    };
    const store = createProgress(refuses);
    setAnswer(store, "relu", "guess", 40);
    expect(store.getState().relu?.answers).toEqual({ guess: 40 });
  });
});

describe("openQuestions", () => {
  const lesson = lessonOf("relu")!;
  const runs = lesson.steps
    .flatMap(({ parts }) => parts)
    .filter((part): part is RunPart => part.kind === "run");

  it("are those before a run that wait for an answer", () => {
    const names = (answers: Record<string, number>, run: number) =>
      openQuestions(lesson, runs[run]!, { ...NOTHING_DONE, answers }).map(({ name }) => name);
    expect(names({}, 0)).toEqual(["guess"]);
    expect(names({ guess: 3 }, 0)).toEqual([]);
    expect(names({ guess: 3 }, 1)).toEqual(["change"]);
  });
});

describe("a question that is left out", () => {
  it("holds nothing up, and is held against nothing", () => {
    const lesson = lessonOf("relu")!;
    const store = createProgress(null);
    skip(store, "relu", "guess");
    const progress = store.getState().relu!;
    const run = partsOf(lesson).find((part) => part.kind === "run")!;
    expect(openQuestions(lesson, run, progress)).toEqual([]);
    expect(areThere(lesson, ["guess"], progress)).toBe(true);
    expect(areThere(lesson, ["change"], progress)).toBe(false);
    expect(doneOf(lesson, progress)).toEqual({ done: 1, of: 4 });
  });

  it("is one that progress of earlier versions does not have", () => {
    const old = { relu: { step: 2, answers: { guess: 3 }, runs: {} } };
    expect(createProgress(shelf(JSON.stringify(old))).getState().relu).toMatchObject({
      step: 2,
      skipped: [],
    });
  });
});

describe("judged", () => {
  const lesson = lessonOf("relu")!;
  const judges = partsOf(lesson).filter((part): part is Judge => part.kind === "judge");
  /** Of a run with all its figures. */
  const figures = (given: Readonly<Record<string, number>>) => ({
    ...Object.fromEntries(
      figureNames("dead").map((name) => [name, name === "epochs" ? 5 : 0.5] as const),
    ),
    ...given,
  });
  const progressOf = (answers: Record<string, number>, skipped: string[] = []) => ({
    ...NOTHING_DONE,
    answers,
    skipped,
    runs: {
      relu: figures({ dead: 79, ssimWriteup: 0.86 }),
      linear: figures({ dead: 0, ssimWriteup: 0.898 }),
    },
  });

  it("waits for guess and run", () => {
    expect(judged(lesson, judges[0]!, NOTHING_DONE)).toBeNull();
    expect(judged(lesson, judges[0]!, { ...NOTHING_DONE, answers: { guess: 3 } })).toBeNull();
    expect(judged(lesson, judges[0]!, { ...progressOf({}), answers: {} })).toBeNull();
  });

  it.each([
    [40, "under", "39"],
    [72, "right", "7"],
    [120, "over", "41"],
  ])("says how far a guess of %i was away", (guess, outcome, offText) => {
    expect(judged(lesson, judges[0]!, progressOf({ guess }))).toMatchObject({
      outcome,
      offText,
      saidText: String(guess),
      valueText: "79",
    });
  });

  it.each([
    [0, "right"],
    [1, "wrong"],
    [2, "wrong"],
  ])("says which option was right for one who chose %i", (change, outcome) => {
    expect(judged(lesson, judges[1]!, progressOf({ change }))).toMatchObject({
      outcome,
      right: 0,
      valueText: "+0.038",
    });
  });

  it("says what came out to one who made no guess", () => {
    expect(judged(lesson, judges[0]!, progressOf({}, ["guess"]))).toMatchObject({
      outcome: "skipped",
      said: null,
      valueText: "79",
    });
  });
});

describe("optionOf", () => {
  it.each([
    [[0.375, 0.75], 0.2, 0],
    [[0.375, 0.75], 0.375, 1],
    [[0.375, 0.75], 0.9, 2],
    [[0.003, -0.003], 0.02, 0],
    [[0.003, -0.003], 0, 1],
    [[0.003, -0.003], -0.02, 2],
    [[0.5], 0.4, 0],
    [[0.5], 0.6, 1],
  ])("of limits %j puts %f in place %i", (limits, value, place) => {
    expect(optionOf(limits, value)).toBe(place);
  });
});

describe("figuresToEnd", () => {
  const runOf = (id: string, name: string) =>
    lessonOf(id)!
      .steps.flatMap(({ parts }) => parts)
      .find((part): part is RunPart => part.kind === "run" && part.name === name)!;
  const withFigures = (name: string, epochs: number) => ({
    ...NOTHING_DONE,
    runs: { [name]: { ssimWriteup: 0.622, epochs } },
  });

  it("leaves out a stopped run that an earlier version kept", () => {
    const net = runOf("pca", "net");
    expect(figuresToEnd(net, withFigures("net", 1))).toBeUndefined();
    expect(figuresToEnd(net, withFigures("net", 5))).toMatchObject({ epochs: 5 });
    expect(figuresToEnd(net, NOTHING_DONE)).toBeUndefined();
  });

  it("takes a run that its patience ended", () => {
    expect(figuresToEnd(runOf("stopping", "stop"), withFigures("stop", 7))).toBeDefined();
  });
});

describe("answers and figures in words", () => {
  it("have as many digits as the slider's step", () => {
    const slider = { kind: "slider", name: "x", ask: "", from: 0, to: 1, step: 0.005 } as const;
    expect(answerText(slider, 0.9)).toBe("0.900");
    expect(answerText({ ...slider, step: 1 }, 57)).toBe("57");
    const choice = { kind: "choice", name: "x", ask: "", options: ["a", "b"] } as const;
    expect(answerText(choice, 1)).toBe("b");
  });

  it("are written as everywhere on the page", () => {
    expect(figureText("ssimWriteup", 0.91298)).toBe("0.913");
    expect(figureText("bceGap", 0.01084)).toBe("0.0108");
    expect(figureText("dead", 57)).toBe("57");
  });
});

describe("sameRun", () => {
  it("does not ask where it was computed", () => {
    const config = configFor("loom");
    expect(sameRun({ ...config, device: "wasm", threads: 1 }, config)).toBe(true);
    expect(sameRun({ ...config, seed: 2 }, config)).toBe(false);
  });
});
