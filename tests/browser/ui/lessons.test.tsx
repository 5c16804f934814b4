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
    await lesson().getByRole("radio", { name: "Yes, clearly", exact: true }).click();
    await within("That is my guess").click();
    await expect.element(lesson()).toHaveTextContent("You said: Yes, clearly");
    await within("Next").click();
    await expect.element(lesson().getByTestId("lesson-answer")).toHaveTextContent("comes here");
    const judgement = lesson().getByTestId("lesson-judgement");
    await expect.element(judgement).toHaveTextContent("held against the result here");

    const run = lesson().getByTestId("run-net");
    await expect.element(run).toHaveTextContent("The page gets its settings.");
    app.change({ data: "digits" });
    await expect.element(run).toHaveTextContent("It is about Fashion-MNIST: the page gets that");
    await within("Set up and train").click();
    expect(app.store.getState().settings).toMatchObject({ preset: "baseline-linear", epochs: 5 });
    expect(app.store.getState().run?.config.data).toBe("fashion-mnist");
    worker.advance(STEPS_PER_EPOCH);
    await expect.element(run).toHaveTextContent("Training: epoch");
    worker.advance(4 * STEPS_PER_EPOCH);
    await expect.element(run).toHaveTextContent("Done: SSIM");
    await expect
      .element(judgement)
      .toHaveTextContent(/Your net reached 0\.\d{3}; PCA has 0\.938 on the same garments/);
    await expect.element(judgement).toHaveAttribute("data-outcome", "wrong");
    await expect.element(judgement.getByText("your guess")).toBeVisible();
    expect(judgement.element().textContent).toContain("what five epochs from a random start find");
    await expectNoViolations(lesson().element());
  });

  it("lets nobody past a guess by accident, and anybody on purpose", async () => {
    const { app } = await openAt("?lesson=map");
    await within("Next").click();
    await within("Next").click();
    await expect.element(lesson().getByRole("alert")).toHaveTextContent("Guess first");
    await within("Next").click();
    const run = lesson().getByTestId("run-two");
    await expect.element(run).toHaveTextContent("“Guess first” has a question that waits");
    await expect.element(run.getByRole("button", { name: "train" })).not.toBeInTheDocument();

    await within("Back to “Guess first”").click();
    await expect.element(lesson().getByRole("slider")).toHaveFocus();
    await within("No guess").click();
    await expect.element(lesson()).toHaveTextContent("You made no guess.");
    await within("Next").click();
    await within("Set up and train").click();
    expect(app.store.getState().run?.config).toMatchObject({ preset: "loom", latentSize: 2 });
  });

  it("shows a guess and what it came to on one scale, and all of them on one page", async () => {
    const { worker } = await openAt("?lesson=epoch");
    await within("Next").click();
    await lesson().getByRole("slider").fill("0.99");
    await within("That is my guess").click();
    await within("Set up and train").click();
    worker.advance(STEPS_PER_EPOCH);
    const judgement = lesson().getByTestId("lesson-judgement");
    await expect
      .element(judgement)
      .toHaveTextContent(/You said 0\.99, it came to 0\.\d{3}: .* too much/);
    const came = judgement
      .getByText(/^it came to 0/)
      .last()
      .element()
      .getBoundingClientRect();
    const said = judgement.getByText("your guess 0.99").element().getBoundingClientRect();
    expect(came.right).toBeLessThan(said.right);
    const { left, right } = judgement.element().getBoundingClientRect();
    expect(said.right).toBeLessThanOrEqual(right);
    expect(came.left).toBeGreaterThanOrEqual(left);

    await within("Back").click();
    await within("All lessons").click();
    await expect.element(lesson()).toHaveTextContent("2 of 4 questions and runs done");
    await lesson().getByRole("link", { name: "Your guesses" }).click();
    await expect.element(lesson()).toHaveAccessibleName("Your guesses");
    await expect
      .element(lesson().getByTestId("guesses-sum"))
      .toHaveTextContent(/^Right guesses: \d of \d/);
    await expect.element(lesson()).toHaveTextContent(/0\.99 → 0\.\d{3}/);
    await expectNoViolations(lesson().element());
  });

  it("lights up the part that it speaks of, for as long as it does", async () => {
    await openAt("?lesson=stopping");
    window.location.hash = "data";
    await within("Look at the chart of losses").click();
    await expect.element(page.getByTestId("loss-chart")).toHaveAttribute("data-lesson-part");
    const box = () => page.getByTestId("loss-chart").element().getBoundingClientRect();
    await expect.poll(() => box().top >= 0 && box().bottom <= window.innerHeight).toBe(true);
    await within("Next").click();
    await expect.element(page.getByTestId("loss-chart")).not.toHaveAttribute("data-lesson-part");
  });

  it("draws a garment through more and more numbers", async () => {
    await openAt("?lesson=autoencoder");
    await within("Next").click();
    const figure = lesson().getByTestId("sizes-figure");
    await expect.poll(() => figure.getByText(/^0\.\d{3}$/).elements().length).toBe(5);
    const canvas = figure.getByRole("img", { name: "The garment itself" });
    const picture = () => (canvas.element() as HTMLCanvasElement).toDataURL();
    const first = picture();
    await figure.getByRole("button", { name: "Another garment" }).click();
    await expect.poll(picture).not.toBe(first);
  });

  it("takes no stopped run for an answer, and calls it stopped", async () => {
    const { app, worker } = await openAt("?lesson=loss");
    await within("Set up and train").click();
    const run = lesson().getByTestId("run-bce");
    const answer = lesson().getByTestId("lesson-answer");

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
    await within("Next").click();
    await within("Next").click();
    await within("No guess").click();
    await within("Next").click();
    await within("Next lesson").click();
    await expect.element(lesson()).toHaveAccessibleName("Lesson: Why PCA is hard to beat");
    expect(window.location.search).toBe("?lesson=pca");
    await within("Close lesson").click();
    await expect.element(lesson()).not.toBeInTheDocument();
    expect(window.location.search).toBe("");
  });

  it("is one of nine in a list, which also stands for one that is not there", async () => {
    await openAt("?lesson=knots");
    await expect.element(lesson()).toHaveTextContent("There is no lesson called “knots”.");
    await expect.poll(() => lesson().getByRole("listitem").elements().length).toBe(9);
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

describe("the page's words", () => {
  it("stand on a page of their own, which finds one and leads to its lesson", async () => {
    await openAt("?lesson=all");
    await lesson().getByRole("link", { name: "Words" }).click();
    await expect.element(lesson()).toHaveAccessibleName("Words");
    await lesson().getByRole("searchbox", { name: "Find a word" }).fill("ssim");
    await expect.poll(() => lesson().getByRole("term").elements().length).toBe(1);
    await expect.element(lesson()).toHaveTextContent("Structural similarity");
    await expectNoViolations(lesson().element());
    await lesson().getByRole("searchbox").fill("moon");
    await expect.element(lesson()).toHaveTextContent("No word here has “moon” in it.");
    await lesson().getByRole("searchbox").fill("epoch");
    await lesson().getByRole("link", { name: "lesson" }).click();
    await expect.element(lesson()).toHaveAccessibleName("Lesson: What an epoch does");
  });
});

describe("the sentence for who is new here", () => {
  const sentence = () => page.getByText("An autoencoder squeezes a picture");

  it("leads to the first lesson, and steps aside once something trains", async () => {
    await openAt("");
    await expect.element(sentence()).toBeVisible();
    await page.getByRole("link", { name: "Start with lesson 0" }).click();
    await expect.element(lesson()).toHaveAccessibleName("Lesson: What is an autoencoder?");
    await expect.element(sentence()).not.toBeInTheDocument();
    await within("Close lesson").click();
    await expect.element(sentence()).toBeVisible();
    await button("Train").click();
    await expect.element(sentence()).not.toBeInTheDocument();
  });

  it("does not stand where a run is on its way", async () => {
    await openAt("?run=https://example.com/a.loom");
    await expect.element(page.getByRole("heading", { name: "goes through" })).toBeVisible();
    await expect.element(sentence()).not.toBeInTheDocument();
  });
});

describe("a teacher's link", () => {
  it("takes controls off the page", async () => {
    await openAt("?hide=recipe,device,net");
    await expect.element(page.getByTestId("presets")).not.toBeInTheDocument();
    expect(page.getByText(/^More /).elements()).toEqual([]);
    await expect.element(page.getByText("Garments", { exact: true }).first()).toBeVisible();
    await expect.element(button("Train")).toBeVisible();
  });

  it("takes a part of what stands behind More off it", async () => {
    await openAt("?hide=device");
    await page.getByText(/^More /).click();
    await expect.element(page.getByLabelText("Schedule")).toBeVisible();
    expect(page.getByTestId("devices").elements()).toEqual([]);
    expect(page.getByRole("spinbutton", { name: "Seed" }).elements()).toEqual([]);
  });
});
