import { expect, test } from "vitest";
import { createProgress } from "../../../src/cli/progress";

function recorder(isTTY: boolean, columns = 80) {
  let written = "";
  let time = 0;
  const stream = {
    isTTY,
    columns,
    write: (text: string) => {
      written += text;
    },
  };
  const progress = createProgress(stream, () => time);
  return {
    progress,
    wait: (ms: number) => {
      time += ms;
    },
    taken: () => {
      const text = written;
      written = "";
      return text;
    },
  };
}

test("on a terminal, one line is drawn over and over, ten times a second at most", () => {
  const { progress, wait, taken } = recorder(true);
  progress.update(0.5, "half");
  expect(taken()).toBe(`\r\u001b[K${"█".repeat(12)}${"░".repeat(12)}  50% half`);
  progress.update(0.6, "too soon");
  expect(taken()).toBe("");
  wait(100);
  progress.update(1, "all");
  expect(taken()).toContain("100% all");
  progress.finish("Done.");
  expect(taken()).toBe("\r\u001b[KDone.\n");
});

test("on a narrow terminal the line does not wrap", () => {
  const { progress, taken } = recorder(true, 40);
  progress.update(0.1, "x".repeat(100));
  expect(taken().replace("\r\u001b[K", "")).toHaveLength(39);
});

test("in a log, a line every ten seconds and no control characters", () => {
  const { progress, wait, taken } = recorder(false);
  progress.update(0, "begun");
  expect(taken()).toBe("");
  wait(10_000);
  progress.update(0.25, "a quarter");
  progress.update(0.26, "more");
  expect(taken()).toBe(" 25% a quarter\n");
  progress.finish("Done.");
  expect(taken()).toBe("Done.\n");
});

test("a fraction out of range is brought into it", () => {
  const { progress, wait, taken } = recorder(true);
  progress.update(Number.NaN, "start");
  expect(taken()).toContain("  0% start");
  wait(200);
  progress.update(1.5, "end");
  expect(taken()).toContain("100% end");
});
