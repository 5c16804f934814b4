import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, type Opened, open, STEPS_PER_EPOCH, text } from "./harness";

let opened: Opened;
/** Greys of epochs 1 and 3, of what `reconstruct` makes of their shares. */
const FIRST = 170;
const NEWEST = 10;

beforeEach(async () => {
  await page.viewport(1440, 900);
  opened = await open({
    // Darker the longer it has trained: each moment has a grey of its own.
    reconstruct: (share) => new Uint8Array(4 * 784).fill(Math.round(250 - 4000 * share)),
  });
  await button("Train").click();
  for (let epoch = 1; epoch <= 3; epoch++) opened.worker.advance(STEPS_PER_EPOCH);
  await expect.element(page.getByTestId("frame")).toHaveTextContent("after epoch 3, step 60");
  // The canvas is painted after the text is there.
  await expect.poll(() => grey(1)).toBe(NEWEST);
});
afterEach(() => opened.close());

const scrubber = () => page.getByRole("slider", { name: "Moment of the run" });
const frame = () => page.getByTestId("frame");

/** The grey in the middle of the first garment's canvas of that row. */
function grey(row: number): number {
  const column = document.querySelector(
    '[data-testid="reconstructions"] button[aria-pressed="true"]:has(canvas)',
  );
  const canvas = column!.querySelectorAll("canvas")[row]!;
  return canvas.getContext("2d")!.getImageData(14, 14, 1, 1).data[0]!;
}

/** By keyboard. The browser's driver drops a key now and then, so it is pressed until it is heard. */
async function toStart(): Promise<void> {
  await expect
    .poll(async () => {
      (scrubber().element() as HTMLElement).focus();
      await userEvent.keyboard("{Home}");
      return frame().element().textContent;
    })
    .toContain("after epoch 1, step 20");
}

describe("the time machine", () => {
  it("follows the run until it is moved, and again at its right end", async () => {
    await expect.element(frame()).toHaveTextContent("after epoch 3, step 60");
    await expect.element(button("Live")).toHaveAttribute("aria-pressed", "true");
    await toStart();
    await expect.poll(() => grey(1)).toBe(FIRST);
    expect(opened.app.store.getState().cursor).toBe(20);
    opened.worker.advance(STEPS_PER_EPOCH);
    await expect.element(frame()).toHaveTextContent("after epoch 1, step 20");
    await expect
      .poll(async () => {
        await userEvent.keyboard("{End}");
        return frame().element().textContent;
      })
      .toContain("after epoch 4, step 80");
    expect(opened.app.store.getState().cursor).toBeNull();
  });

  it("moves the SSIM under the pictures and the figure's picture too", async () => {
    const results = () => text("reconstructions");
    const late = results();
    await toStart();
    await expect.poll(results).not.toBe(late);
    await expect.element(page.getByText("after epoch 1", { exact: true })).toBeVisible();
  });

  it("plays as a film to the end, and then follows the run", async () => {
    await page.getByRole("combobox", { name: "Speed of the film" }).selectOptions("4×");
    const seen = new Set<number | null>();
    opened.app.store.subscribe(({ cursor }) => seen.add(cursor));
    await button("Play the run as a film").click();
    await expect.poll(() => opened.app.store.getState().cursor).toBeNull();
    expect([...seen]).toEqual([20, 40, 60, null]);
    await expect.element(button("Play the run as a film")).toBeVisible();
  });

  it("plays again and again where that is asked for, until it is paused", async () => {
    await page.getByRole("combobox", { name: "Speed of the film" }).selectOptions("4×");
    await button("Play again and again").click();
    const seen: (number | null)[] = [];
    opened.app.store.subscribe(({ cursor }) => seen.push(cursor));
    await button("Play the run as a film").click();
    await expect.poll(() => seen.length).toBeGreaterThan(4);
    expect(seen.slice(0, 4)).toEqual([20, 40, 60, 20]);
    await button("Pause the film").click();
  });

  it("holds two moments beside the one shown", async () => {
    await toStart();
    await expect.poll(() => grey(1)).toBe(FIRST);
    await button("Hold A").click();
    await userEvent.click(button("Live"));
    await button("Hold B").click();
    await expect.poll(() => text("reconstructions")).toMatch(/Aepoch 1SSIMBepoch 3/);
    await expect.poll(() => [grey(1), grey(2)]).toEqual([FIRST, NEWEST]);
    await button("A, epoch 1: let go").click();
    await expect.poll(() => text("reconstructions")).not.toMatch(/Aepoch 1/);
  });

  it("forgets a run when the next begins", async () => {
    await toStart();
    await button("Reset").click();
    await expect.poll(() => opened.app.frames.all().length).toBe(0);
    expect(opened.app.store.getState().cursor).toBeNull();
  });
});
