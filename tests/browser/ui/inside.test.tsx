import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { LayerInside, LayerNumbers } from "../../../src/protocol/messages";
import { expectNoViolations } from "./axe";
import { createFakeInference } from "./fakeInference";
import { button, type Opened, open, STEPS_PER_EPOCH } from "./harness";

let opened: Opened | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const numbers = (shape: readonly number[], value: (i: number) => number): LayerNumbers => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
});

const IMAGE = numbers([28, 28, 1], (i) => (i % 9) / 9);
/** Filter f adds up the window and multiplies it by f − 10: of ReLU, filters up to 10 make 0. */
function convolution(): LayerInside {
  const at = (y: number, x: number) =>
    y < 0 || x < 0 || y > 27 || x > 27 ? 0 : IMAGE.values[28 * y + x]!;
  const output = numbers([28, 28, 32], (i) => {
    const [pixel, filter] = [Math.floor(i / 32), i % 32];
    const [y, x] = [Math.floor(pixel / 28), pixel % 28];
    let sum = 0;
    for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) sum += at(y + dy, x + dx);
    return Math.max(0, sum * (filter - 10) + 0.5);
  });
  const kernel = numbers([3, 3, 1, 32], (i) => (i % 32) - 10);
  const bias = numbers([32], () => 0.5);
  const start = { kernel: numbers([3, 3, 1, 32], (i) => ((i % 32) - 10) / 1.25), bias };
  return { layer: "encoder_conv", inputs: [IMAGE], output, weights: { kernel, bias }, start };
}

function pooling(): LayerInside {
  const { output } = convolution();
  const pooled = numbers([14, 14, 32], (i) => {
    const [pixel, map] = [Math.floor(i / 32), i % 32];
    const [y, x] = [2 * Math.floor(pixel / 14), 2 * (pixel % 14)];
    const at = (dy: number, dx: number) => output.values[((y + dy) * 28 + x + dx) * 32 + map]!;
    return Math.max(at(0, 0), at(0, 1), at(1, 0), at(1, 1));
  });
  return { layer: "encoder_pool", inputs: [output], output: pooled, weights: {}, start: {} };
}

const asked = () =>
  opened!.worker.commands.flatMap((command) =>
    command.type === "watch" ? [command.choice?.inside] : [],
  );

/** What the worker would answer to what was asked last. */
function answer(inside: LayerInside | null, step = STEPS_PER_EPOCH) {
  const runId = opened!.app.store.getState().run!.id;
  opened!.worker.emit({ type: "inside", runId, step, index: 0, inside });
}

const panel = page.getByTestId("inside");
const output = () => panel.getByRole("button", { name: /^What it makes/ });
const check = () => page.getByTestId("inside-check");

async function trained() {
  await page.viewport(1440, 900);
  opened = await open({}, {}, createFakeInference());
  await button("Train").click();
  opened.worker.advance(STEPS_PER_EPOCH);
  await expect.element(page.getByTestId("activations")).toBeInTheDocument();
}

async function atConvolution() {
  await trained();
  await page
    .getByRole("button", { name: "Look inside Conv 32" })
    .first()
    // The figure's maps stand in columns of eight: the twentieth.
    .click({ position: { x: 2, y: 2 } });
  await expect.element(panel).toBeVisible();
  answer(convolution());
  await expect.element(check()).toBeVisible();
}

/** Colours fade for 150 ms; half-way, their contrast means nothing. */
async function clean() {
  const fading = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(fading.map(({ finished }) => finished));
  await expectNoViolations(panel.element() as HTMLElement);
}

