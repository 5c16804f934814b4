/** Which net the views look at, from one to the other. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { createSweepLog } from "../../../src/state/lab/sweep-log";
import { SweepContext } from "../../../src/ui/kit/hooks";
import { Page } from "../../../src/ui/shell/Page";
import { createFakeInference } from "./fakeInference";
import { button, mount, type Opened, STEPS_PER_EPOCH } from "./harness";

const SHIPPED = "Nested net that comes with the page";
const VIEWS = ["images", "lab", "space"] as const;

let opened: Opened;
let inference: ReturnType<typeof createFakeInference>;

beforeEach(async () => {
  await page.viewport(1440, 900);
  window.location.hash = "";
  inference = createFakeInference();
  opened = mount((app) => {
    const sweeps = createSweepLog(app, null);
    return (
      <SweepContext.Provider value={sweeps}>
        <Page />
      </SweepContext.Provider>
    );
  }, inference);
  await expect.element(page.getByTestId("reconstructions")).toBeVisible();
});
afterEach(() => {
  opened.close();
  window.location.hash = "";
});

const choice = () => page.getByRole("combobox", { name: "Looking at" });
/** What a view says that it looks at. */
const lookedAt = () => {
  const field = choice().elements()[0] as HTMLSelectElement | undefined;
  return field?.selectedOptions[0]?.textContent ?? "";
};

async function show(view: string): Promise<void> {
  window.location.hash = view;
  // The view is fetched first: seconds, where other tests have the cores too.
  await expect.element(choice()).toBeVisible();
}

async function train(latentSize: number, epochs = 2): Promise<string> {
  const { app, worker } = opened;
  app.change({ latentSize });
  app.train();
  worker.advance(epochs * STEPS_PER_EPOCH);
  app.stop();
  await expect.poll(() => app.store.getState().run?.phase).toBe("finished");
  const { id } = app.store.getState().run!;
  // What is stored comes a moment later.
  await expect.poll(() => recordOf(id)?.result).toBeTruthy();
  return id;
}

const recordOf = (id: string) =>
  opened.app.runs.state.getState().records?.find((record) => record.id === id);
const nameOf = (id: string) => recordOf(id)!.name;

describe("the current net", () => {
  it("is the page's own at first, and the run just trained afterwards, in every view", async () => {
    for (const view of VIEWS) {
      await show(view);
      await expect.poll(lookedAt).toBe(SHIPPED);
    }
    const id = await train(16);
    for (const view of VIEWS) {
      await show(view);
      await expect.poll(lookedAt).toBe(`${nameOf(id)}: Published baseline, 16 numbers`);
      await expect
        .element(page.getByTestId("looked-weights"))
        .toHaveTextContent("10 weights of epoch 2");
    }
  });

  it("chosen in one view is chosen in all, and the choice keeps the keyboard's focus", async () => {
    const first = await train(16);
    const second = await train(8);
    await show("space");
    await expect.poll(lookedAt).toContain(nameOf(second));
    choice().element().focus();
    await choice().selectOptions(first);
    await expect.poll(lookedAt).toContain(nameOf(first));
    await expect.element(page.getByTestId("selection")).toBeVisible();
    expect(document.activeElement).toBe(choice().element());
    for (const view of ["images", "lab"]) {
      await show(view);
      await expect.poll(lookedAt).toContain(nameOf(first));
    }
    window.location.hash = "runs";
    const row = page.getByTestId("run").filter({ hasText: "looked at" });
    await expect.element(row).toHaveAttribute("data-run", first);
    // Training still shows the newer run, says so, and offers both to be one.
    window.location.hash = "train";
    const other = page.getByTestId("other-net");
    await expect.element(other).toHaveTextContent(`look at ${nameOf(first)} (Published baseline`);
    await other.getByRole("button", { name: "Look at this run" }).click();
    await expect.element(other).not.toBeInTheDocument();
    await show("lab");
    await expect.poll(lookedAt).toContain(nameOf(second));
  });

  it("that has only begun to train is waited for, and computes nothing meanwhile", async () => {
    const { app, worker } = opened;
    await show("images");
    await expect.element(page.getByTestId("gallery")).toBeVisible();
    app.train();
    await expect.element(page.getByTestId("no-net")).toHaveTextContent(/only just begun to train/);
    const asked = inference.asked.length;
    await show("space");
    await expect.element(page.getByTestId("no-net")).toBeVisible();
    expect(inference.asked.slice(asked).filter((question) => question !== "close")).toEqual([]);
    worker.advance(STEPS_PER_EPOCH);
    await expect.element(page.getByTestId("selection")).toBeVisible();
    await expect.poll(lookedAt).toMatch(/, in training$/);
    await expect.element(page.getByTestId("looked-weights")).toHaveTextContent("of epoch 1");
    worker.advance(STEPS_PER_EPOCH);
    const newer = page.getByRole("button", { name: "Take those of epoch 2" });
    await newer.click();
    await expect.element(page.getByTestId("looked-weights")).toHaveTextContent("of epoch 2");
    await expect.element(newer).not.toBeInTheDocument();
  });

  it("need not be waited for: there is the page's own", async () => {
    opened.app.train();
    await show("lab");
    await button("Look at the net that comes with the page").click();
    await expect.poll(lookedAt).toBe(SHIPPED);
    await expect.element(page.getByTestId("kept")).toBeVisible();
  });

  it("of one size has the way to the page's own beside the lab's slider", async () => {
    await train(16);
    await show("lab");
    await expect.element(page.getByRole("slider", { name: "Latent size" })).toBeDisabled();
    await button("Slide the net that comes with the page").click();
    await expect.poll(lookedAt).toBe(SHIPPED);
  });

  it("that is kept from before can be shown in training, and a reset run stays current", async () => {
    const id = await train(16);
    opened.app.reset();
    await show("images");
    await expect.poll(lookedAt).toContain(nameOf(id));
    window.location.hash = "train";
    await page.getByRole("button", { name: "Show it here too" }).click();
    await expect.element(page.getByTestId("test-results")).toBeVisible();
    await expect.element(page.getByTestId("other-net")).not.toBeInTheDocument();
  });

  it("stays in a view when the queue goes on", async () => {
    const { app, worker } = opened;
    app.enqueue([1, 2].map((seed) => ({ ...app.store.getState().settings, seed, epochs: 1 })));
    const first = app.store.getState().run!.id;
    worker.advance(STEPS_PER_EPOCH);
    await expect.poll(() => app.store.getState().run?.id).not.toBe(first);
    // Nobody looked.
    await show("images");
    await expect.element(page.getByTestId("no-net")).toBeVisible();
    await expect.poll(() => choice().element().querySelectorAll("option").length).toBe(3);
    await choice().selectOptions(first);
    app.enqueue([{ ...app.store.getState().settings, seed: 3, epochs: 1 }]);
    worker.advance(STEPS_PER_EPOCH);
    await expect.poll(() => app.store.getState().queue.waiting.length).toBe(0);
    expect(lookedAt()).toContain(nameOf(first));
  });
});
