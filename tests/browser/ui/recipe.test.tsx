import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { configFor, RECIPES } from "../../../src/config/recipes";
import { PRESETS } from "../../../src/nets/presets";
import { partValue } from "../../../src/ui/kit/recipe/words";
import { presetSummary } from "../../unit/preset-models";
import { button, MORE_KEY, numberField, type Opened, open, openMore, setNumber } from "./harness";

let opened: Opened;

beforeEach(async () => {
  await page.viewport(1440, 900);
  opened = await open();
  await openMore();
});
afterEach(() => opened.close());

const settings = () => opened.app.store.getState().settings;
const preset = (name: keyof typeof RECIPES) =>
  page.getByRole("radio", { name: RECIPES[name].title, exact: true });
const select = (name: string) => page.getByRole("combobox", { name, exact: true });
const putBack = (name: RegExp) => page.getByRole("button", { name });

describe("the nets to choose from", () => {
  it("are five, each with what it teaches, the published baseline chosen", async () => {
    for (const name of PRESETS) {
      const radio = preset(name);
      await expect.element(radio).toBeVisible();
      await expect.element(radio).toHaveAccessibleDescription(RECIPES[name].teaches);
    }
    expect(page.getByRole("radio", { checked: true }).elements()).toContain(
      preset("baseline").element(),
    );
  });

  it("bring their recipe, and leave data, seed and device", async () => {
    await setNumber("Seed", "7");
    await page.getByText("Dress", { exact: true }).click();
    await preset("loom").click();
    expect(settings()).toMatchObject({
      ...RECIPES.loom.recipe,
      preset: "loom",
      seed: 7,
      classes: [0, 1, 3],
    });
    await expect.element(numberField("Epochs")).toHaveValue(String(RECIPES.loom.recipe.epochs));
    await expect.element(page.getByTestId("recipe")).toHaveTextContent(/as it comes with the net/);
  });

  it("are one press of an arrow key apart", async () => {
    (preset("baseline").element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowDown}");
    expect(settings().preset).toBe("baseline-linear");
    await expect.element(preset("baseline-linear")).toBeChecked();
  });

  it("wait for Restart while another trains", async () => {
    await button("Train").click();
    opened.worker.advance(5);
    await preset("loom").click();
    await expect.element(page.getByText("New changes Loom")).toBeVisible();
    expect(opened.worker.commands.filter(({ type }) => type === "start")).toHaveLength(1);
    await button("Restart").click();
    const start = opened.worker.commands.findLast(({ type }) => type === "start");
    expect(start).toMatchObject({
      config: { preset: "loom", loss: RECIPES.loom.recipe.loss },
    });
  });
});

const PARTS = [
  ["latentSize", "Latent size"],
  ["loss", "Loss"],
  ["schedule", "Schedule"],
  ["batchSize", "Batch size"],
  ["learningRate", "Learning rate"],
  ["patience", "Patience"],
  ["flips", "Mirrored images"],
] as const;

describe("what a first hour does without", () => {
  const summary = () => page.getByText(/^More /);

  it("stands behind More, which counts its changes and stays as it was left", async () => {
    await setNumber("Seed", "7");
    await userEvent.selectOptions(select("Loss"), "MSE");
    await setNumber("Epochs", "3");
    await expect.element(summary()).toHaveTextContent(/2 changes$/);
    await summary().click();
    expect(select("Loss").elements()).toEqual([]);
    await expect.element(numberField("Epochs")).toBeVisible();
    expect(localStorage.getItem(MORE_KEY)).toBe("closed");
    await summary().click();
    await expect.element(select("Loss")).toBeVisible();
    expect(localStorage.getItem(MORE_KEY)).toBe("open");
  });

  it("is one with the rest of the form on a phone", async () => {
    await page.viewport(390, 844);
    await expect.element(numberField("Epochs")).toBeVisible();
    await summary().click();
    expect(numberField("Epochs").elements()).toEqual([]);
    await expect.element(numberField("Latent size (number)")).toBeVisible();
  });
});

