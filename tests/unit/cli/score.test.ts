import { expect, test } from "vitest";
import { UsageError } from "../../../src/cli/errors";
import { score } from "../../../src/cli/score";
import golden from "../../golden/ssim.json";

const GOLDEN = "tests/golden/ssim.json";

test("scores the golden pairs as scikit-image does", async () => {
  let printed = "";
  await score(["--pairs", GOLDEN, "--json"], (text) => {
    printed += text;
  });
  const scores = JSON.parse(printed);
  expect(scores).toHaveLength(golden.pairs.length);
  for (const [index, pair] of golden.pairs.entries()) {
    expect(Math.abs(scores[index].ssim - pair.gaussian11_valid_range1)).toBeLessThan(1e-6);
    expect(Math.abs(scores[index].ssimWriteup - pair.uniform7_range2)).toBeLessThan(1e-6);
  }
});

test("prints a table without --json", async () => {
  let printed = "";
  await score(["--pairs", GOLDEN], (text) => {
    printed += text;
  });
  expect(printed.trimEnd().split("\n")).toHaveLength(golden.pairs.length + 1);
});

test.each([
  ["nowhere.json", "cannot be read"],
  ["README.md", "not JSON"],
  ["package.json", "in package.json, pairs is missing. It must be {"],
])("says what is wrong with %s", async (file, message) => {
  const attempt = score(["--pairs", file]);
  await expect(attempt).rejects.toThrow(UsageError);
  await expect(attempt).rejects.toThrow(message);
});
