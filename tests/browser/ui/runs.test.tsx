import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { App } from "../../../src/state/app";
import { specOf } from "../../../src/storage/record";
import { expectNoViolationsInBothSchemes } from "./axe";
import { button, open as openPage, STEPS_PER_EPOCH } from "./harness";
import type { ScriptedWorker } from "./scriptedWorker";

let app: App;
let worker: ScriptedWorker;
let close: () => void;

beforeEach(async () => {
  await page.viewport(1440, 900);
  window.location.hash = "";
  ({ app, worker, close } = await openPage());
});
afterEach(() => {
  close();
  window.location.hash = "";
});

/** Trains that net for some epochs, to a result. */
async function train(latentSize: number, epochs: number): Promise<void> {
  app.change({ latentSize });
  app.train();
  worker.advance(epochs * STEPS_PER_EPOCH);
  app.stop();
  await expect.poll(() => app.store.getState().run?.phase).toBe("finished");
}

const rows = () => page.getByTestId("run");
const names = () =>
  [...document.querySelectorAll<HTMLInputElement>('[data-testid="run"] th input')].map(
    ({ value }) => value,
  );

async function showRuns(count: number): Promise<void> {
  window.location.hash = "runs";
  await expect.poll(() => rows().elements().length).toBe(count);
}

