import { describe, expect, it } from "vitest";
import { lossOption, lossText } from "../../../src/cli/loss-option";

const { read } = lossOption("The loss");

describe("lossOption", () => {
  it.each([
    ["mse:1,ssimUniform:0.5", { meanSquaredError: 1, ssimUniform: 0.5 }],
    ["bce", { binaryCrossentropy: 1 }],
    [" mae : 2e-1 , ssimWriteup", { meanAbsoluteError: 0.2, ssimWriteup: 1 }],
    ["ssimGaussian:1000,meanSquaredError:0.001", { ssimGaussian: 1000, meanSquaredError: 0.001 }],
  ])("reads %j", (text, loss) => {
    expect(read(text)).toEqual(loss);
  });

  it.each([
    "",
    "mse:",
    "mse:0",
    "mse:-1",
    "mse:1001",
    "mse:x",
    "mse:0x10",
    "mse:0,5",
    "mse:1:2",
    "rmse",
    "mse,mse:2",
    ",",
  ])("refuses %j and names what there is", (text) => {
    expect(() => read(text)).toThrow(
      /terms with weights from 0\.001 to 1000 such as .* ssimWriteup, bce, mse, mae, each once$/,
    );
  });

  it("writes what it reads", () => {
    const loss = { ssimUniform: 0.5, meanSquaredError: 1 };
    expect(lossText(loss)).toBe("meanSquaredError:1, ssimUniform:0.5");
    expect(read(lossText(loss))).toEqual(loss);
  });
});
