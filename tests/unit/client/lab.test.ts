import { describe, expect, it, vi } from "vitest";
import { createLabClient, type LabWorkerLike } from "../../../src/client/lab";
import type { LabCommand, LabEvent } from "../../../src/protocol/lab";
import { strip28 } from "../image-sets";

const CONFIG = {
  preset: "nested",
  latentSize: 4,
  classes: [0, 1],
  split: "stratified",
  seed: 1,
} as const;
const DECODE = { net: 1, codes: new Float32Array(4), kept: null };

function createWorker() {
  const commands: LabCommand[] = [];
  const transfers: Transferable[][] = [];
  const worker = {
    commands,
    transfers,
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    terminate: vi.fn(),
    postMessage(command, transfer) {
      commands.push(command);
      transfers.push(transfer);
    },
  } as LabWorkerLike & { commands: LabCommand[]; transfers: Transferable[][] };
  return worker;
}

function start() {
  const workers: ReturnType<typeof createWorker>[] = [];
  const client = createLabClient(
    () => {
      const worker = createWorker();
      workers.push(worker);
      return worker;
    },
    async (name) => ({ message: `${name} is not there.`, remedy: "Wait." }),
  );
  const emit = (event: LabEvent) =>
    workers.at(-1)!.onmessage?.(new MessageEvent("message", { data: event }));
  return { client, workers, emit };
}

const strip = strip28(new Uint8Array(784));

describe("createLabClient", () => {
  it("starts its worker with the first question, and gives each its own answer", async () => {
    const { client, workers, emit } = start();
    expect(workers).toHaveLength(0);
    const first = client.ask("decode", DECODE);
    const second = client.ask("decode", DECODE);
    expect(workers).toHaveLength(1);
    const other = strip28(new Uint8Array(1568));
    emit({ id: 2, type: "answer", answer: other });
    emit({ id: 1, type: "answer", answer: strip });
    expect(await first).toBe(strip);
    expect(await second).toBe(other);
  });

  it("hands over the weights of a net, and nothing else", () => {
    const { client, workers } = start();
    const weights = new Float32Array(9);
    void client.ask("open", { net: { config: CONFIG, weights } });
    void client.ask("decode", DECODE);
    expect(workers[0]!.transfers).toEqual([[weights.buffer], []]);
  });

  it("tells how far a long question is", async () => {
    const { client, emit } = start();
    const onProgress = vi.fn();
    const answer = client.ask("decode", DECODE, { onProgress });
    emit({ id: 1, type: "progress", share: 0.25 });
    emit({ id: 1, type: "answer", answer: strip });
    await answer;
    expect(onProgress.mock.calls).toEqual([[0.25]]);
  });

  it("rejects with what happened and what to do", async () => {
    const { client, emit } = start();
    const answer = client.ask("decode", DECODE);
    emit({ id: 1, type: "error", message: "It broke.", remedy: "Mend it.", isPassing: true });
    await expect(answer).rejects.toMatchObject({
      message: "It broke.",
      remedy: "Mend it.",
      isPassing: true,
    });
  });

  it("takes a question back when its signal says so", async () => {
    const { client, workers, emit } = start();
    const control = new AbortController();
    const answer = client.ask("decode", DECODE, { signal: control.signal });
    control.abort();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    expect(workers[0]!.commands.at(-1)).toEqual({ id: 1, type: "cancel" });
    // An answer that was already on its way has nobody waiting.
    emit({ id: 1, type: "answer", answer: strip });
    await expect(client.ask("decode", DECODE, { signal: control.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(workers[0]!.commands).toHaveLength(2);
  });

  it("fails all questions in a crash, and starts a new worker with the next", async () => {
    const { client, workers, emit } = start();
    const [a, b] = [client.ask("decode", DECODE), client.ask("decode", DECODE)];
    const crash = new Event("error", { cancelable: true }) as ErrorEvent;
    Object.defineProperty(crash, "message", { value: "out of luck" });
    workers[0]!.onerror?.(crash);
    for (const answer of [a, b]) {
      await expect(answer).rejects.toMatchObject({
        message: "The lab's worker crashed: out of luck.",
        remedy: "Try again: that starts a new worker.",
        isPassing: true,
      });
    }
    expect(workers[0]!.terminate).toHaveBeenCalled();
    const next = client.ask("decode", DECODE);
    expect(workers).toHaveLength(2);
    emit({ id: 3, type: "answer", answer: strip });
    expect(await next).toBe(strip);
  });

  it("explains why its worker could not be loaded, to those who waited for that one", async () => {
    const { client, workers, emit } = start();
    const answer = client.ask("decode", DECODE);
    workers[0]!.onerror?.(new Event("error", { cancelable: true }) as ErrorEvent);
    expect(workers[0]!.terminate).toHaveBeenCalled();
    const next = client.ask("decode", DECODE);
    await expect(answer).rejects.toMatchObject({
      message: "The lab's worker is not there.",
      remedy: "Wait.",
      isPassing: true,
    });
    emit({ id: 2, type: "answer", answer: strip });
    expect(await next).toBe(strip);
  });

  it("rejects where no worker can be had", async () => {
    const client = createLabClient(() => {
      throw new Error("blocked");
    });
    await expect(client.ask("decode", DECODE)).rejects.toThrow(/could not be reached: blocked/);
  });

  it("ends", async () => {
    const { client, workers } = start();
    const answer = client.ask("decode", DECODE);
    client.dispose();
    await expect(answer).rejects.toThrow("The lab is closed.");
    expect(workers[0]!.terminate).toHaveBeenCalled();
  });
});
