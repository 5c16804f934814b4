import { describe, expect, it } from "vitest";
import { exportNet } from "../../../src/client/export";
import type { ExportQuestions } from "../../../src/protocol/export";
import { inWords } from "../../../src/protocol/rpc";
import { explainHere, ScriptedRpcWorker } from "../rpc-workers";

function begin() {
  const worker = new ScriptedRpcWorker<ExportQuestions>();
  const done = exportNet({ target: "onnx", net: "shipped" }, () => worker, explainHere);
  return { worker, done };
}

describe("exportNet", () => {
  it("hands on the zip, and ends the worker", async () => {
    const { worker, done } = begin();
    const zip = new Uint8Array([80, 75]);
    worker.answer(1, zip);
    expect(await done).toBe(zip);
    expect(worker.isEnded).toBe(true);
  });

  it.each([
    [
      "refused",
      (worker: ScriptedRpcWorker<ExportQuestions>) =>
        worker.refuse(1, "It has no ONNX.", "Choose another form."),
      "It has no ONNX. Choose another form.",
    ],
    [
      "crashed",
      (worker: ScriptedRpcWorker<ExportQuestions>) => worker.crash("boom"),
      "The export crashed: boom. Try it again.",
    ],
    [
      "not loaded",
      (worker: ScriptedRpcWorker<ExportQuestions>) => worker.goMissing(),
      "The export is not there. Wait.",
    ],
  ])("%s, says why and what to do, and ends the worker", async (_what, fail, words) => {
    const { worker, done } = begin();
    fail(worker);
    expect(inWords(await done.catch((error) => error))).toBe(words);
    expect(worker.isEnded).toBe(true);
  });
});
