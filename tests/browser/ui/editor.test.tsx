import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createFakeInference } from "./fakeInference";
import { button, type Opened, open, setNumber } from "./harness";

let opened: Opened;

beforeEach(async () => {
  await page.viewport(1440, 900);
  opened = await open({}, {}, createFakeInference());
  await expect.element(lane).toBeVisible();
});
afterEach(() => opened.close());

const settings = () => opened.app.store.getState().settings;
const lane = page.getByRole("toolbar", { name: "Layers of the net" });
const mark = (name: RegExp) => lane.getByRole("button", { name }).first();
const captions = () =>
  [...document.querySelectorAll("figure svg text")].map((element) => element.textContent);
/** Threads of the figure's two halves. */
const threads = () =>
  [...document.querySelectorAll("figure svg g g")].map(
    (group) => group.querySelectorAll("path[data-row]").length,
  );

describe("the figure of a net that is being changed", () => {
  it("opens what is pointed at: a stage's layer, and a gap", async () => {
    await page.getByRole("button", { name: "Settings of Max pool" }).click();
    await expect.element(page.getByRole("dialog")).toHaveTextContent(/^Max pooling/);
    await userEvent.keyboard("{Escape}");
    await page.getByRole("button", { name: "Add a layer before encoder_flatten" }).click();
    await page.getByRole("menuitem", { name: "Dropout", exact: true }).click();
    expect(settings().net).toMatch(/pool 2 > dropout 0.2 > latent 128/);
  });

  it("breaks off where the net does, and is whole again once it can be", async () => {
    await expect.poll(() => threads().filter((count) => count > 0)).toEqual([28, 28]);
    await mark(/Max pooling/).click();
    await userEvent.fill(page.getByRole("textbox", { name: "Window" }), "3");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => threads().filter((count) => count > 0)).toEqual([28]);
    expect(captions()).not.toContain("Max pool");
    await expect.element(page.getByTestId("model-view")).toHaveTextContent(/so far/);
    expect(settings().net).toBeNull();
    await userEvent.keyboard("{Escape}");
    await button("Undo").click();
    await expect.poll(captions).toContain("Max pool");
    await expect.poll(() => threads().filter((count) => count > 0)).toEqual([28, 28]);
  });

  it("stays the run's while that trains, and the row is the form's", async () => {
    await button("Train").click();
    opened.worker.advance(3);
    await mark(/Max pooling/).click();
    await userEvent.keyboard("{Escape}");
    await userEvent.keyboard("{Delete}");
    await expect.element(lane).not.toHaveTextContent(/Max pool/);
    expect(captions()).toContain("Max pool");
    expect(settings().net).toMatch(/^conv 32 3 relu > latent 128/);
    await expect.element(page.getByText(/^New changes/).first()).toBeVisible();
  });
});

describe("the row of layers", () => {
  it("follows the slider of the latent size, and keeps a preset's net its own", async () => {
    await setNumber("Latent size (number)", "20");
    await expect.element(lane).toHaveTextContent(/Code 20/);
    await mark(/the code/).click();
    await setNumber("Units", "30");
    expect(settings()).toMatchObject({ net: null, latentSize: 30 });
  });

  it("has one stop of the keyboard, and says what became of the net", async () => {
    const stops = lane
      .getByRole("button")
      .elements()
      .filter((each) => each.tabIndex === 0);
    expect(stops).toHaveLength(1);
    (stops[0] as HTMLElement).focus();
    await userEvent.keyboard("{End}{Delete}");
    await expect
      .element(page.getByTestId("lane"))
      .toHaveTextContent(/Conv 1 taken away\. Impossible: The net makes 28×28×32/);
  });

  it("switches normalisation and dropout behind a layer, and a decoder that mirrors", async () => {
    await mark(/Convolution/).click();
    await page.getByRole("switch", { name: "Dropout" }).click();
    await page.getByRole("switch", { name: "Batch normalisation" }).click();
    expect(settings().net).toMatch(
      /^conv 32 3 relu > norm > dropout 0.2 > pool 2 .* up 2 > dropout 0.2 > norm > conv 32 3 relu/,
    );
    await page.getByRole("switch", { name: "Batch normalisation" }).click();
    await userEvent.keyboard("{Escape}");
    const mirror = page.getByRole("switch", { name: "Decoder mirrors encoder" });
    await mirror.click();
    await mark(/^Dropout/).click();
    await page.getByRole("button", { name: "Take away" }).click();
    expect(settings().net).toMatch(/^conv 32 3 relu > pool 2 .* up 2 > dropout 0.2 > conv 32/);
    await mirror.click();
    expect(settings().net).not.toMatch(/dropout/);
  });

  it("is beside another net what was added and changed", async () => {
    await page.getByRole("combobox", { name: "Compare with" }).selectOptions("modified");
    await expect
      .element(page.getByTestId("net-comparison"))
      .toHaveTextContent(/Published modified net.*left out.*weights/);
    await button("Close the comparison").click();
    await expect.element(page.getByTestId("net-comparison")).not.toBeInTheDocument();
  });

  it("takes a model's JSON for a net", async () => {
    await button("Text and code").click();
    const layer = (className: string, config: object) => ({
      class_name: className,
      config: { name: `${className}_1`.toLowerCase(), ...config },
    });
    const json = JSON.stringify(
      layer("Sequential", {
        layers: [
          layer("InputLayer", { batch_shape: [null, 28, 28, 1] }),
          layer("Flatten", {}),
          layer("Dense", { name: "code", units: 24, activation: "relu" }),
          layer("Dense", { name: "out", units: 784, activation: "sigmoid" }),
          layer("Reshape", { target_shape: [28, 28, 1] }),
        ],
      }),
    );
    await page.getByRole("textbox", { name: "The net, layer by layer" }).fill(json);
    await button("Use this net").click();
    expect(settings()).toMatchObject({ latentSize: 24 });
    expect(settings().net).toMatch(/24 relu/);
  });
});
