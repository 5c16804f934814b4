import { expect, it } from "vitest";
import { NO_GPU } from "../../../src/cli/dawn";
import { CommandError, reportError, UsageError } from "../../../src/cli/errors";
import { DeviceError, DeviceLostError } from "../../../src/engine/errors";

function report(error: unknown): { code: number; text: string } {
  let text = "";
  const code = reportError(error, (more) => {
    text += more;
  });
  return { code, text };
}

it("what the machine lacks is one line that says what to do, and no stack", () => {
  expect(report(new DeviceError(NO_GPU))).toEqual({ code: 1, text: `${NO_GPU}\n` });
  expect(NO_GPU).toContain("sudo apt-get install chromium");
  expect(report(new DeviceLostError("The GPU is lost."))).toEqual({
    code: 1,
    text: "The GPU is lost.\n",
  });
  expect(report(new CommandError("No images."))).toEqual({ code: 1, text: "No images.\n" });
  expect(report(new UsageError("Not that."))).toEqual({ code: 2, text: "Not that.\n" });
});

it("a fault of the program shows its stack", () => {
  const { code, text } = report(new TypeError("x is undefined"));
  expect(code).toBe(1);
  expect(text).toMatch(/TypeError: x is undefined\n +at /);
});
