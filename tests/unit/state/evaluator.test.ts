import { describe, expect, it } from "vitest";
import type { InferenceClient } from "../../../src/client/inference";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { AnswerError } from "../../../src/protocol/rpc";
import { createEvaluator, type Subject } from "../../../src/state/evaluator";

/** An inference worker that writes down its questions; each is answered by hand. */
function askedInference() {
  const questions: {
    question: string;
    ask: Record<string, unknown>;
    answer(value: unknown): Promise<void>;
    fail(error: unknown): Promise<void>;
    aborted(): boolean;
  }[] = [];
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
  const ask = (question: string, what: unknown, options?: { signal?: AbortSignal }) =>
    new Promise((resolve, reject) => {
      questions.push({
        question,
        ask: what as Record<string, unknown>,
        answer(value) {
          resolve(value);
          return settled();
        },
        fail(error) {
          reject(error);
          return settled();
        },
        aborted: () => options?.signal?.aborted ?? false,
      });
    });
  const inference: InferenceClient = { ask: ask as InferenceClient["ask"], dispose: () => {} };
  const kinds = () => questions.map(({ question }) => question);
  return { inference, questions, kinds, settled };
}

const config = { ...DEFAULT_CONFIG, latentSize: 7 };
const subject = (withNet: boolean): Subject =>
  withNet
    ? { load: async () => ({ config, shape: FASHION_MNIST, weights: Float32Array.of(1, 2) }) }
    : { pca: config };
const images = { count: 0 };
const figures = { mse: Float32Array.of(0.5) };

describe("evaluating PCA alone", () => {
  it("asks for the test images, then for what PCA makes of them", async () => {
    const { inference, questions, kinds, settled } = askedInference();
    const evaluator = createEvaluator(inference, subject(false));
    await settled();
    await questions[0]!.answer(images);
    expect(kinds()).toEqual(["images", "pcaReconstruct"]);
    expect(questions[1]!.ask).toMatchObject({ images: { part: "test" }, kept: 7 });
    await questions[1]!.answer({ figures });
    expect(evaluator.store.getState()).toMatchObject({
      config,
      images,
      net: null,
      pca: { figures },
    });
  });
});

describe("evaluating a net", () => {
  it("opens it once, and asks net and PCA for the same images", async () => {
    const { inference, questions, kinds, settled } = askedInference();
    const evaluator = createEvaluator(inference, subject(true));
    await settled();
    await questions[0]!.answer({ net: 4, config, parameters: 9 });
    expect(evaluator.store.getState()).toMatchObject({ config, parameters: 9 });
    expect(kinds()).toEqual(["open", "images"]);
    expect(questions[1]!.ask).toMatchObject({ data: config });
    await questions[1]!.answer(images);
    expect(questions.at(-1)).toMatchObject({
      question: "reconstruct",
      ask: { net: 4, kept: null },
    });
    await questions.at(-1)!.answer({ figures });
    await questions.at(-1)!.answer({ figures });
    expect(kinds().slice(2)).toEqual(["reconstruct", "pcaReconstruct"]);
    expect(evaluator.store.getState().net).toEqual({ figures });
    evaluator.dispose();
    await settled();
    expect(questions.at(-1)).toMatchObject({ question: "close", ask: { net: 4 } });
  });

  it("says what to do where the net cannot be opened, and asks for no more", async () => {
    const { inference, questions, settled } = askedInference();
    const evaluator = createEvaluator(inference, subject(true));
    await settled();
    await questions[0]!.fail(new AnswerError("It does not fit.", "Choose another."));
    expect(evaluator.store.getState().failure).toEqual({
      message: "It does not fit.",
      remedy: "Choose another.",
      isPassing: false,
    });
    expect(questions).toHaveLength(1);
  });

  it("rebuilds the newest of many drawings, besides the one under way", async () => {
    const { inference, questions, settled } = askedInference();
    const evaluator = createEvaluator(inference, subject(false));
    const drawings = [1, 2, 3].map((grey) => evaluator.rebuild(new Uint8Array(784).fill(grey)));
    await settled();
    const own = () => questions.filter(({ ask }) => "pixels" in (ask.images as object));
    expect(own()).toHaveLength(1);
    await own()[0]!.answer({ figures });
    expect(await drawings[1]).toBeNull();
    await own()[1]!.answer({ figures });
    expect(await drawings[2]).toEqual({ net: null, pca: { figures } });
    expect(own()).toHaveLength(2);
  });

  it("has the training images rebuilt once, and again only after a failure", async () => {
    const { inference, questions, settled } = askedInference();
    const evaluator = createEvaluator(inference, subject(false));
    const own = () =>
      questions.filter(({ ask }) => (ask.images as { part?: string }).part === "train");
    evaluator.measureTraining();
    evaluator.measureTraining();
    await settled();
    expect(own()).toHaveLength(1);
    await own()[0]!.fail(new AnswerError("No memory.", "Close a tab."));
    expect(evaluator.store.getState()).toMatchObject({ trainingShare: null, training: null });
    evaluator.measureTraining();
    await settled();
    await own()[1]!.answer({ figures });
    expect(evaluator.store.getState().training).toEqual(figures);
  });

  it("takes its questions back when it is no longer looked at", async () => {
    const { inference, questions, settled } = askedInference();
    const evaluator = createEvaluator(inference, subject(false));
    await settled();
    evaluator.dispose();
    expect(questions).toHaveLength(1);
    expect(questions.every(({ aborted }) => aborted())).toBe(true);
  });
});
