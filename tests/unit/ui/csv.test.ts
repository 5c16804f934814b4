import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import { appendLosses, EMPTY_SERIES } from "../../../src/state/series";
import { NEW_RUN, type Run } from "../../../src/state/state";
import { elboCsv, lossCsv, ssimCsv } from "../../../src/ui/charts/save/csv";

const run: Run = {
  ...NEW_RUN,
  id: "run-1",
  queued: null,
  config: configFor("baseline", { epochs: 2 }),
  started: {
    deviceLabel: "WASM",
    deviceName: "wasm",
    threads: 1,
    parameters: 1,
    stepsPerEpoch: 2,
    totalSteps: 4,
    lossFloor: 0.2,
  },
  losses: appendLosses(EMPTY_SERIES, 1, Float32Array.of(0.5, 0.25, 0.125)),
  epochs: [
    {
      epoch: 1,
      step: 2,
      trainLoss: 0.375,
      validationLoss: 0.3,
      validation: { mse: 0.01, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 },
      isBest: true,
      seconds: 1,
    },
  ],
};

describe("a chart's CSV", () => {
  it("has every step's loss and learning rate, and validation where an epoch ends", () => {
    expect(lossCsv(run)).toBe(
      [
        "step,epoch,training_loss,learning_rate,epoch_training_loss,validation_loss,best_so_far",
        "1,0.5,0.5,0.001,,,",
        "2,1,0.25,0.001,0.375,0.3,true",
        "3,1.5,0.125,0.001,,,",
        "",
      ].join("\n"),
    );
  });

  it("has every epoch's SSIM by both protocols", () => {
    expect(ssimCsv(run)).toBe(
      "epoch,step,ssim_writeup,ssim_wang,mse,psnr,best_so_far\n1,2,0.9,0.8,0.01,20,true\n",
    );
  });

  it("has every epoch's ELBO, and what each number of the code costs", () => {
    const nats = { elbo: 5, reconstruction: 3, kl: 2, activeUnits: 1, klOfNumbers: [1.5, 0.5] };
    const [epoch] = run.epochs;
    expect(elboCsv({ ...run, epochs: [{ ...epoch!, nats }] })).toBe(
      "epoch,step,elbo,reconstruction,kl,active_units,kl_1,kl_2\n1,2,5,3,2,1,1.5,0.5\n",
    );
  });
});
