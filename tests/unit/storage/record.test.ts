import { describe, expect, it } from "vitest";
import { createRunLocks } from "../../../src/storage/locks";
import { statusNow } from "../../../src/storage/record";

describe("statusNow", () => {
  it("calls a run that no tab is training interrupted", () => {
    const held = new Set(["a"]);
    expect(statusNow({ id: "a", status: "running" }, held)).toBe("running");
    expect(statusNow({ id: "b", status: "running" }, held)).toBe("interrupted");
    expect(statusNow({ id: "b", status: "paused" }, held)).toBe("interrupted");
    expect(statusNow({ id: "b", status: "finished" }, held)).toBe("finished");
    expect(statusNow({ id: "a", status: "failed" }, held)).toBe("failed");
  });
});

describe("locks, where tabs cannot ask each other", () => {
  it("give a run to one taker at a time", async () => {
    const locks = createRunLocks();
    const release = await locks.take("a");
    expect(release).not.toBeNull();
    expect(await locks.take("a")).toBeNull();
    expect(await locks.held()).toEqual(new Set(["a"]));
    release!();
    expect(await locks.held()).toEqual(new Set());
    expect(await locks.take("a")).not.toBeNull();
  });
});
