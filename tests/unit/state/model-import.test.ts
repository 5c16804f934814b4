import { describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import type { FoundModel, ImportQuestions } from "../../../src/protocol/import";
import { AnswerError } from "../../../src/protocol/rpc";
import { type ModelImportState, startImport } from "../../../src/state/model-import";
import { type AppState, INITIAL_STATE } from "../../../src/state/state";
import { createMemoryStore } from "../../../src/storage/memory";

const FOUND: FoundModel = {
  name: "tutorial",
  image: FASHION_MNIST,
  layers: 6,
  parameters: 4,
  code: "code",
  codeShape: [8],
  codes: ["code", "hidden"],
  takes: "0..1",
  makes: "0..1",
  ranges: ["0..1", "-1..1", "0..255"],
  error: 0.01,
  notes: [],
};
const NET = "latent 8 > dense 784 > shape 28x28x1";

/** A dialog on a file, over a reader that answers as it is told. */
function opened(answers: Partial<Record<keyof ImportQuestions, unknown>> = {}) {
  const asked: { question: string; ask: unknown }[] = [];
  const said: string[] = [];
  const acts: string[] = [];
  const store = createMemoryStore();
  const app = createStore<AppState>(() => INITIAL_STATE);
  const state = createStore<ModelImportState>(() => ({ importing: null }));
  const all: Record<string, unknown> = {
    open: { height: 28, width: 28, channels: 1 },
    find: FOUND,
    take: {
      config: configFor("baseline", { net: NET, latentSize: 8, loss: { meanSquaredError: 1 } }),
      steps: 12,
      weights: new Float32Array(4),
      m: new Float32Array(4),
      v: new Float32Array(4),
    },
    ...answers,
  };
  const client = {
    ask: async (question: string, ask: unknown) => {
      asked.push({ question, ask });
      const answer = all[question];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    dispose: () => acts.push("dispose"),
  };
  const host = {
    app,
    runs: {
      store: Promise.resolve(store),
      say: ({ message }: { message: string }) => said.push(message),
    },
    newId: () => "new",
    resume: async (id: string) => void acts.push(`resume ${id}`),
    stop: () => void acts.push("stop"),
  };
  const file = { path: "tutorial.keras", file: new Blob([Uint8Array.of(1)]) };
  // The reader's questions and answers are of one kind here.
  const begun = startImport(state, host, [file], client as never);
  return { begun, state, store, asked, acts, importing: () => state.getState().importing! };
}

describe("a model that is brought", () => {
  it("is read, shown with what was guessed, and kept as a run of no steps", async () => {
    const { begun, importing, state, store, asked, acts } = opened();
    expect(importing()).toMatchObject({ what: "tutorial.keras", step: "looking" });
    await begun;
    expect(importing()).toMatchObject({ step: "found", found: FOUND, data: FASHION_MNIST });
    await importing().choose({ code: "hidden" });
    expect(asked.at(-1)).toMatchObject({
      question: "find",
      ask: { choices: { code: "hidden" }, images: { data: FASHION_MNIST.id, classes: [0, 1] } },
    });
    expect(await importing().take()).toBe(true);
    expect(state.getState().importing).toBeNull();
    const record = await store.get("new");
    expect(record).toMatchObject({
      name: "tutorial",
      status: "interrupted",
      spec: FASHION_MNIST,
      progress: { epoch: 0, step: 0, before: 12 },
    });
    expect(await store.checkpoint("new")).toMatchObject({ weights: new Float32Array(4) });
    // Nothing was under way, and nothing has begun here that could be stopped.
    expect(acts).toEqual(["dispose", "resume new"]);
  });

  it("is refused with a line for each thing, and nothing is kept", async () => {
    const { begun, importing, store } = opened({ open: new AnswerError("One.\nTwo.", "") });
    await begun;
    expect(importing()).toMatchObject({ step: "refused", problems: ["One.", "Two."], found: null });
    expect(await importing().take()).toBe(false);
    expect(await store.get("new")).toBeNull();
  });

  it("of images that are not here is looked at alone", async () => {
    const { begun, importing, asked } = opened({ open: { height: 32, width: 32, channels: 3 } });
    await begun;
    expect(importing()).toMatchObject({ data: null, dataSets: [] });
    expect(asked.at(-1)).toMatchObject({ question: "find", ask: { images: null } });
    expect(await importing().take()).toBe(false);
  });

  it("is let go of, and what comes late is of no use", async () => {
    const { begun, importing, state, acts } = opened();
    importing().cancel();
    await begun;
    expect(state.getState().importing).toBeNull();
    expect(acts).toEqual(["dispose"]);
  });
});
