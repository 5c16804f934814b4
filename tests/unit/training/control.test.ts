import { describe, expect, it } from "vitest";
import { RunControl } from "../../../src/training/control";
import { RunCancelledError } from "../../../src/training/errors";

describe("orCancelled", () => {
  it("gives what is waited for, through pauses and stops", async () => {
    const control = new RunControl();
    let answer = (_: number | undefined) => {};
    const waiting = control.orCancelled(
      new Promise<number | undefined>((resolve) => {
        answer = resolve;
      }),
    );
    for (const change of ["pause", "resume", "stop"] as const) {
      control[change]();
      await new Promise((resolve) => setImmediate(resolve));
    }
    answer(undefined);
    expect(await waiting).toBeUndefined();
  });

  it("passes on a failure", async () => {
    const failing = new RunControl().orCancelled(Promise.reject(new Error("no memory")));
    await expect(failing).rejects.toThrow("no memory");
  });

  it("waits no longer once the run is cancelled, even if it fails later", async () => {
    const control = new RunControl();
    let fail = (_: Error) => {};
    const waiting = control.orCancelled(
      new Promise((_, reject) => {
        fail = reject;
      }),
    );
    control.cancel();
    await expect(waiting).rejects.toThrow(RunCancelledError);
    fail(new Error("too late to be heard"));
    await expect(control.orCancelled(Promise.reject(new Error("unheard")))).rejects.toThrow(
      RunCancelledError,
    );
  });
});
