import { describe, expect, it } from "vitest";
import type { Calibration } from "../../../src/config/devices";
import { createCalibrationStore } from "../../../src/state/calibrations";

const calibration = (key: string, imagesPerSecond = 100): Calibration => ({
  key,
  trials: [{ name: "wasm", label: "WASM, 2 threads", imagesPerSecond, reason: "" }],
  chosen: "wasm",
});

/** A browser's storage, and a day that can be changed. */
function visits() {
  const kept = new Map<string, string>();
  const clock = { day: 1000 };
  const storage = {
    getItem: (place: string) => kept.get(place) ?? null,
    setItem: (place: string, text: string) => void kept.set(place, text),
  };
  return {
    kept,
    clock,
    visit: () => createCalibrationStore(storage, () => clock.day * 24 * 3600 * 1000),
  };
}

describe("measurements of devices", () => {
  it("are there at the next visit, the newest under each key", () => {
    const { visit } = visits();
    const first = visit();
    expect(first.load()).toEqual([]);
    first.save(calibration("a", 1));
    first.save(calibration("b", 2));
    first.save(calibration("a", 3));
    expect(visit().load()).toEqual([calibration("b", 2), calibration("a", 3)]);
  });

  it("hold for 30 days", () => {
    const { visit, clock } = visits();
    visit().save(calibration("a"));
    clock.day += 20;
    visit().save(calibration("b"));
    clock.day += 11;
    expect(visit().load()).toEqual([calibration("b")]);
  });

  it("do not pile up: the oldest give way", () => {
    const { visit } = visits();
    const store = visit();
    for (let i = 0; i < 70; i++) store.save(calibration(`net ${i}`));
    expect(store.load()).toHaveLength(60);
    expect(store.load()[0]!.key).toBe("net 10");
  });

  it.each([
    "not JSON",
    "{}",
    '[{"at":1}]',
    '[{"at":86400000000,"calibration":{"key":"a","chosen":"auto","trials":[]}}]',
  ])("that cannot be read were never made: %s", (text) => {
    const { visit, kept } = visits();
    visit().save(calibration("a"));
    kept.set([...kept.keys()][0]!, text);
    expect(visit().load()).toEqual([]);
    visit().save(calibration("b"));
    expect(visit().load()).toEqual([calibration("b")]);
  });

  it("are not kept where there is no storage, or it is full", () => {
    const none = createCalibrationStore(null);
    none.save(calibration("a"));
    expect(none.load()).toEqual([]);
    const full = createCalibrationStore({
      getItem: () => null,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    });
    full.save(calibration("a"));
    expect(full.load()).toEqual([]);
  });
});
