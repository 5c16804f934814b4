/** Questions to a worker: the asking side against a script, then both sides with what lies between. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { AnswerError, inWords, ownedBuffers, type Question } from "../../../src/protocol/rpc";
import {
  askOnce,
  createRpcClient,
  type RpcOptions,
  type WorkerEnd,
} from "../../../src/protocol/rpc-client";
import { type Handlers, type JobHost, serve } from "../../../src/worker/rpc";
import { ScriptedRpcWorker, scriptedWorkers, workerHere } from "../rpc-workers";

type Trials = {
  /** An array that comes back with all its numbers doubled. */
  double: Question<Float32Array, Float32Array>;
  /** So many turns, each with a share. */
  work: Question<{ readonly turns: number }, string, number>;
  fail: Question<string, null>;
};

const toError = ({ cause, words }: WorkerEnd) => new AnswerError(`${words}.`, cause, true);

afterEach(() => vi.useRealTimers());

describe("the asking side", () => {
  function begin(options: Partial<RpcOptions<Trials>> = {}) {
    const { workers, start } = scriptedWorkers<Trials>();
    const client = createRpcClient<Trials>({ name: "The trial", start, toError, ...options });
    return { client, workers };
  }

  it("asks nothing that is taken back before, and starts no worker for it", async () => {
    const { client, workers } = begin();
    const signal = AbortSignal.abort(new Error("no more"));
    await expect(client.ask("work", { turns: 1 }, { signal })).rejects.toThrow("no more");
    expect(workers).toHaveLength(0);
  });

  it("drops progress and answer of a question that is taken back meanwhile", async () => {
    const { client, workers } = begin();
    const control = new AbortController();
    const onProgress = vi.fn();
    const { signal } = control;
    const taken = client.ask("work", { turns: 9 }, { signal, onProgress });
    const other = client.ask("work", { turns: 2 });
    const [worker] = workers;
    worker!.emit({ type: "progress", id: 1, progress: 0.1 });
    control.abort(new Error("no more"));
    worker!.emit({ type: "progress", id: 1, progress: 0.2 });
    worker!.answer(1, "late");
    worker!.answer(2, "done");
    await expect(taken).rejects.toThrow("no more");
    expect(await other).toBe("done");
    expect(onProgress.mock.calls).toEqual([[0.1]]);
    expect(worker!.commands.slice(2)).toEqual([{ type: "cancel", id: 1 }]);
    expect(worker!.isEnded).toBe(false);
  });

  it("takes nothing back that has been answered", async () => {
    const { client, workers } = begin();
    const control = new AbortController();
    const answer = client.ask("work", { turns: 1 }, { signal: control.signal });
    workers[0]!.answer(1, "done");
    expect(await answer).toBe("done");
    control.abort();
    expect(workers[0]!.commands).toHaveLength(1);
  });

  it("takes a question back whose worker's end is still being explained", async () => {
    const explained = new Promise<Error>(() => {});
    const { client, workers } = begin({ toError: () => explained });
    const control = new AbortController();
    const answer = client.ask("work", { turns: 1 }, { signal: control.signal });
    workers[0]!.goMissing();
    control.abort(new Error("no more"));
    await expect(answer).rejects.toThrow("no more");
  });

  it("tells all who wait for a worker that crashes, and asks another the next time", async () => {
    const { client, workers } = begin();
    const all = ["a", "b", "c"].map((text) => client.ask("fail", text));
    workers[0]!.answer(2, null);
    workers[0]!.crash("out of luck");
    expect(workers[0]!.isEnded).toBe(true);
    const next = client.ask("fail", "d");
    expect(workers).toHaveLength(2);
    const ends = await Promise.allSettled(all);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
    const crashed = { message: "The trial crashed: out of luck.", remedy: "crashed" };
    await expect(all[0]).rejects.toMatchObject(crashed);
    await expect(all[2]).rejects.toMatchObject(crashed);
    // What the first still says is nobody's, though the second has a question of that number.
    workers[0]!.refuse(4, "I am dead.");
    workers[1]!.answer(4, null);
    expect(await next).toBeNull();
  });

  it.each([
    ["could not be loaded from the server", "not-loaded", (worker) => worker.goMissing()],
    [
      "could not be loaded from the server",
      "not-loaded",
      (worker) => worker.crash("error loading dynamically imported module: x.js"),
    ],
    [
      "crashed: the browser does not say why",
      "crashed",
      (worker) => {
        worker.emit({ type: "progress", id: 1, progress: 0 });
        worker.goMissing();
      },
    ],
  ] satisfies [string, string, (worker: ScriptedRpcWorker<Trials>) => void][])(
    "tells a worker that %s from others: %s",
    async (words, remedy, act) => {
      const { client, workers } = begin();
      const answer = client.ask("work", { turns: 1 });
      act(workers[0]!);
      await expect(answer).rejects.toMatchObject({ message: `The trial ${words}.`, remedy });
    },
  );

  it("gives up a worker whose message cannot be read", async () => {
    const { client, workers } = begin();
    const answer = client.ask("work", { turns: 1 });
    workers[0]!.onmessageerror?.(new MessageEvent("messageerror"));
    await expect(answer).rejects.toThrow("A message from the trial could not be read.");
    expect(workers[0]!.isEnded).toBe(true);
  });

  const blocked = () => {
    throw new Error("blocked");
  };
  const deaf = () => Object.assign(new ScriptedRpcWorker<Trials>(), { postMessage: blocked });
  it.each([
    ["started", blocked],
    ["told anything", deaf],
  ])("says so of a worker that cannot be %s", async (_what, start) => {
    const { client } = begin({ start });
    const message = "The trial could not be reached: blocked.";
    await expect(client.ask("fail", "")).rejects.toMatchObject({ message, remedy: "unreachable" });
  });

  it("ends a worker that takes longer than it may, and none that has answered", async () => {
    vi.useFakeTimers();
    const { client, workers } = begin({ timeLimit: 1000 });
    const quick = client.ask("fail", "a");
    vi.advanceTimersByTime(999);
    workers[0]!.answer(1, null);
    expect(await quick).toBeNull();
    vi.advanceTimersByTime(5000);
    expect(workers[0]!.isEnded).toBe(false);
    const slow = client.ask("fail", "b");
    vi.advanceTimersByTime(1000);
    await expect(slow).rejects.toMatchObject({
      message: "The trial takes too long.",
      remedy: "late",
    });
    expect(workers[0]!.isEnded).toBe(true);
  });

  it("tells each new worker the same first, for which nobody waits", async () => {
    const { client, workers } = begin({ first: { question: "fail", ask: "hello" } });
    const first = client.ask("work", { turns: 1 });
    workers[0]!.refuse(0, "I would rather not.");
    workers[0]!.answer(1, "done");
    expect(await first).toBe("done");
    workers[0]!.crash("out of luck");
    void client.ask("work", { turns: 1 });
    expect(workers.map(({ asked }) => asked)).toEqual([
      ["fail", "work"],
      ["fail", "work"],
    ]);
  });

  it("ends its worker on demand, and gives those who wait the reason", async () => {
    const { client, workers } = begin();
    client.end(new Error("nothing to end"));
    const answer = client.ask("work", { turns: 1 });
    client.end(new Error("closed"));
    await expect(answer).rejects.toThrow("closed");
    expect(workers[0]!.isEnded).toBe(true);
  });
});

