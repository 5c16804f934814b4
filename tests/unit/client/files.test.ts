import { describe, expect, it } from "vitest";
import { createRunFiles, FileRefusedError, type FileWorkerLike } from "../../../src/client/files";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { FileAnswer, FileCommand } from "../../../src/protocol/files";
import { newRecord } from "../../../src/storage/record";

/** A worker that answers from a script, or never. */
function scripted(answer: (command: FileCommand) => FileAnswer | "crash" | "missing" | "silence") {
  const workers: { ended: boolean }[] = [];
  const factory = (): FileWorkerLike => {
    const state = { ended: false };
    workers.push(state);
    const worker: FileWorkerLike = {
      onmessage: null,
      onerror: null,
      terminate: () => {
        state.ended = true;
      },
      postMessage(command) {
        const data = answer(command);
        queueMicrotask(() => {
          if (data === "silence") return;
          const error = { preventDefault() {} };
          const crash = { ...error, message: "out of memory" } as ErrorEvent;
          if (data === "crash") worker.onerror?.(crash);
          else if (data === "missing") worker.onerror?.(error as ErrorEvent);
          else worker.onmessage?.({ data } as MessageEvent<FileAnswer>);
        });
      },
    };
    return worker;
  };
  return { factory, workers };
}

const RUN = { record: newRecord("a", DEFAULT_CONFIG, 1), arrays: null, frames: [] };

describe("run files", () => {
  it("are made and read by a worker each, which ends with its answer", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const { factory, workers } = scripted((command) =>
      command.type === "pack" ? { type: "packed", bytes } : { type: "unpacked", run: RUN },
    );
    const files = createRunFiles(factory);
    expect(await files.pack(RUN)).toEqual(bytes);
    expect(await files.unpack(bytes, "b")).toEqual(RUN);
    expect(workers).toEqual([{ ended: true }, { ended: true }]);
  });

  it.each([
    [
      "refused",
      { type: "refused", message: "Its losses.f32 is damaged." },
      /losses.f32 is damaged/,
    ],
    ["too much for the worker", "crash", /more memory/],
    ["of no worker", "missing", /^the part of the page .* is not there\. Wait\.$/],
    ["read for ever", "silence", /too long/],
  ] as const)("%s, say why, and the worker ends", async (_what, answer, message) => {
    const { factory, workers } = scripted(() => answer);
    const attempt = createRunFiles(factory, 20, async (name) => ({
      message: `${name} is not there.`,
      remedy: "Wait.",
    })).unpack(new Uint8Array(4), "b");
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(FileRefusedError);
    expect(workers).toEqual([{ ended: true }]);
  });
});