describe("a look inside", () => {
  it("asks the worker for one layer's numbers, and no longer once it is closed", async () => {
    await trained();
    expect(asked().every((layer) => layer === undefined)).toBe(true);
    await button("Look inside").click();
    await expect.poll(() => asked().at(-1)).toBe("encoder_conv");
    answer(convolution());
    await expect.element(check()).toBeVisible();
    await panel.getByRole("button", { name: "The layer behind" }).click();
    await expect.poll(() => asked().at(-1)).toBe("encoder_pool");
    // Until they come, no other layer's numbers stand there.
    await expect.element(check()).not.toBeInTheDocument();
    answer(pooling());
    await expect.element(panel).toHaveTextContent(/the largest of them/);
    await userEvent.keyboard("{Escape}");
    await expect.element(panel).not.toBeInTheDocument();
    await expect.poll(() => asked().at(-1)).toBeUndefined();
  });

  it("takes a number of a convolution apart, and says that the engine made the same", async () => {
    await atConvolution();
    await userEvent.fill(panel.getByRole("spinbutton", { name: "Map" }), "21");
    await userEvent.keyboard("{Enter}");
    // A window in the corner: five of nine pixels are outside.
    output().element().focus();
    for (let i = 0; i < 28; i++) await userEvent.keyboard("{ArrowLeft}{ArrowUp}");
    await expect.element(output()).toHaveAccessibleName(/row 1, column 1, map 21/);
    const window = panel.getByRole("img", { name: /^The window: / });
    await expect
      .element(window)
      .toHaveAccessibleName(
        "The window: outside, outside, outside, outside, 0.000, 0.111, outside, 0.111, 0.222",
      );
    await expect
      .element(panel.getByRole("img", { name: /^Weights: / }))
      .toHaveAccessibleName(/^Weights: 10.0, 10.0/);
    // (0 + 1/9 + 1/9 + 2/9) · 10 + 0.5
    const sum = 10 * (4 / 9);
    await expect.element(panel).toHaveTextContent(new RegExp(`${sum.toFixed(2)}sum of the prod`));
    await expect.element(check()).toHaveTextContent(/^The engine made 4.94444\d, this page 4.94/);
    expect(Number(check().element().dataset.apart)).toBeLessThan(1e-5);
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(output()).toHaveAccessibleName(/row 1, column 2, map 21/);
    await userEvent.keyboard("{PageDown}");
    await expect.element(output()).toHaveAccessibleName(/row 1, column 2, map 22/);
  });

  it("opens at the map that was pressed, and goes where the pointer is", async () => {
    await atConvolution();
    await expect.element(output()).toHaveAccessibleName(/map 1:/);
    const { width, height } = output().element().getBoundingClientRect();
    await output().click({ position: { x: (10.5 / 28) * width, y: (3.5 / 28) * height } });
    await expect.element(output()).toHaveAccessibleName(/row 4, column 11, map 1:/);
  });

  it("draws each filter's kernel, and how far it has come since the start", async () => {
    await atConvolution();
    await expect.element(panel).toHaveTextContent(/Kernels of the 32 filters over map 1/);
    await expect.element(panel).toHaveTextContent(/has moved by 25% of its length/);
    for (const name of ["At the start", "Change"]) {
      const row = panel.getByRole("img", { name: `${name}: 32 kernels of 3 by 3` });
      await expect.element(row).toBeVisible();
    }
    panel
      .getByRole("button", { name: /^Now: 32 kernels/ })
      .element()
      .focus();
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(output()).toHaveAccessibleName(/map 2:/);
  });

  it("says so where a layer's numbers cannot be had, and before there are any", async () => {
    await page.viewport(1440, 900);
    opened = await open({}, {}, createFakeInference());
    await button("Look inside").click();
    await expect.element(panel).toHaveTextContent(/press Train, or take a single step/);
    await panel.getByRole("button", { name: "take a single step" }).click();
    await expect.poll(() => asked().at(-1)).toBe("encoder_conv");
    answer(null, 1);
    await expect.element(panel).toHaveTextContent(/cannot be worked out one by one/);
  });

  it("is clean to axe in both schemes, also on a phone, where nothing is wider than the window", async () => {
    await atConvolution();
    await clean();
    // Cells take their colours from the scheme, which the page is told of by its button.
    await button("Switch to dark colours").click();
    await clean();
    await page.viewport(390, 844);
    await expect.element(output()).toBeVisible();
    await clean();
    await button("Switch to light colours").click();
    await clean();
    const root = document.documentElement;
    expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
    const inner = panel.element();
    expect(inner.scrollWidth).toBeLessThanOrEqual(inner.clientWidth);
  });
});
