import { decode } from "fast-png";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page } from "vitest/browser";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { createFakeInference } from "./fakeInference";
import { button, type Opened, open, STEPS_PER_EPOCH } from "./harness";
import { parsed, saved } from "./saved";

let opened: Opened | null = null;

/** One page for all of them: nothing that they do stays. */
beforeEach(async () => {
  if (opened) return;
  await page.viewport(1440, 900);
  opened = await open({}, {}, createFakeInference());
  await button("Train").click();
  opened.worker.advance(STEPS_PER_EPOCH);
  await expect.element(page.getByTestId("frame")).toHaveTextContent("after epoch 1, step 20");
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  opened?.close();
  location.hash = "";
});

const pixelsAcross = (millimetres: number) => Math.round((millimetres / 25.4) * 300);

describe("the reconstructions as a figure", () => {
  it("are an SVG as wide as asked for, with pictures, figures and what was trained", async () => {
    const svg = await parsed(await saved("reconstructions", "SVG", 85));
    expect(svg.getAttribute("width")).toBe("85mm");
    // Four garments: original, net and error of each.
    expect(svg.querySelectorAll("image")).toHaveLength(12);
    const words = svg.textContent;
    expect(words).toMatch(/Validation images it never trains on/);
    expect(words).toMatch(/Published baseline.*SSIM by write-up protocol/);
    expect(words.match(/0\.\d{3}/g)!.length).toBeGreaterThanOrEqual(4);
    // Controls stay on the screen, and so does all that needs a style sheet.
    expect(words).not.toMatch(/Wang|Save figure|PCA beside it/);
    expect(svg.outerHTML).not.toMatch(/var\(--|class=/);
  });

  it("are a PNG at 300 dots an inch whose pictures keep their pixels", async () => {
    const png = await saved("reconstructions", "PNG", 174);
    const { width, height, data, channels, resolution } = decode(await png.arrayBuffer());
    expect(width).toBe(pixelsAcross(174));
    expect(height).toBeGreaterThan(200);
    expect(resolution).toMatchObject({ x: 11811, y: 11811 });
    // The scripted garments are flat: 40, 50, 60 and 70 of grey, and nothing smoothed in between.
    const greys = new Map<number, number>();
    for (let at = 0; at < data.length; at += channels) {
      const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
      if (r === g && g === b) greys.set(r, (greys.get(r) ?? 0) + 1);
    }
    for (const grey of [40, 50, 60, 70]) expect(greys.get(grey)).toBeGreaterThan(2000);
    for (const grey of [45, 55, 65]) expect(greys.get(grey) ?? 0).toBeLessThan(2000);
  });
});

describe("the evaluation of the test images as figures", () => {
  it("has bars, points and thumbnails as shapes and pictures of their own", async () => {
    location.hash = "images";
    await expect.element(page.getByTestId("gallery")).toBeVisible();
    await expect
      .poll(() => document.querySelectorAll(".recharts-bar-rectangle path").length)
      .toBeGreaterThan(3);
    const spread = await parsed(await saved("ssim-spread", "SVG", 174));
    expect(spread.querySelectorAll("svg path").length).toBeGreaterThan(3);
    expect(spread.textContent).toMatch(/How SSIM is spread/);
    expect(spread.textContent).not.toMatch(/drag to choose/);

    const scatter = await parsed(await saved("ssim-mse", "SVG", 85));
    const points = [...scatter.querySelectorAll("path")].map((path) => path.getAttribute("d")!);
    // All 40 images in grey, and those that are chosen, here all, in colour.
    expect(points.map((d) => d.split("M").length - 1)).toEqual([40, 40]);

    const gallery = await parsed(await saved("gallery", "SVG", 174));
    expect(gallery.querySelectorAll("image").length).toBeGreaterThan(10);
    expect(gallery.querySelectorAll("text").length).toBeGreaterThan(10);
  });
});

describe("the map of the codes as a figure", () => {
  const dots = (svg: Element) =>
    [...svg.querySelectorAll('path[stroke-linecap="round"]')].flatMap((path) =>
      path.getAttribute("d")!.split("M").slice(1),
    );

  it("has every garment's point in its class's colour, then what the decoder draws", async () => {
    location.hash = "space";
    await expect.element(page.getByTestId("selection")).toHaveTextContent(/^40 garments/);
    const trousers = page.getByRole("button", { name: "Trouser 20" });
    await trousers.click();
    const map = await parsed(await saved("map", "SVG", 174));
    expect(dots(map)).toHaveLength(40);
    const opacities = [...map.querySelectorAll('path[stroke-linecap="round"]')].map(
      (path) => [path, Number(path.getAttribute("stroke-opacity"))] as const,
    );
    const faint = opacities.filter(([, opacity]) => opacity < 0.5).map(([path]) => path);
    expect(faint.flatMap((path) => path.getAttribute("d")!.split("M").slice(1))).toHaveLength(20);
    expect(map.textContent).toMatch(
      /Trouser\s*20.*Codes of test images by Published baseline, 128 numbers/s,
    );
    await trousers.click();
    expect(map.textContent).not.toMatch(/Arrow keys|Select what is in view|Press a class/);

    await page.getByText("What the decoder draws", { exact: true }).click();
    await expect
      .poll(
        async () => (await parsed(await saved("map", "SVG", 85))).querySelectorAll("image").length,
      )
      .toBeGreaterThan(60);
  });
});

it("a camera's pictures go into a figure only where somebody says so", async () => {
  window.location.hash = "train";
  opened?.close();
  opened = await open({ spec: { ...FASHION_MNIST, isCamera: true } });
  await button("Train").click();
  opened.worker.advance(STEPS_PER_EPOCH);
  await expect.element(page.getByTestId("frame")).toHaveTextContent("after epoch 1, step 20");
  const asked = vi.spyOn(window, "confirm").mockReturnValue(false);
  const made = vi.spyOn(URL, "createObjectURL");
  const menu = page.getByTestId("save-reconstructions");
  await menu.getByText("Save figure").click();
  await menu.getByRole("button", { name: /^SVG/ }).click();
  await expect.poll(() => asked).toHaveBeenCalledWith(expect.stringMatching(/people may be on/));
  await expect.element(menu.getByText("Drawing SVG …")).not.toBeInTheDocument();
  expect(made).not.toHaveBeenCalled();
  await menu.getByText("Save figure").click();
  asked.mockReturnValue(true);
  await saved("reconstructions", "SVG", 85);
  expect(asked).toHaveBeenCalledTimes(2);
});