describe("a setting changed by hand", () => {
  it("is marked with the recipe's value, and put back by it", async () => {
    await setNumber("Epochs", "3");
    const mark = putBack(/^Put Epochs back to 50/);
    await expect.element(mark).toBeVisible();
    const chosen = page.getByTestId("presets").getByText("1 change");
    await expect.element(chosen).toBeVisible();
    await mark.click();
    expect(settings().epochs).toBe(50);
    await expect.element(numberField("Epochs")).toHaveValue("50");
    expect(mark.elements()).toEqual([]);
    expect(chosen.elements()).toEqual([]);
  });

  it("may be any of the recipe, and all go back at once", async () => {
    await preset("loom").click();
    await userEvent.selectOptions(select("Loss"), "MSE");
    await userEvent.selectOptions(select("Schedule"), "constant");
    await userEvent.selectOptions(select("Patience"), "5 epochs");
    await setNumber("Batch size", "32");
    await setNumber("Learning rate", "0.01");
    await setNumber("Latent size (number)", "16");
    await page.getByRole("switch", { name: "Mirror images at random" }).click();
    expect(settings()).toMatchObject({
      loss: { meanSquaredError: 1 },
      schedule: "constant",
      warmup: 0,
      patience: 5,
      restoreBest: true,
      batchSize: 32,
      learningRate: 0.01,
      latentSize: 16,
      flips: false,
    });
    for (const [part, label] of PARTS) {
      const words = `Put ${label} back to ${partValue(part, configFor("loom"))}, as in the recipe`;
      await expect.element(button(words)).toBeVisible();
    }
    await button(`Put all ${PARTS.length} back`).click();
    expect(settings()).toMatchObject(RECIPES.loom.recipe);
    expect(putBack(/^Put /).elements()).toEqual([]);
  });
});

describe("the layers of the chosen net", () => {
  const view = page.getByTestId("model-view");
  const rows = () => view.getByRole("row").elements();

  it("are counted before any training, and again for another size or net", async () => {
    await expect.element(view).toHaveTextContent("1,621,889 weights");
    await setNumber("Latent size (number)", "64");
    // 320 + (6272 + 1) · 64 + … : 64 numbers fewer on both sides.
    await expect.element(view).toHaveTextContent("819,009 weights");
    await preset("modified").click();
    await expect.element(view).toHaveTextContent("20 layers");
  });

  it("stand in a table with shapes, weights and multiply-adds", async () => {
    await view.getByText("Layers", { exact: true }).click();
    await expect
      .element(view.getByRole("rowheader", { name: /^Convolution.*encoder_conv/ }))
      .toBeVisible();
    // A head, the image, nine layers and the totals.
    expect(rows()).toHaveLength(12);
    const conv = view.getByRole("row", { name: /encoder_conv/ });
    await expect.element(conv).toHaveTextContent(/28×28×32\s*320\s*225,792/);
    await expect
      .element(view.getByRole("row", { name: /^Together/ }))
      .toHaveTextContent("9,282,560");
  });

  it("name the inputs of a layer that is not fed by the one above", async () => {
    await preset("loom").click();
    await view.getByText("Layers", { exact: true }).click();
    const latent = view.getByRole("row", { name: /^Sum from code_linear \+ code_residual/ });
    await expect.element(latent).toHaveTextContent("128");
    expect(view.element().querySelectorAll("svg path").length).toBeGreaterThan(rows().length - 3);
  });

  it("are the chosen net's while another trains, and say so", async () => {
    await button("Train").click();
    opened.worker.advance(5);
    await preset("loom").click();
    await expect.element(view).toHaveTextContent("chosen, not in training: Loom, 128");
    const { parameters } = presetSummary({ preset: "loom", latentSize: 128 });
    await expect.element(view).toHaveTextContent(`${parameters.toLocaleString("en")} weights`);
  });
});

