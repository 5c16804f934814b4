import { describe, expect, it, vi } from "vitest";
import { createInferenceClient } from "../../../src/client/inference";
import type { InferenceQuestions } from "../../../src/protocol/inference";
import { GREY_28, strip28 } from "../image-sets";
import { explainHere, scriptedWorkers } from "../rpc-workers";

const CONFIG = {
  preset: "nested",
  net: null,
  latentSize: 4,
  data: "fashion-mnist",
  classes: [0, 1],
  split: "stratified",
  seed: 1,
} as const;
const DECODE = { net: 1, codes: new Float32Array(4), kept: null };

function begin() {
  const { workers, start } = scriptedWorkers<InferenceQuestions>();
  return { client: createInferenceClient(start, explainHere), workers };
}

const strip = strip28(new Uint8Array(784));

describe("createInferenceClient", () => {
  it("starts its worker with the first question, and gives each its own answer", async () => {
    const { client, workers } = begin();
    expect(workers).toHaveLength(0);
    const first = client.ask("decode", DECODE);
    const second = client.ask("decode", DECODE);
    expect(workers).toHaveLength(1);
    const other = strip28(new Uint8Array(1568));
    workers[0]!.answer(2, other);
    workers[0]!.answer(1, strip);
    expect(await first).toBe(strip);
    expect(await second).toBe(other);
  });

  it("hands over the weights of a net, and nothing else", () => {
    const { client, workers } = begin();
    const weights = new Float32Array(9);
    void client.ask("open", { net: { config: CONFIG, shape: GREY_28, weights } });
    void client.ask("decode", DECODE);
    expect(workers[0]!.transfers).toEqual([[weights.buffer], []]);
  });

  it("tells how far a long question is", async () => {
    const { client, workers } = begin();
    const onProgress = vi.fn();
    const answer = client.ask("decode", DECODE, { onProgress });
    workers[0]!.emit({ id: 1, type: "progress", progress: 0.25 });
    workers[0]!.answer(1, strip);
    await answer;
    expect(onProgress.mock.calls).toEqual([[0.25]]);
  });

  it("rejects with what happened and what to do", async () => {
    const { client, workers } = begin();
    const answer = client.ask("decode", DECODE);
    workers[0]!.refuse(1, "It broke.", "Mend it.", true);
    await expect(answer).rejects.toMatchObject({
      message: "It broke.",
      remedy: "Mend it.",
      isPassing: true,
    });
  });

  it("takes a question back when its signal says so", async () => {
    const { client, workers } = begin();
    const control = new AbortController();
    const answer = client.ask("decode", DECODE, { signal: control.signal });
    control.abort();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    expect(workers[0]!.commands.at(-1)).toEqual({ id: 1, type: "cancel" });
    // An answer that was already on its way has nobody waiting.
    workers[0]!.answer(1, strip);
    await expect(client.ask("decode", DECODE, { signal: control.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(workers[0]!.commands).toHaveLength(2);
  });

  it("fails all questions in a crash, and starts a new worker with the next", async () => {
    const { client, workers } = begin();
    const both = [client.ask("decode", DECODE), client.ask("decode", DECODE)];
    workers[0]!.crash("out of luck");
    for (const answer of both) {
      await expect(answer).rejects.toMatchObject({
        message: "The lab's worker crashed: out of luck.",
        remedy: "Try again: that starts a new worker.",
        isPassing: true,
      });
    }
    expect(workers[0]!.isEnded).toBe(true);
    const next = client.ask("decode", DECODE);
    expect(workers).toHaveLength(2);
    workers[1]!.answer(3, strip);
    expect(await next).toBe(strip);
  });

  it("explains why its worker could not be loaded, to those who waited for that one", async () => {
    const { client, workers } = begin();
    const answer = client.ask("decode", DECODE);
    workers[0]!.goMissing();
    expect(workers[0]!.isEnded).toBe(true);
    const next = client.ask("decode", DECODE);
    await expect(answer).rejects.toMatchObject({
      message: "The lab's worker is not there.",
      remedy: "Wait.",
      isPassing: true,
    });
    workers[1]!.answer(2, strip);
    expect(await next).toBe(strip);
  });

  it("rejects where no worker can be had", async () => {
    const client = createInferenceClient(() => {
      throw new Error("blocked");
    });
    await expect(client.ask("decode", DECODE)).rejects.toThrow(/could not be reached: blocked/);
  });

  it("ends", async () => {
    const { client, workers } = begin();
    const answer = client.ask("decode", DECODE);
    client.dispose();
    await expect(answer).rejects.toThrow("The lab is closed.");
    expect(workers[0]!.isEnded).toBe(true);
  });
});
