import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Pca } from "../../../src/math/pca";
import { ScriptedTrainer } from "../training/fixtures";
import { pcaFigures, startSession } from "./fakes";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const PCA: Pca = {
  mean: new Float64Array(784).fill(0.5),
  components: new Float64Array(784),
  variances: new Float64Array(1),
  isCut: false,
};

/** A session whose fit arrives when it is told to, and whose nets all start from it. */
function slowFit() {
  let arrive = (_: Pca) => {};
  const started: Pca[] = [];
  const session = startSession({
    createPca: () => ({
      pca: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
      figures: async (latentSize) => pcaFigures(latentSize),
      dispose: () => {},
    }),
    async buildModel(_net, _seed, pca) {
      if (pca) started.push(await pca());
      return new ScriptedTrainer(1).model;
    },
  });
  return { ...session, started, arrive: () => arrive(PCA) };
}

const someTurns = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe("a net that starts from PCA", () => {
  it("waits for the fit, and the wait counts as the run's", async () => {
    const { all, until, start, started, arrive } = slowFit();
    const begun = performance.now();
    start("a");
    await someTurns();
    expect(all("started")).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    arrive();
    await until(() => all("finished").length === 1);
    expect(started).toEqual([PCA]);
    const { seconds } = all("finished")[0]!.result;
    expect(seconds).toBeGreaterThan(0.045);
    expect(seconds).toBeLessThanOrEqual((performance.now() - begun) / 1000);
  });

  it("is given up at once when its run is dropped while it waits", async () => {
    const { all, until, send, start, started, arrive } = slowFit();
    start("a");
    await someTurns();
    send({ type: "reset" });
    await someTurns();
    start("b");
    await until(() => all("phase").some((event) => event.runId === "b"));
    arrive();
    await until(() => all("finished").length === 1);
    expect(all("finished")[0]!.runId).toBe("b");
    expect(started).toEqual([PCA]);
    expect(all("failed")).toEqual([]);
  });
});
