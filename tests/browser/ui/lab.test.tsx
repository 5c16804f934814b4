import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { InferenceClient } from "../../../src/client/inference";
import { createSweepLog } from "../../../src/state/lab/sweep-log";
import { SweepContext } from "../../../src/ui/kit/hooks";
import LabView from "../../../src/ui/views/lab/LabView";
import { CONFIG, scriptedInference } from "../../unit/state/scriptedInference";
import { mount, setNumber } from "./harness";

let close = () => {};
afterEach(() => close());

function open(inference: InferenceClient) {
  const opened = mount((app) => {
    const sweeps = createSweepLog(app, null);
    close = () => {
      opened.close();
      sweeps.dispose();
    };
    return (
      <SweepContext.Provider value={sweeps}>
        <LabView />
      </SweepContext.Provider>
    );
  }, inference);
  return opened;
}

const slider = () => page.getByRole("slider", { name: "Latent size" });
const figure = (testId: string) => page.getByTestId(testId);

/** The browser's driver drops a key now and then, so it is pressed until it is heard. */
async function slideTo(key: "Home" | "End", shown: string): Promise<void> {
  await expect
    .poll(async () => {
      slider().element().focus();
      await userEvent.keyboard(`{${key}}`);
      return figure("mean-net").element().textContent;
    })
    .toContain(shown);
}

describe("the lab", () => {
  it("follows the slider with figures and pictures, and says how much smaller the code is", async () => {
    open(scriptedInference().inference);
    await expect.element(figure("mean-net")).toHaveTextContent("0.016");
    await slideTo("Home", "0.001");
    await expect.element(figure("details-jpeg")).toHaveTextContent("needs more bytes");
    await slideTo("End", "0.064");
    await expect.element(figure("mean-pca")).toHaveTextContent("0.064");
    await expect.element(figure("ratio")).toHaveTextContent("12.3×");
    // The picture's bytes are the size itself.
    const canvas = document.querySelectorAll<HTMLCanvasElement>("button canvas")[1]!;
    expect(canvas.getContext("2d")!.getImageData(3, 3, 1, 1).data[0]).toBe(64);
  });

  it("takes the slider to a size of the film", async () => {
    open(scriptedInference().inference);
    await expect.element(figure("mean-net")).toHaveTextContent("0.016");
    await page.getByRole("button", { name: /^4 numbers/ }).click();
    await expect.element(figure("kept")).toHaveTextContent("4");
    await expect.element(figure("mean-net")).toHaveTextContent("0.004");
  });

  it("has both ends of its slider in one place for a net of one number", async () => {
    open(scriptedInference({ ...CONFIG, latentSize: 1 }).inference);
    await expect.element(figure("kept")).toHaveTextContent("1");
    await expect.element(figure("mean-net")).toHaveTextContent("0.001");
    expect(slider().element().style.getPropertyValue("--filled")).toBe("0%");
    await expect.poll(() => figure("here").element().getAttribute("x1")).toMatch(/^\d/);
  });

  it("has its published figures apart and its film within the keyboard's reach on a phone", async () => {
    await page.viewport(390, 844);
    open(scriptedInference({ ...CONFIG, preset: "loom", latentSize: 512 }).inference);
    const labels = () => page.getByText(/^0\.9(13|28)$/).elements();
    await expect.poll(() => labels().length).toBe(2);
    const [first, second] = labels().map((label) => label.getBoundingClientRect());
    expect(second!.left - first!.right).toBeGreaterThan(4);
    // None of its sizes can be chosen, so the room itself takes the arrow keys.
    const film = page.getByRole("region", { name: "One garment at every size" }).element();
    await expect.poll(() => film.querySelector("[tabindex='0']")).not.toBeNull();
    await page.viewport(1440, 900);
  });

  it("holds a net that is not nested at its own size, and says so", async () => {
    open(scriptedInference({ ...CONFIG, preset: "loom" }).inference);
    await expect.element(figure("kept")).toHaveTextContent("64");
    await expect.element(slider()).toBeDisabled();
    await expect.element(page.getByText(/This net has one size/)).toBeVisible();
  });

  it("says what went wrong and what to do", async () => {
    open(scriptedInference(CONFIG, "open").inference);
    await expect.element(page.getByRole("alert")).toHaveTextContent("It broke. Mend it.");
  });

  it("queues a sweep and draws each net's point as it comes", async () => {
    const { worker } = open(scriptedInference().inference);
    await setNumber("Epochs each", "1");
    await page.getByRole("button", { name: "Train 8 nets" }).click();
    await expect.element(figure("sweep-progress")).toHaveTextContent(/^0 of 8.*training 2 numbers/);
    worker.advance(20);
    await expect.element(figure("sweep-progress")).toHaveTextContent(/^1 of 8/);
    await expect.element(figure("sweep-table")).toHaveTextContent(/2\s*0\.\d{3}/);
    await expect.element(page.getByText(/keeps nothing for the page/)).toBeVisible();
    await page.getByRole("button", { name: "Stop after this net" }).click();
    await expect.element(page.getByRole("button", { name: "Go on with 6 nets" })).toBeVisible();
  });

  it.each([
    [["256"], "Train 7 nets", 1],
    [["256", "128"], "Train 6 nets", 0],
  ])(
    "names published nets where its axis has them, in a sweep without %j",
    async (sizes, begin, dots) => {
      open(scriptedInference().inference);
      for (const size of sizes) {
        // The box itself lies hidden under its chip.
        const box = page.getByRole("checkbox", { name: size, exact: true });
        await expect.element(box).toBeInTheDocument();
        (box.element() as HTMLElement).click();
      }
      await page.getByRole("button", { name: begin }).click();
      const chart = figure("sweep-ssim");
      await expect.element(chart).toHaveTextContent("nets of their own");
      await expect.poll(() => chart.element().querySelector(".recharts-surface")).not.toBeNull();
      const drawn = chart.element().querySelectorAll(".recharts-reference-dot");
      expect(drawn).toHaveLength(dots);
      expect(chart.getByText("published").elements()).toHaveLength(dots);
    },
  );
});
