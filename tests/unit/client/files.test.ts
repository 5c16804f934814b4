import { describe, expect, it } from "vitest";
import { createRunFiles } from "../../../src/client/files";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { FileQuestions } from "../../../src/protocol/files";
import { AnswerError, inWords } from "../../../src/protocol/rpc";
import { newRecord } from "../../../src/storage/record";
import { explainHere, type ScriptedRpcWorker, scriptedWorkers } from "../rpc-workers";

type FileWorker = ScriptedRpcWorker<FileQuestions>;

const RUN = { record: newRecord("a", DEFAULT_CONFIG, 1), arrays: null, frames: [] };

describe("run files", () => {
  it("are made and read by a worker each, which ends with its answer", async () => {
    const { workers, start } = scriptedWorkers<FileQuestions>();
    const files = createRunFiles(start);
    const bytes = new Uint8Array([1, 2, 3]);
    const packed = files.pack(RUN);
    const unpacked = files.unpack(bytes, "b");
    expect(workers.map(({ asked }) => asked)).toEqual([["pack"], ["unpack"]]);
    // A run is the store's, a file's bytes are nobody else's.
    expect(workers.map(({ transfers }) => transfers)).toEqual([[[]], [[bytes.buffer]]]);
    workers[0]!.answer(1, bytes);
    workers[1]!.answer(1, RUN);
    expect(await packed).toEqual(bytes);
    expect(await unpacked).toEqual(RUN);
    expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, true]);
  });

  it.each([
    [
      "refused",
      (worker: FileWorker) => worker.refuse(1, "Its losses.f32 is damaged."),
      /losses.f32 is damaged/,
    ],
    [
      "too much for the worker",
      (worker: FileWorker) => worker.crash("out of memory"),
      /more memory/,
    ],
    [
      "of no worker",
      (worker: FileWorker) => worker.goMissing(),
      /^the part of the page .* is not there\. Wait\.$/,
    ],
    ["read for ever", () => {}, /too long/],
  ])("%s, say why, and the worker ends", async (_what, act, message) => {
    const { workers, start } = scriptedWorkers<FileQuestions>();
    const attempt = createRunFiles(start, 20, explainHere).unpack(new Uint8Array(4), "b");
    act(workers[0]!);
    const error: unknown = await attempt.catch((reason) => reason);
    expect(error).toBeInstanceOf(AnswerError);
    expect(inWords(error)).toMatch(message);
    expect(workers.map(({ isEnded }) => isEnded)).toEqual([true]);
  });
});
