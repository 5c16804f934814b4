import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { configFor } from "../../../src/config/recipes";
import { pictureOf } from "../../../src/ui/charts/save/picture";
import { expectNoViolations } from "./axe";
import {
  button,
  numberField,
  type Opened,
  open,
  openMore,
  STEPS_PER_EPOCH,
  setNumber,
  text,
} from "./harness";

let opened: Opened;

beforeEach(() => page.viewport(1440, 900));
afterEach(() => opened.close());

const state = () => opened.app.store.getState();
const surface = () => page.getByRole("slider", { name: "Cursor in the chart of Loss" });

/** Trains a run for so many epochs. */
async function train(epochs: number): Promise<void> {
  await button("Train").click();
  opened.worker.advance(epochs * STEPS_PER_EPOCH);
  await expect.poll(() => curves("loss-chart").length).toBeGreaterThan(1);
  await expect.poll(() => curves("ssim-chart").filter(Boolean).length).toBe(2);
}

const curves = (testId: string) =>
  [...page.getByTestId(testId).element().querySelectorAll(".recharts-line-curve")].map(
    (path) => path.getAttribute("d") ?? "",
  );
const crosshairs = () => document.querySelectorAll('[class*="crosshair"]').length;

/** A pointer over the loss's plot, at a share of its width. */
function point(type: string, share: number, more: PointerEventInit = {}): void {
  const element = surface().element();
  const { left, top, width, height } = element.getBoundingClientRect();
  element.dispatchEvent(
    new PointerEvent(type, {
      bubbles: true,
      pointerId: 1,
      pointerType: "mouse",
      clientX: left + share * width,
      clientY: top + height / 2,
      ...more,
    }),
  );
}

