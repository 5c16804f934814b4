import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/config/config-schema";
import { DataError } from "../../../src/datasets/download/errors";
import { DeviceError } from "../../../src/engine/errors";
import { CheckpointError, NonFiniteLossError } from "../../../src/training/errors";
import { toFailure } from "../../../src/worker/failures";

describe("a failure, as the page shows it", () => {
  it.each([
    new DataError("unreachable", "The server did not answer."),
    new DataError("damaged", "The stored images are damaged."),
    new ConfigError("Epochs must be a whole number from 1 to 1000."),
    new DeviceError("There is no WebGPU here."),
    new NonFiniteLossError(5, 1, Number.NaN, 0.1),
    new CheckpointError("its best weights are missing"),
    new Error("no full stop"),
    "a text",
  ])("has sentences with one full stop: %s", (error) => {
    const { message, remedy } = toFailure(error);
    expect(message).toMatch(/[^.]\.$/);
    expect(remedy).toMatch(/[^.]\.$/);
  });

  it("of the images tells visitors first what they can do themselves", () => {
    for (const trouble of ["unreachable", "damaged"] as const) {
      const { code, remedy } = toFailure(new DataError(trouble, "No images."));
      expect(code).toBe("data");
      expect(remedy).toMatch(/reload the page/i);
    }
  });
});

it("nothing in the page tells its visitors to run a command: they have none", () => {
  const source = join(import.meta.dirname, "../../../src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && !file.startsWith("cli/"),
  );
  expect(files.length).toBeGreaterThan(300);
  const lines = files.flatMap((file) =>
    readFileSync(join(source, file), "utf8")
      .split("\n")
      .filter((line) => /\bnpm (run|start|test)\b/.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  // Whoever runs the server has them.
  expect(lines.filter((line) => !line.includes("whoever runs"))).toEqual([]);
});
