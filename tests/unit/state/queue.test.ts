import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import {
  begun,
  EMPTY_QUEUE,
  nextRun,
  type QueueEvent,
  reduceQueue,
  withFailed,
} from "../../../src/state/queue";

const run = (id: string) => ({ id, config: configFor("loom", { latentSize: 32 }), tag: "sweep" });
const queueOf = (...events: QueueEvent[]) => events.reduce(reduceQueue, EMPTY_QUEUE);
const three = queueOf({ type: "enqueued", runs: ["a", "b", "c"].map(run) });
const ids = ({ waiting }: typeof EMPTY_QUEUE) => waiting.map(({ id }) => id).join("");

describe("the queue", () => {
  it("takes runs in the order they came", () => {
    expect(ids(reduceQueue(three, { type: "enqueued", runs: [run("d")] }))).toBe("abcd");
    expect(nextRun(three)?.id).toBe("a");
  });

  it.each([
    ["c", 0, "cab"],
    ["a", 1, "bac"],
    ["a", 99, "bca"],
    ["b", -1, "bac"],
    ["x", 0, "abc"],
  ])("moves %s to place %i", (id, to, order) => {
    expect(ids(reduceQueue(three, { type: "queueMoved", id, to }))).toBe(order);
  });

  it("forgets one, or all", () => {
    expect(ids(reduceQueue(three, { type: "unqueued", id: "b" }))).toBe("ac");
    expect(ids(reduceQueue(three, { type: "queueCleared" }))).toBe("");
  });

  it("has no next run while it is held, and goes on once a run is added", () => {
    const held = reduceQueue(three, { type: "queueHeld", held: true });
    expect(nextRun(held)).toBeNull();
    expect(nextRun(reduceQueue(held, { type: "enqueued", runs: [run("d")] }))?.id).toBe("a");
  });

  it("keeps a note of a run that failed, once, until it is dismissed", () => {
    const begunRun = begun(three, run("a"));
    expect(ids(begunRun)).toBe("bc");
    const noted = withFailed(withFailed(begunRun, run("a"), "no memory"), run("a"), "no memory");
    expect(noted.failed).toEqual([{ ...run("a"), message: "no memory" }]);
    expect(reduceQueue(noted, { type: "failedRunDismissed", id: "a" }).failed).toEqual([]);
  });
});