describe("the charts", () => {
  beforeEach(async () => {
    opened = await open();
    await train(10);
    await expect.poll(() => state().run?.epochs.length).toBe(10);
  });

  it("share one cursor, with the values where it stands", async () => {
    point("pointermove", 0.5);
    const { cursor, run } = state();
    expect(cursor).toBeGreaterThan(0);
    await expect.poll(crosshairs).toBe(2);
    const epoch = Math.floor(cursor! / STEPS_PER_EPOCH);
    const { validationLoss, validation } = run!.epochs[epoch - 1]!;
    await expect
      .element(page.getByTestId("validation-loss"))
      .toHaveTextContent(validationLoss.toFixed(4));
    await expect
      .element(page.getByTestId("ssim-chart"))
      .toHaveTextContent(`write-up protocol${validation.ssimWriteup.toFixed(3)}`);
    await expect.element(page.getByTestId("loss-chart")).toHaveTextContent(`step ${cursor}`);
    // A line for the training, the validation and both SSIMs.
    await expect.poll(() => document.querySelectorAll('[data-cursor][d^="M"]').length).toBe(4);
    await button("Back to the newest step").first().click();
    expect(state().cursor).toBeNull();
  });

  it("are moved and zoomed by keyboard alone", async () => {
    (surface().element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(state().cursor).toBe(8 * STEPS_PER_EPOCH);
    await expect.element(surface()).toHaveAttribute("aria-valuetext", "epoch 8.00, step 160");
    await userEvent.keyboard("{Home}");
    expect(state().cursor).toBe(1);
    await userEvent.keyboard("{Escape}");
    expect(state().cursor).toBeNull();
    await userEvent.keyboard("++");
    const [from, to] = state().charts.zoom!;
    expect(to - from).toBeLessThan(6);
    await userEvent.keyboard("0");
    expect(state().charts.zoom).toBeNull();
  });

  it("zoom to a range that is dragged over, all of them, and back", async () => {
    const before = { loss: curves("loss-chart"), ssim: curves("ssim-chart") };
    // Only a pointer that the browser itself has seen can be captured.
    surface().element().setPointerCapture = () => {};
    point("pointerdown", 0.25, { buttons: 1 });
    point("pointermove", 0.4, { buttons: 1 });
    point("pointermove", 0.5, { buttons: 1 });
    point("pointerup", 0.5);
    const [from, to] = state().charts.zoom!;
    expect(from).toBeGreaterThan(1);
    expect(to).toBeGreaterThan(from);
    await expect.poll(() => curves("loss-chart")).not.toEqual(before.loss);
    await expect.poll(() => curves("ssim-chart")).not.toEqual(before.ssim);
    await button("All epochs").first().click();
    expect(state().charts.zoom).toBeNull();
    await expect.poll(() => curves("ssim-chart")).toEqual(before.ssim);
  });

  it("smooth the training loss, and take a logarithmic axis", async () => {
    const before = curves("loss-chart");
    const slider = page.getByRole("slider", { name: "Smooth" });
    await userEvent.fill(slider, "0");
    expect(state().charts.smoothing).toBe(0);
    await expect.poll(() => curves("loss-chart")).toHaveLength(before.length - 1);
    await button("Log axis").click();
    await expect.element(button("Log axis")).toHaveAttribute("aria-pressed", "true");
    await expect.poll(() => curves("loss-chart").at(-1)).not.toBe(before.at(-1));
  });

  it("ring the best epoch", async () => {
    const rings = () =>
      [...document.querySelectorAll("circle.best")].filter(
        (ring) => ring.getAttribute("r") !== "0",
      );
    await expect.poll(() => rings().length).toBe(3);
  });

  it("keep earlier runs behind the present one, named by what differs", async () => {
    await button("Stop").click();
    await setNumber("Latent size (number)", "32");
    await train(3);
    const chart = page.getByTestId("loss-chart");
    await expect.element(chart).toHaveTextContent("1 earlier run");
    await expect.element(chart).toHaveTextContent("latent size 128");
    await button("Forget earlier runs").click();
    await expect.element(chart).not.toHaveTextContent("latent size 128");
  });

  it("become pictures that need no style sheet", async () => {
    const panel = page.getByTestId("loss-chart").element();
    const room = panel.querySelector<HTMLElement>('[class*="room"]')!;
    const sheet = {
      title: "Loss",
      name: "loss" as const,
      measure: "binary cross-entropy",
      keys: [{ name: "validation", colour: "var(--validation)", dashed: true }],
    };
    const picture = pictureOf(room, sheet, "Published baseline");
    const text = new XMLSerializer().serializeToString(picture);
    expect(text).not.toContain("var(--");
    expect(text).toContain("Published baseline · binary cross-entropy");
    expect(text).toContain("rgb(90, 73, 192)");
    expect(text).toMatch(/learning rate 0\.001/);
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await image.decode();
    expect(image.naturalWidth).toBe(picture.viewBox.baseVal.width);
  });
});

describe("the queue", () => {
  it("lists what waits, in an order that can be changed", async () => {
    opened = await open();
    opened.app.enqueue([16, 32, 64].map((latentSize) => configFor("baseline", { latentSize })));
    const queue = page.getByTestId("queue");
    await queue.getByRole("button", { name: "2 in the queue" }).click();
    const list = queue.getByRole("list");
    await expect.element(list).toHaveTextContent(/latent size 32.*latent size 64/);
    await button("Later: Published baseline, latent size 32").click();
    await expect.element(list).toHaveTextContent(/latent size 64.*latent size 32/);
    await button("Remove: Published baseline, latent size 32").click();
    await expect.element(queue).toHaveTextContent("1 in the queue");
    await expectNoViolations(queue.element());
    await button("Clear").click();
    expect(queue.elements()).toEqual([]);
  });

  it("takes the form's settings, which then are no new changes", async () => {
    opened = await open();
    await button("Train").click();
    await setNumber("Latent size (number)", "32");
    await expect.element(page.getByText("New changes latent size 32")).toBeVisible();
    await button("Add to queue").click();
    await expect.element(page.getByTestId("queue")).toHaveTextContent("1 in the queue");
    expect(page.getByText("New changes latent size 32").elements()).toEqual([]);
    await button("Stop").click();
    await expect.poll(() => state().run?.config.latentSize).toBe(32);
  });

  it("takes several seeds at once, by keyboard too, and none twice", async () => {
    opened = await open({}, { settings: configFor("baseline", { seed: 7 }) });
    await button("Train").click();
    const more = button("Add several seeds to queue");
    (more.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(more).toHaveAttribute("aria-expanded", "true");
    await expectNoViolations(page.getByRole("group", { name: "Queue" }).element());
    await userEvent.keyboard("{Escape}");
    await expect.element(more).toHaveAttribute("aria-expanded", "false");
    await userEvent.keyboard("{Enter}{Tab}");
    await expect.element(button("3 seeds 7 to 9")).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    await expect.element(more).toHaveFocus();
    // The first of them is in training.
    const waiting = () => state().queue.waiting.map(({ config }) => config.seed);
    await expect.poll(waiting).toEqual([8, 9]);
    await expect.element(page.getByText("2 runs added to the queue: seeds 8, 9.")).toBeVisible();
    await more.click();
    await button("5 seeds 7 to 11").click();
    expect(waiting()).toEqual([8, 9, 10, 11]);
    await more.click();
    await button("3 seeds 7 to 9").click();
    expect(waiting()).toEqual([8, 9, 10, 11]);
    await expect.element(page.getByText("Already in training or in the queue.")).toBeVisible();
    expect(button("3 seeds 7 to 9").elements()).toEqual([]);
  });

  it("takes the very same run once, and offers other seeds instead", async () => {
    opened = await open({}, { settings: configFor("baseline", { seed: 7 }) });
    await button("Train").click();
    await button("Add to queue").click();
    await expect.element(page.getByText(/the same seed gives the same run/)).toBeVisible();
    expect(state().queue.waiting).toEqual([]);
    await button("3 seeds 7 to 9").click();
    opened.app.change({ seed: 12 });
    await button("Add to queue").click();
    expect(button("3 seeds 12 to 14").elements()).toEqual([]);
    await button("Add to queue").click();
    await expect.element(button("3 seeds 12 to 14")).toBeVisible();
    expect(state().queue.waiting.map(({ config }) => config.seed)).toEqual([8, 9, 12]);
  });

  it("goes on after a run that failed, with a note of it", async () => {
    opened = await open();
    opened.app.enqueue([16, 32].map((latentSize) => configFor("baseline", { latentSize })));
    opened.worker.emit({
      type: "failed",
      runId: state().run!.id,
      code: "memory",
      message: "The net does not fit into memory.",
      remedy: "Choose a smaller one.",
    });
    await expect.poll(() => state().run?.config.latentSize).toBe(32);
    await page.getByRole("button", { name: "1 failed" }).click();
    const queue = page.getByTestId("queue");
    await expect
      .element(queue)
      .toHaveTextContent("Failed: Published baseline, latent size 16. The net does not fit");
    await button("Try again: Published baseline, latent size 16").click();
    await expect.element(queue).toHaveTextContent("1 in the queue");
  });

  it("of an earlier visit waits to be started", async () => {
    const waiting = [{ id: "a", config: configFor("baseline", { latentSize: 16 }), tag: "" }];
    opened = await open({}, { waiting });
    expect(opened.worker.commands.some(({ type }) => type === "start")).toBe(false);
    await button("Start queue").click();
    expect(opened.worker.commands.find(({ type }) => type === "start")).toMatchObject({
      config: { latentSize: 16 },
    });
  });
});

describe("a link", () => {
  it("sets what it can, and names what it cannot", async () => {
    opened = await open(
      {},
      {
        settings: configFor("loom", { latentSize: 64 }),
        linkProblems: ["seed=x was left out. The seed must be a whole number."],
      },
    );
    await expect.element(page.getByRole("alert")).toHaveTextContent("seed=x was left out.");
    await expect.element(numberField("Latent size (number)")).toHaveValue("64");
    await button("Dismiss message").click();
    expect(page.getByRole("alert").elements()).toEqual([]);
  });
});

describe("a setting that comes with no recipe", () => {
  it("is put back to what it is at first", async () => {
    opened = await open({}, { settings: configFor("loom", { seed: 9, classes: [0, 1, 4] }) });
    await expect.element(page.getByText(/^More /)).toHaveTextContent(/1 change$/);
    await openMore();
    await button("Put Seed back to 1").click();
    await button("Put Garments back to T-shirt/top + Trouser").click();
    expect(state().settings).toEqual(configFor("loom"));
  });
});

it("shows the newest training loss beside its name", async () => {
  opened = await open();
  await train(2);
  await expect.poll(() => text("training-loss")).toMatch(/^0\.\d{4}$/);
});