describe("one question", () => {
  it.each([
    ["an answer", (worker) => worker.answer(1, "done")],
    ["an error", (worker) => worker.refuse(1, "It broke.")],
    ["a crash", (worker) => worker.crash("out of luck")],
    ["its signal", (_worker, control) => control.abort()],
  ] satisfies [string, (worker: ScriptedRpcWorker<Trials>, control: AbortController) => void][])(
    "has a worker of its own, which ends with %s",
    async (_what, act) => {
      const { workers, start } = scriptedWorkers<Trials>();
      const control = new AbortController();
      const { signal } = control;
      const options = { name: "The trial", start, toError };
      const asked = askOnce<Trials, "work">(options, "work", { turns: 1 }, { signal });
      const other = askOnce<Trials, "work">(options, "work", { turns: 1 });
      act(workers[0]!, control);
      await asked.catch(() => {});
      expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
      workers[1]!.answer(1, "done");
      expect(await other).toBe("done");
    },
  );
});

describe("both sides", () => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  function begin(handlers: Partial<Handlers<Trials>> = {}, now = () => performance.now()) {
    const host: JobHost = { now, yieldToHost: turn };
    /** Turns of work that were begun. */
    let turns = 0;
    const all: Handlers<Trials> = {
      double: (values) => values.map((value) => 2 * value),
      async work({ turns: wanted }, job) {
        for (let i = 0; i < wanted; i++) {
          turns += 1;
          await job.turn(i / wanted);
        }
        return `${wanted} turns`;
      },
      fail(text) {
        throw new Error(text);
      },
      ...handlers,
    };
    const toAnswerError = (error: unknown) => new AnswerError(inWords(error), "Try again.");
    const client = createRpcClient<Trials>({
      name: "The trial",
      start: () => workerHere((port) => serve(port, all, toAnswerError, host)),
      toError,
      handsOver: ["double"],
    });
    return { client, turns: () => turns };
  }

  it("hand arrays over, which are empty where they came from", async () => {
    const kept: Float32Array[] = [];
    const { client } = begin({
      double(values) {
        kept.push(values);
        return values.map((value) => 2 * value);
      },
    });
    const mine = Float32Array.of(1, 2);
    const answer = client.ask("double", mine);
    expect(mine).toHaveLength(0);
    expect([...(await answer)]).toEqual([2, 4]);
    expect([...kept[0]!]).toEqual([1, 2]);
  });

  it("take an answer's arrays from the worker", async () => {
    const own = Float32Array.of(3);
    const { client } = begin({ double: () => own });
    expect([...(await client.ask("double", new Float32Array(1)))]).toEqual([3]);
    expect(own).toHaveLength(0);
    // It did not own them: the second time there is nothing left to hand over.
    await expect(client.ask("double", new Float32Array(1))).rejects.toMatchObject({
      remedy: "Try again.",
    });
  });

  it("keep an error's words, its remedy, and whether it passes", async () => {
    const { client } = begin({
      fail: (text) => {
        throw new AnswerError(text, "Ask something else.", true);
      },
    });
    const error: unknown = await client.ask("fail", "No.").catch((reason) => reason);
    expect(error).toBeInstanceOf(AnswerError);
    expect(error).toMatchObject({ message: "No.", remedy: "Ask something else.", isPassing: true });
  });

  it("say of a foreign error what the worker knows to say of it", async () => {
    const thrown = [new RangeError("too far"), "a text", undefined];
    const { client } = begin({
      fail: async (text) => {
        throw thrown[Number(text)];
      },
    });
    for (const [i, message] of ["too far", "a text", "undefined"].entries()) {
      await expect(client.ask("fail", `${i}`)).rejects.toMatchObject({
        message,
        remedy: "Try again.",
        isPassing: false,
      });
    }
    // It has not hurt the worker.
    expect(await client.ask("work", { turns: 0 })).toBe("0 turns");
  });

  it("say so of an answer that cannot be sent", async () => {
    const { client } = begin({ work: async () => (() => {}) as unknown as string });
    await expect(client.ask("work", { turns: 1 })).rejects.toThrow(/could not be cloned/);
  });

  it("end work that is taken back at its next turn, and no other", async () => {
    const { client, turns } = begin();
    const control = new AbortController();
    const { signal } = control;
    const long = client.ask("work", { turns: 1e6 }, { signal, onProgress: () => control.abort() });
    const short = client.ask("work", { turns: 3 });
    await expect(long).rejects.toMatchObject({ name: "AbortError" });
    expect(await short).toBe("3 turns");
    await turn();
    await turn();
    const before = turns();
    expect(before).toBeLessThan(100);
    for (let i = 0; i < 20; i++) await turn();
    expect(turns()).toBe(before);
  });

  it("tell of work that was taken back neither progress nor an error", async () => {
    const said: string[] = [];
    const port: Parameters<typeof serve<Trials>>[0] = {
      onmessage: null,
      postMessage: ({ type }) => said.push(type),
    };
    const failing = { work: 0 };
    serve<Trials>(
      port,
      {
        double: (values) => values,
        async work(_ask, job) {
          await turn();
          failing.work += 1;
          job.report(0.5);
          throw new Error("too late");
        },
        fail: () => null,
      },
      () => new AnswerError("It broke.", ""),
      { now: () => 0, yieldToHost: turn },
    );
    const tell = (data: unknown) => port.onmessage?.({ data } as MessageEvent);
    tell({ type: "ask", id: 1, question: "work", ask: { turns: 1 } });
    tell({ type: "cancel", id: 1 });
    tell({ type: "cancel", id: 7 });
    for (let i = 0; i < 5; i++) await turn();
    expect(failing.work).toBe(1);
    expect(said).toEqual([]);
    tell({ type: "ask", id: 2, question: "work", ask: { turns: 1 } });
    for (let i = 0; i < 5; i++) await turn();
    expect(said).toEqual(["progress", "error"]);
  });

  it("tell how far work is at most ten times a second", async () => {
    let time = 0;
    const { client } = begin({}, () => (time += 20));
    const shares: number[] = [];
    await client.ask("work", { turns: 50 }, { onProgress: (share) => shares.push(share) });
    // A turn takes one look at the clock, and one that tells takes two.
    expect(shares).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
  });
});

describe("ownedBuffers", () => {
  it("names every array's buffer once, wherever it is", () => {
    const pixels = new Uint8Array(8);
    const both = new Float32Array(4);
    const answer = {
      pixels,
      count: 1,
      figures: { ssim: both.subarray(0, 2), mse: both.subarray(2) },
      nothing: null,
    };
    expect(ownedBuffers(answer)).toEqual([pixels.buffer, both.buffer]);
    expect(ownedBuffers(null)).toEqual([]);
  });

  it("leaves out memory that is shared", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    const own = new Uint8Array(4);
    expect(ownedBuffers([shared, own])).toEqual([own.buffer]);
  });
});
