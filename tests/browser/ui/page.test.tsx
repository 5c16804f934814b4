import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import type { App } from "../../../src/state/app";
import { expectNoViolationsInBothSchemes } from "./axe";
import { button, open as openPage, STEPS_PER_EPOCH, setNumber, text } from "./harness";
import type { Script, ScriptedWorker } from "./scriptedWorker";

let app: App;
let worker: ScriptedWorker;
let close: () => void;

async function open(script: Partial<Script> = {}): Promise<void> {
  ({ app, worker, close } = await openPage(script));
}

beforeEach(() => page.viewport(1440, 900));
afterEach(() => close());

describe("before the first run", () => {
  it("shows garments, PCA's result and the published one", async () => {
    await open();
    const results = page.getByRole("region", { name: "Results" });
    await expect.element(results).toHaveTextContent("0.938");
    await expect.element(results).toHaveTextContent("0.913");
    expect(text("data-source")).toMatch(/^Fashion-MNIST/);
    expect(document.querySelectorAll('canvas[data-empty="false"]').length).toBeGreaterThan(8);
  });

  it("labels synthetic garments wherever a result is shown, and hides the published one", async () => {
    await open({ spec: SYNTHETIC_GARMENTS });
    for (const testId of ["loss-chart", "ssim-chart", "reconstructions", "data-source"]) {
      await expect.element(page.getByTestId(testId)).toHaveTextContent(/synthetic garments/);
    }
    await button("Train").click();
    worker.advance(STEPS_PER_EPOCH);
    await button("Stop").click();
    await expect.element(page.getByTestId("test-results")).toHaveTextContent(/synthetic garments/);
    expect(text("test-results")).not.toContain("0.913");
  });
});

describe("a run", () => {
  it("shows its losses, figures and pictures as they come", async () => {
    await open();
    await button("Train").click();
    worker.advance(3 * STEPS_PER_EPOCH);
    await expect.element(page.getByTestId("step")).toHaveTextContent("60");
    await expect.element(page.getByTestId("images-per-second")).toHaveTextContent("412");
    await expect.element(page.getByTestId("validation-loss")).toHaveTextContent(/^0\.2\d+$/);
    await expect.element(page.getByTestId("ssim-writeup")).toHaveTextContent(/^0\.8\d+$/);
    const curve = () => document.querySelector('[data-testid="loss-chart"] .recharts-line-curve');
    await expect.poll(() => curve()?.getAttribute("d")?.length ?? 0).toBeGreaterThan(200);
    const before = curve()!.getAttribute("d");
    worker.advance(STEPS_PER_EPOCH);
    await expect.poll(() => curve()!.getAttribute("d")).not.toBe(before);
    await expect.poll(() => document.title).toMatch(/of 50/);
  });

  it("waits on Pause, takes one step on Step, and goes on with Resume", async () => {
    await open();
    await button("Train").click();
    worker.advance(5);
    await button("Pause").click();
    await button("Step").click();
    await expect.element(page.getByTestId("step")).toHaveTextContent("6");
    await button("Resume").click();
    await expect.element(button("Pause")).toBeVisible();
  });

  it("is not disturbed by new settings until Restart", async () => {
    await open();
    await button("Train").click();
    worker.advance(5);
    await setNumber("Latent size (number)", "32");
    await expect.element(page.getByText("New changes latent size 32")).toBeVisible();
    expect(worker.commands.filter(({ type }) => type === "start")).toHaveLength(1);
    await button("Restart").click();
    const last = worker.commands.findLast(({ type }) => type === "start");
    expect(last).toMatchObject({ config: { latentSize: 32 } });
  });

  it("ends with a plain answer", async () => {
    await open();
    await button("Train").click();
    worker.advance(4 * STEPS_PER_EPOCH);
    await button("Stop").click();
    await expect
      .element(page.getByTestId("test-results"))
      .toHaveTextContent("Did the net beat PCA?");
    expect(text("test-results")).toContain(
      "No. PCA does more with the same 128 numbers, by every measure.",
    );
  });
});

describe("the controls", () => {
  it("refuse a number outside its range, say what is allowed, and keep the old one", async () => {
    await open();
    const epochs = page.getByRole("spinbutton", { name: "Epochs" });
    await userEvent.fill(epochs, "0");
    await userEvent.tab();
    await expect
      .element(page.getByRole("alert"))
      .toHaveTextContent("“0” is not a whole number from 1 to 1000. 50 stays.");
    await expect.element(epochs).toHaveValue("50");
    expect(app.store.getState().settings.epochs).toBe(50);
  });

  it("move the latent size by keyboard, and the figure follows", async () => {
    await open();
    const slider = page.getByRole("slider", { name: "Latent size" });
    (slider.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowRight}");
    const size = app.store.getState().settings.latentSize;
    expect(size).toBeGreaterThan(128);
    await expect.element(slider).toHaveAttribute("aria-valuetext", `${size} numbers`);
    await expect
      .element(page.getByRole("heading", { level: 2 }).first())
      .toHaveTextContent(`${size}`);
  });

  it("put another validation image into the figure", async () => {
    await open();
    const second = page.getByRole("button", { name: /^Trouser 2.*show in the figure/ });
    await second.click();
    await expect.element(second).toHaveAttribute("aria-pressed", "true");
  });
});

describe("trouble", () => {
  it("becomes a message with what to do, and Train starts again", async () => {
    await open();
    await button("Train").click();
    worker.advance(5);
    const { runId } = worker.commands.findLast((command) => command.type === "start")!;
    worker.emit({
      type: "failed",
      runId,
      code: "not-finite",
      message: "The loss is not a number at step 6.",
      remedy: "Lower the learning rate.",
    });
    const alert = page.getByRole("alert");
    await expect.element(alert).toHaveTextContent("The loss is not a number at step 6.");
    await expect.element(alert).toHaveTextContent("Lower the learning rate.");
    await expect.poll(() => document.title).toBe("Failed · Latent Loom");
    await button("Train").click();
    await expect.element(button("Pause")).toBeVisible();
    expect(document.querySelector('[role="alert"]')).toBeNull();
  });
});

describe.each([
  [1440, 900],
  [390, 844],
] as const)("at %i × %i", (width, height) => {
  it("axe finds nothing, and nothing is wider than the window", async () => {
    await page.viewport(width, height);
    await open();
    await button("Train").click();
    worker.advance(4 * STEPS_PER_EPOCH);
    await button("Stop").click();
    await expect.element(page.getByTestId("test-results")).toBeVisible();
    await expectNoViolationsInBothSchemes();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });
});
