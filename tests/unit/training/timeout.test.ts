import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeviceError } from "../../../src/engine/errors";
import { withTimeout } from "../../../src/training/timeout";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOUR = 3_600_000;

describe("waiting for a device", () => {
  it("gives up one that does not answer in time", async () => {
    const answer = withTimeout(new Promise(() => {}), 20);
    const given = expect(answer).rejects.toThrow(
      new DeviceError("The device has not answered for 20 seconds."),
    );
    await vi.advanceTimersByTimeAsync(20_000);
    await given;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not count the hour that a laptop sleeps", async () => {
    let say = (_: string): void => {};
    const answer = withTimeout(
      new Promise<string>((resolve) => {
        say = resolve;
      }),
      20,
    );
    await vi.advanceTimersByTimeAsync(15_000);
    // Asleep, the clock goes on and timers do not.
    vi.setSystemTime(Date.now() + HOUR);
    await vi.advanceTimersByTimeAsync(4_000);
    say("awake");
    expect(await answer).toBe("awake");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("begins anew with each sign of life", async () => {
    let signs = 0;
    const answer = withTimeout(new Promise(() => {}), 20, undefined, () => signs);
    const given = expect(answer).rejects.toThrow(DeviceError);
    for (signs = 1; signs < 4; signs++) await vi.advanceTimersByTimeAsync(15_000);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(21_000);
    await given;
  });

  it("hands on what the device itself says is wrong", async () => {
    await expect(withTimeout(Promise.reject(new Error("lost")), 20)).rejects.toThrow("lost");
  });
});
