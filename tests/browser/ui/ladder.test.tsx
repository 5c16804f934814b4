import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import type { RunConfig } from "../../../src/config/config";
import { expectNoViolationsInBothSchemes } from "./axe";
import { createFakeInference } from "./fakeInference";
import { button, type Opened, open, STEPS_PER_EPOCH } from "./harness";
import { baselineQuality } from "./script";

let opened: Opened;

beforeEach(async () => {
  localStorage.clear();
  await page.viewport(1440, 900);
  window.location.hash = "";
  const quality = (epoch: number) => {
    const figures = baselineQuality(epoch);
    return { ...figures, ssimWriteup: figures.ssimWriteup + worth(trainedNow()) };
  };
  opened = await open({ quality }, {}, createFakeInference());
});
afterEach(() => {
  opened.close();
  window.location.hash = "";
});

const trainedNow = (): RunConfig =>
  opened.worker.commands.findLast((command) => command.type === "start")!.config;

/** Batch normalisation is worth much and 256 numbers less; smaller batches cost; the rest does nothing. */
function worth({ net, preset, latentSize, batchSize }: RunConfig): number {
  const isNormal = preset === "modified" || net?.includes("norm");
  return (isNormal ? 0.02 : 0) + (latentSize === 256 ? 0.01 : 0) - (batchSize === 64 ? 0.005 : 0);
}

const figure = (testId: string) => page.getByTestId(testId);
const progress = () => figure("ladder-progress");
const phase = () => opened.app.store.getState().run?.phase;
const select = (name: string, option: string) =>
  page.getByRole("combobox", { name, exact: true }).selectOptions(option);

/** Trains so many of the queue's runs to their end. */
async function trainAll(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await expect.poll(phase).toBe("training");
    opened.worker.advance(trainedNow().epochs * STEPS_PER_EPOCH);
  }
}

describe("a ladder", () => {
  it("is planned, trained as a queue, paused, and drawn with what each change brought", async () => {
    window.location.hash = "runs?ladder=baseline,modified";
    const steps = figure("ladder-steps");
    await expect.element(steps).toHaveTextContent(/^Published baseline1\.62 M weights/);
    await page.getByRole("button", { name: "batch size 64 earlier" }).click();
    const changes = () =>
      [...steps.element().querySelectorAll("li > span")].map(({ textContent }) => textContent);
    expect(changes().slice(3)).toEqual([
      "+ dropout",
      "batch size 64",
      "latent 256",
      "+ early stopping",
    ]);
    await select("Epochs of each net", "1");
    await expect.element(figure("ladder-effort")).toHaveTextContent(/not known yet.*Time this/);
    await button("Train 7 nets").click();
    await expect.element(progress()).toHaveTextContent(/^0 of 7 nets trained; training/);
    await expect.element(button("Under way")).toBeDisabled();
    await figure("ladder").getByRole("button", { name: "Pause" }).click();
    await expect.element(progress()).toHaveTextContent(/paused at Published baseline, seed 1/);
    await figure("ladder").getByRole("button", { name: "Resume" }).click();
    await trainAll(7);
    await expect.element(progress()).toHaveTextContent("7 of 7 nets trained");
    await expect
      .element(figure("ladder-outcome"))
      .toHaveTextContent(
        "SSIM rose with + batch normalisation (+0.0200) and latent 256 (+0.0100). It fell with " +
          "batch size 64 (−0.0050). Nothing that chance does not: + convolution block, + dropout, " +
          "and + early stopping.",
      );
    await expect
      .element(figure("ladder-ssim").getByRole("img"))
      .toHaveAccessibleName(
        /\+ batch normalisation \+0\.0200; \+ dropout 0\.0000, no more than chance/,
      );
    const rows = figure("ladder-table").getByRole("row").elements();
    expect(rows).toHaveLength(8);
    expect(rows[3]!.textContent).toMatch(/^\+ batch norm.*\+0\.0200.*better.*1,622,177/);
    await expect.element(figure("ladder-effort")).toHaveTextContent("7 of 7 nets");
    await expectNoViolationsInBothSchemes(figure("ladder").element());
  });

  it("shows a net's seeds on a phone, within the page, and is removed", async () => {
    await page.viewport(390, 844);
    // From a kept run: it is the start of the first seed already.
    opened.app.change({ epochs: 1 });
    opened.app.train();
    await trainAll(1);
    await expect.poll(() => opened.app.runs.state.getState().records?.[0]?.result).toBeTruthy();
    const { id } = opened.app.runs.state.getState().records![0]!;
    opened.app.change({ learningRate: 0.01 });
    window.location.hash = `runs?ladder=${id},form`;
    await select("Seeds", "2 seeds");
    await expect.element(figure("ladder-effort")).toHaveTextContent(/1 of 4 .*About 1 min 22 s/);
    await button("Train 3 nets").click();
    await trainAll(3);
    await expect.element(progress()).toHaveTextContent("4 of 4");
    await expect.element(figure("ladder-ssim")).toHaveTextContent(/95% over seeds/);
    await expect
      .element(figure("ladder-outcome"))
      .toHaveTextContent(/chance does not: learning rate 0.01/);
    const { scrollWidth, clientWidth } = document.documentElement;
    expect(scrollWidth).toBe(clientWidth);
    // Wider than the phone, the table is within the keyboard's reach.
    const links = figure("ladder-table").getByRole("link").elements();
    expect(links).toHaveLength(4);
    await button("Remove").click();
    await expect.element(figure("ladder")).toHaveTextContent(/The steps grow here/);
    await page.getByRole("link", { name: "Back to all runs" }).click();
    await expect.poll(() => page.getByTestId("run").elements().length).toBe(4);
  });
});