describe("the figure of the chosen net", () => {
  const captions = () =>
    [...document.querySelectorAll("figure svg text")].map((element) => element.textContent);

  it("shows its own stages", async () => {
    await expect.poll(captions).toContain("Dense");
    expect(captions()).toContain("28×28×32");
    await preset("modified").click();
    await expect.poll(captions).toContain("7×7×64");
    expect(captions()).toContain("Encoder, 822 k weights");
  });

  it("keeps the net that trains until Restart", async () => {
    await button("Train").click();
    opened.worker.advance(5);
    await preset("modified").click();
    await expect.element(page.getByTestId("model-view")).toHaveTextContent("20 layers");
    expect(captions()).not.toContain("7×7×64");
  });

  it("shows what its layers make of the garment, at the newest moment only", async () => {
    const lit = () => [...document.querySelectorAll<HTMLCanvasElement>("canvas[data-layer]")];
    const opaque = (canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 3 && value > 250).length / (data.length / 4);
    };
    await expect.poll(captions).toContain("28×28×32");
    expect(lit()).toEqual([]);
    await button("Train").click();
    opened.worker.advance(5);
    // Five stages and the code.
    await expect.poll(() => lit().length).toBe(6);
    expect(captions()).toContain("64 at 0");
    const code = lit().find(({ dataset }) => dataset.layer === "latent")!;
    // Half of the cells, without the pixels at their edges.
    await expect.poll(() => opaque(code)).toBeGreaterThan(0.15);
    expect(opaque(code)).toBeLessThan(0.5);
    opened.worker.advance(5);
    await expect.poll(() => lit().length).toBe(6);
    opened.app.setCursor(5);
    await expect.poll(() => lit().length).toBe(0);
  });
});

describe("a net of one's own", () => {
  const text = page.getByRole("textbox", { name: "The net, layer by layer" });
  const own = page.getByRole("radio", { name: "Your own net", exact: true });

  beforeEach(async () => {
    await button("Text and code").click();
  });

  it("starts as the chosen net, says what is wrong where, and is trained once it is used", async () => {
    await expect
      .element(text)
      .toHaveValue(
        "conv 32 3 relu > pool 2 > latent 128 relu > dense 6272 relu > shape 14x14x32 > up 2 > conv 32 3 relu > conv 1 3 sigmoid",
      );
    await text.fill("conv 8 3 > pool 3 > latent 4 > mirror");
    await expect
      .element(page.getByTestId("net-code"))
      .toHaveTextContent(/"pool 3" after 28×28×8 has windows of 3.*Look at pool 3/);
    await expect.element(button("Use this net")).toBeDisabled();
    await text.fill("conv 8 3 relu /2 > latent 20 relu > mirror");
    await button("Use this net").click();
    expect(settings()).toMatchObject({ preset: "baseline", latentSize: 20 });
    expect(settings().net).toMatch(/^conv 8 3 relu \/2 > latent 20 relu > dense 1568 relu/);
    await expect.element(own).toBeChecked();
    await expect.element(preset("baseline")).not.toBeChecked();
    await preset("baseline").click();
    expect(settings().net).toBeNull();
    // It is still there for who comes back.
    await own.click();
    expect(settings().net).toMatch(/^conv 8 3 relu \/2 > latent 20 relu/);
  });

  it("is minimised by what it can be, and goes with another net", async () => {
    await text.fill("flatten > dense 30 > code > dense 784 > shape 28x28x1");
    await button("Use this net").click();
    expect(settings()).toMatchObject({ latentSize: 30, loss: { meanSquaredError: 1 } });
    await preset("loom").click();
    expect(settings()).toMatchObject({ net: null, preset: "loom", loss: RECIPES.loom.recipe.loss });
  });

  it("has a name, and begins as any of the others, with its recipe", async () => {
    await own.click();
    await userEvent.fill(page.getByRole("textbox", { name: "Name of the net" }), "First try");
    await userEvent.keyboard("{Enter}");
    expect(settings()).toMatchObject({ netName: "First try", preset: "baseline" });
    await select("Start from").selectOptions("loom");
    expect(settings()).toMatchObject({
      ...RECIPES.loom.recipe,
      preset: "loom",
      netName: "First try",
    });
    expect(settings().net).toMatch(/pca-encode/);
    await preset("modified").click();
    expect(settings().netName).toBe("");
  });
});