describe("the list of runs", () => {
  it("teaches where there is none", async () => {
    window.location.hash = "runs";
    await expect.element(page.getByRole("link", { name: "Train the first one" })).toBeVisible();
    await expect.element(page.getByTestId("storage")).toHaveTextContent("until this tab is closed");
  });

  it("shows each run; names, stars and filters it, and brings a deleted one back", async () => {
    await train(128, 3);
    await train(16, 2);
    await showRuns(2);
    const newest = rows().first();
    await expect.element(newest).toHaveTextContent(/16 numbers · seed 1/);
    await expect.element(newest).toHaveTextContent(/2 of 50\s*finished, stopped/);
    await expect.element(newest).toHaveTextContent("0.938");

    const [name] = names();
    await userEvent.fill(page.getByLabelText(`Name of ${name}`), "small one");
    await userEvent.keyboard("{Enter}");
    await expect.poll(names).toContain("small one");
    await page.getByRole("button", { name: "Star small one" }).click();
    await page.getByLabelText("starred only").click();
    await expect.poll(names).toEqual(["small one"]);
    await page.getByLabelText("starred only").click();
    await expect.poll(() => names().length).toBe(2);

    await page.getByRole("button", { name: "Delete small one" }).click();
    await expect.poll(() => names().length).toBe(1);
    await button("Undo").click();
    await expect.poll(names).toContain("small one");
  });

  it("opens a run, which then trains on as a copy", async () => {
    await train(128, 3);
    app.reset();
    await showRuns(1);
    const [name] = names();
    await page.getByRole("button", { name: `Open ${name}` }).click();
    await expect
      .element(page.getByTestId("test-results"))
      .toHaveTextContent("Did the net beat PCA?");
    await showRuns(1);
    await page.getByRole("button", { name: `Train on ${name}` }).click();
    await button("Train copy").click();
    await expect.poll(() => rows().elements().length).toBe(2);
    const started = worker.commands.findLast((command) => command.type === "start")!;
    expect(started).toMatchObject({ config: { epochs: 13 } });
    expect(started.checkpoint?.progress).toMatchObject({ epoch: 3, step: 3 * STEPS_PER_EPOCH });
  });

  it("compares runs: curves, settings that differ, the difference on the same images", async () => {
    await train(128, 3);
    await train(16, 2);
    await showRuns(2);
    for (const name of names()) await page.getByLabelText(`Compare ${name}`).click();
    await button("Compare").click();
    const comparison = page.getByTestId("comparison");
    await expect.element(comparison).toHaveTextContent("latent size");
    // What differs, before the names that nobody gave them.
    const [newer, older] = app.runs.state.getState().records!;
    for (const legend of ["Curves", "Test results", "Reconstructions"]) {
      const part = comparison.getByRole("region", { name: legend });
      await expect.element(part).toHaveTextContent(`16 numbers${newer!.name}`);
      await expect.element(part).toHaveTextContent(`128 numbers${older!.name}`);
    }
    await expect
      .element(comparison.getByRole("img", { name: /^SSIM, write-up: 16 numbers 0\.\d+ after/ }))
      .toBeVisible();
    await expect.poll(() => document.querySelectorAll(".recharts-line-curve").length).toBe(2);
    await expect.element(page.getByTestId("difference")).toHaveTextContent(/[+−]0\.\d{4}.*to/);
    await expect
      .poll(() => document.querySelectorAll('[data-testid="side-by-side"] canvas').length)
      .toBe(12);
    await button("Back to all runs").click();
    await expect.poll(() => rows().elements().length).toBe(2);
  });

  it("marks a run of one epoch whole, in its list and in a comparison", async () => {
    await train(128, 1);
    await train(16, 1);
    await showRuns(2);
    for (const { left, right, top, bottom } of [
      ...document.querySelectorAll<SVGSVGElement>('[data-testid="run"] svg:has(polyline)'),
    ].map((svg) => {
      const [box, dot] = [svg, svg.querySelector("circle")!].map((each) =>
        each.getBoundingClientRect(),
      );
      return {
        left: dot!.left - box!.left,
        right: box!.right - dot!.right,
        top: dot!.top - box!.top,
        bottom: box!.bottom - dot!.bottom,
      };
    })) {
      expect(Math.min(left, right, top, bottom)).toBeGreaterThan(0);
    }
    for (const name of names()) await page.getByLabelText(`Compare ${name}`).click();
    await button("Compare").click();
    const dots = () => [...document.querySelectorAll<SVGElement>(".recharts-line-dot")];
    await expect.poll(() => dots().length).toBe(2);
    for (const dot of dots()) {
      const { strokeDasharray, fill, stroke } = getComputedStyle(dot);
      expect([strokeDasharray, stroke]).toEqual(["none", "none"]);
      expect(fill).toMatch(/^rgb\(/);
    }
  });

  it("asks before pictures of people go into a file", async () => {
    await train(16, 1);
    const { store } = app.runs;
    await showRuns(1);
    const [record] = await (await store).list();
    const spec = { ...specOf(record!), isCamera: true };
    await (await store).update(record!.id, { spec });
    const saved = vi.spyOn(app, "exportRun").mockResolvedValue(null);
    await button(`Export ${record!.name}`).click();
    const item = (name: string) => page.getByRole("button", { name: new RegExp(`^${name}`) });
    await item("Run file").click();
    await expect.element(page.getByText(/people may be on it/)).toBeVisible();
    expect(saved).not.toHaveBeenCalled();
    await button("Save without pictures").click();
    await item("Run file").click();
    await button("Save with pictures").click();
    expect(saved.mock.calls).toEqual([
      [record!.id, false],
      [record!.id, true],
    ]);
    await item("Codes").click();
    await expect.element(page.getByText(/The camera’s pictures go into this file/)).toBeVisible();
    await button("Cancel").click();
    await expect.element(item("Codes")).toBeVisible();
    await expectNoViolationsInBothSchemes();
  });

  it("takes in a run from a file, and says why where it does not", async () => {
    const bad = new File(["hello"], "bad.loom");
    await expect.element(button("Train")).toBeVisible();
    expect(await app.importRun(bad, bad.name)).toBe(false);
    await expect
      .element(page.getByRole("alert"))
      .toHaveTextContent("bad.loom is not taken in: it is damaged, or no file of this page.");
    expect(app.runs.state.getState().records).toEqual([]);
  });

  it.each([
    [1440, 900],
    [390, 844],
  ] as const)("at %i × %i, axe finds nothing and nothing is too wide", async (width, height) => {
    await page.viewport(width, height);
    await train(128, 3);
    await train(16, 2);
    await showRuns(2);
    for (const compared of [false, true]) {
      if (compared) {
        for (const name of names()) await page.getByLabelText(`Compare ${name}`).click();
        await button("Compare").click();
        await expect.element(page.getByTestId("difference")).toBeVisible();
      }
      await expectNoViolationsInBothSchemes();
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    }
  });
});
