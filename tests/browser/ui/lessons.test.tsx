/** Lessons in the page's margin: a prediction, a run, an answer; and controls that a link hides. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { expectNoViolations } from "./axe";
import { button, type Opened, open, STEPS_PER_EPOCH } from "./harness";

let opened: Opened | null = null;
const { pathname } = window.location;

/** The page as it opens at that address. */
async function openAt(query: string): Promise<Opened> {
  window.history.replaceState(null, "", `${pathname}${query}`);
  opened = await open();
  return opened;
}

beforeEach(async () => {
  localStorage.removeItem("latent-loom.lessons");
  await page.viewport(1440, 900);
});
afterEach(() => {
  opened?.close();
  opened = null;
  window.history.replaceState(null, "", pathname);
});

const lesson = () => page.getByTestId("lesson");
const within = (name: string) => lesson().getByRole("button", { name, exact: true });

describe("a lesson", () => {
  it("asks, sets the page up, trains, and answers with the reader's own figures", async () => {
    const { app, worker } = await openAt("?lesson=pca");
    await expect.element(lesson()).toHaveAccessibleName("Lesson: Why PCA is hard to beat");
    await within("Next").click();
    await within("Next").click();
    const run = lesson().getByTestId("run-net");
    await expect.element(run.getByRole("button")).toBeDisabled();

    await within("Back").click();
    await lesson().getByRole("radio", { name: "No", exact: true }).click();
    await within("That is my guess").click();
    await expect.element(lesson()).toHaveTextContent("You said: No");
    await within("Next").click();
    await expect.element(lesson().getByTestId("lesson-answer")).toHaveTextContent("comes here");

    await within("Set the page up").click();
    expect(app.store.getState().settings).toMatchObject({ preset: "baseline-linear", epochs: 5 });
    await within("Train").click();
    worker.advance(STEPS_PER_EPOCH);
    await expect.element(run).toHaveTextContent("Training: epoch");
    worker.advance(4 * STEPS_PER_EPOCH);
    await expect.element(run).toHaveTextContent("Done: SSIM");
    const answer = lesson().getByTestId("lesson-answer");
    await expect.element(answer).toHaveTextContent("You said: No. Your net reached 0.");
    expect(answer.element().textContent).toContain("PCA has 0.938");
    await expectNoViolations(lesson().element());
  });

  it("takes no stopped run for an answer, and calls it stopped", async () => {
    const { app, worker } = await openAt("?lesson=loss");
    await within("Set the page up").click();
    const run = lesson().getByTestId("run-bce");
    const answer = lesson().getByTestId("lesson-answer");

    await within("Train").click();
    worker.advance(31);
    await button("Stop").click();
    await expect
      .element(run)
      .toHaveTextContent(
        "Stopped at step 31 of 100, which answers nothing yet: train it to the end.",
      );
    await expect.element(answer).toHaveTextContent("comes here");
    expect(run.element().textContent).not.toContain("Done");
    const results = page.getByTestId("test-results");
    await expect.element(results).toHaveTextContent("Stopped at step 31 of 100");
    await expect.element(page.getByText("Finished, stopped", { exact: true })).toBeVisible();

    // Nor does an earlier result go with it.
    await within("Train").click();
    worker.advance(5 * STEPS_PER_EPOCH);
    await expect.element(answer).toHaveTextContent("Your net ends 0.");
    const proof = answer.element().textContent;
    await within("Train again").click();
    worker.advance(31);
    await button("Stop").click();
    await expect.element(run).toHaveTextContent("The newest run was stopped at step 31 of 100.");
    expect(answer.element().textContent).toBe(proof);
    expect(app.store.getState().run?.result?.epochs).toBe(2);
  });

  it("is where it was after a reload, and leads to the next", async () => {
    await openAt("?lesson=latent-size");
    await within("Next").click();
    await within("That is my guess").click();
    opened!.close();
    await openAt("?lesson=latent-size");
    await expect.element(lesson()).toHaveTextContent("You said: 0.75");
    for (let step = 2; step < 5; step++) await within("Next").click();
    await within("Next lesson").click();
    await expect.element(lesson()).toHaveAccessibleName("Lesson: Why PCA is hard to beat");
    expect(window.location.search).toBe("?lesson=pca");
    await within("Close lesson").click();
    await expect.element(lesson()).not.toBeInTheDocument();
    expect(window.location.search).toBe("");
  });

  it("is one of six in a list, which also stands for one that is not there", async () => {
    await openAt("?lesson=knots");
    await expect.element(lesson()).toHaveTextContent("There is no lesson called “knots”.");
    await expect.poll(() => lesson().getByRole("link").elements().length).toBe(6);
    await lesson().getByRole("link", { name: "What happens to a bag" }).click();
    await expect.element(lesson()).toHaveAccessibleName("Lesson: What happens to a bag");
  });

  it("is a sheet on a phone that can be folded away", async () => {
    await page.viewport(390, 844);
    await openAt("?lesson=relu");
    await expect.element(within("Next")).toBeVisible();
    expect(lesson().element().getBoundingClientRect().height).toBeLessThan(844 / 2);
    await within("Fold lesson").click();
    await expect.element(within("Next")).not.toBeInTheDocument();
    expect(lesson().element().getBoundingClientRect().height).toBeLessThan(70);
  });
});

describe("a teacher's link", () => {
  it("takes controls off the page", async () => {
    await openAt("?hide=recipe,device,net");
    await expect.element(page.getByTestId("presets")).not.toBeInTheDocument();
    await expect.element(page.getByLabelText("Device")).not.toBeInTheDocument();
    await expect.element(page.getByText("Garments", { exact: true }).first()).toBeVisible();
    await expect.element(button("Train")).toBeVisible();
  });
});
