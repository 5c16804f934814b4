import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { InferenceClient } from "../../../src/client/inference";
import { createRng } from "../../../src/math/rng";
import { umapChart } from "../../../src/state/space/map/chart";
import { coloursOfClasses } from "../../../src/ui/views/space/map/colours";
import { type Scene, ScenePainter } from "../../../src/ui/views/space/map/scene";
import { MapView } from "../../../src/ui/views/space/map/view";
import SpaceView from "../../../src/ui/views/space/SpaceView";
import { strip28 } from "../../unit/image-sets";
import { CONFIG, scriptedInference } from "../../unit/state/scriptedInference";
import { createFakeInference } from "./fakeInference";
import { mount } from "./harness";
import { parsed, saved } from "./saved";

let close = () => {};
afterEach(() => close());

function open(inference: InferenceClient) {
  ({ close } = mount(() => <SpaceView />, inference));
}

const chosen = () => page.getByTestId("selection");
const text = (testId: string) => page.getByTestId(testId).element().textContent;

describe("the space of codes", () => {
  it("has garments drawn by code labelled so, and selects by class", async () => {
    open(createFakeInference());
    await expect.element(chosen()).toHaveTextContent(/^40 garments/);
    await expect.element(page.getByText("synthetic garments")).toBeVisible();
    const trousers = page.getByRole("button", { name: "Trouser 20" });
    await trousers.click();
    await expect.element(chosen()).toHaveTextContent(/^20 of 40 garments.*of all/);
    await expect.element(trousers).toHaveAttribute("aria-pressed", "true");
    await expect.element(page.getByTestId("gallery")).toHaveAccessibleName(/^20 test images/);
    page.getByTestId("map").element().focus();
    await userEvent.keyboard("{Escape}");
    await expect.element(chosen()).toHaveTextContent(/^40 garments/);
  });

  it("goes by keyboard to a garment, whose own numbers draw it as it comes back", async () => {
    open(createFakeInference());
    await expect.element(chosen()).toHaveTextContent(/^40 garments/);
    const rest = page.getByRole("combobox", { name: /The other 14 directions are/ });
    await rest.selectOptions("those of the nearest garment");
    page.getByTestId("map").element().focus();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}{ArrowUp}{Enter}");
    const shown = (canvas: HTMLCanvasElement) =>
      Array.from(canvas.getContext("2d")!.getImageData(0, 0, 28, 28).data);
    const [drawn, , back] = [
      ...document.querySelectorAll<HTMLCanvasElement>('[aria-label="What lives here"] canvas'),
    ];
    await expect.poll(() => shown(drawn!).some((byte) => byte > 0 && byte < 255)).toBe(true);
    await expect
      .poll(() => Math.max(...shown(drawn!).map((byte, i) => Math.abs(byte - shown(back!)[i]!))))
      .toBeLessThan(3);
  });

  it("opens one garment beside PCA", async () => {
    open(createFakeInference());
    await expect.element(chosen()).toHaveTextContent(/^40 garments/);
    page.getByTestId("gallery").element().focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByTestId("viewer-place")).toHaveTextContent("1 of 40");
    await userEvent.keyboard("{Escape}");
  });

  it("lays the codes out by UMAP in a worker, as often as it is asked to", async () => {
    open(createFakeInference());
    await expect.element(chosen()).toHaveTextContent(/^40 garments/);
    await page.getByText("UMAP", { exact: true }).click();
    await expect.poll(() => text("umap")).toContain("UMAP has laid out 40 garments");
    const place = text("here");
    await page.getByText("Principal axes", { exact: true }).click();
    await expect.poll(() => text("here")).not.toBe(place);
    await page.getByText("UMAP", { exact: true }).click();
    await expect.poll(() => text("here")).toBe(place);
  });

  it("keeps UMAP chosen while the codes are on their way, and claims nothing of it", async () => {
    const inference = createFakeInference();
    let release = () => {};
    const encoded = new Promise<void>((resolve) => {
      release = resolve;
    });
    open({
      ...inference,
      async ask(question, ask, options) {
        if (question === "encode") await encoded;
        return inference.ask(question, ask, options);
      },
    });
    await page.getByText("UMAP", { exact: true }).click();
    await expect.element(page.getByTestId("umap")).toHaveTextContent(/^UMAP begins as soon as/);
    expect(page.getByRole("combobox", { name: "Garments that UMAP lays out" }).elements()).toEqual(
      [],
    );
    release();
    await expect.element(page.getByTestId("umap")).toHaveTextContent("laid out 40 garments");
    await expect.element(page.getByRole("radio", { name: "UMAP" })).toBeChecked();
    await expect.element(page.getByTestId("umap-pending")).not.toBeInTheDocument();
  });

  it("heaps the garments of a net of one number along it", async () => {
    open(scriptedInference({ ...CONFIG, preset: "loom", latentSize: 1 }).inference);
    await expect.element(page.getByTestId("here")).toHaveTextContent(/^at -?\d\.\d\d$/);
    await expect.element(page.getByTestId("axes-words")).toHaveTextContent(/on a heap/);
    await expect.element(page.getByText("Its number", { exact: true })).toBeVisible();
    expect(page.getByText("Principal axes", { exact: true }).elements()).toEqual([]);
  });

  it("says what went wrong and what to do", async () => {
    open(scriptedInference(CONFIG, "encode").inference);
    await expect.element(page.getByRole("alert")).toHaveTextContent("It broke. Mend it.");
    await expect.element(page.getByText("There is no map.")).toBeVisible();
  });
});

describe("the sections below the map", () => {
  beforeAll(() => page.viewport(1440, 900));
  const section = (testId: string) => page.getByTestId(testId);
  /** Scrolls to a section, which is mounted as it comes near. */
  async function come(testId: string) {
    window.scrollTo(0, 0);
    await expect
      .poll(
        () => {
          window.scrollBy(0, 500);
          return section(testId).elements().length;
        },
        { timeout: 30_000 },
      )
      .toBe(1);
    section(testId).element().scrollIntoView();
  }
  /** A byte of a canvas. */
  const byteOf = (canvas: Element | null | undefined, x: number) =>
    (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(x % 28, Math.floor(x / 28), 1, 1)
      .data[0]!;
  const canvasesOf = (testId: string) => section(testId).element().querySelectorAll("canvas");

  it("have knobs for the numbers that live, in the order of their worth, and save them", async () => {
    open(scriptedInference().inference);
    await come("knobs");
    await expect.element(section("dead")).toHaveTextContent(/^2 of 64 numbers are dead/);
    await expect.element(section("knobs")).toHaveTextContent(/In the order of what each is worth/);
    const knob = section("knobs").getByRole("slider").first();
    await expect.element(knob).toHaveAccessibleName("Number 61");
    await expect.element(section("knobs")).toHaveTextContent(/Number 61worth 0\.060 of SSIM/);
    // The picture's pixel 60 is that number: garment 1's is sin(0).
    const shown = () => byteOf(canvasesOf("knob-picture")[0], 60);
    await expect.poll(shown).toBe(128);
    await section("knobs")
      .getByRole("button", { name: /^Number 61 to 1\.0/ })
      .click();
    await expect.poll(shown).toBeGreaterThan(220);
    knob.element().focus();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}{ArrowLeft}");
    await expect.poll(shown).toBeLessThan(220);
    const svg = await parsed(await saved("knobs", "SVG", 174));
    expect(svg.querySelectorAll("image").length).toBeGreaterThanOrEqual(12 * 7 + 2);
    expect(svg.textContent).toMatch(/2\s*of\s*64\s*numbers\s*are\s*dead.*Nested, 64 numbers/s);
    expect(svg.textContent).not.toMatch(/Put all back|more of/);
    await page.getByRole("button", { name: "Put all back" }).click();
    await expect.poll(shown).toBe(128);
  });

  it("morph by a strip and a film, and add codes", async () => {
    open(scriptedInference().inference);
    await come("morph");
    // The knobs above it have grown: the page stays where it is.
    await expect.element(section("knobs")).toHaveTextContent(/In the order of what each is worth/);
    section("morph").element().scrollIntoView();
    // The scripted decoder is linear: both ways are the same but for rounding.
    await expect.element(section("morph-gap")).toHaveTextContent(/^0\.0\d × 10⁻³/);
    expect(canvasesOf("morph-latent")).toHaveLength(9);
    const along = () => [...canvasesOf("morph-latent")].map((canvas) => byteOf(canvas, 8));
    const before = along();
    expect(new Set(before).size).toBeGreaterThan(5);
    await section("morph").getByRole("button", { name: /^To / }).click();
    await page.getByRole("button", { name: "mean T-shirt/top", exact: true }).click();
    await expect.poll(() => along().at(-1)).not.toBe(before.at(-1));
    expect(along()[0]).toBe(before[0]);
    const place = section("morph").getByRole("slider", { name: "How far on the way" });
    await expect.element(place).toHaveAttribute("aria-valuetext", "50%");
    const play = section("morph").getByRole("button", { name: "Play" });
    await play.click();
    await expect.poll(() => place.element().getAttribute("aria-valuetext")).not.toBe("50%");
    await section("morph").getByRole("button", { name: "Hold" }).click();

    const sum = () => byteOf(canvasesOf("sum")[0], 8);
    await expect.element(section("nearest")).toHaveTextContent(/nearest real garment/);
    const first = sum();
    await section("part-arithmetic")
      .getByRole("button", { name: /^take / })
      .click();
    await page.getByRole("button", { name: "Trouser 4", exact: true }).click();
    await expect.poll(sum).not.toBe(first);
  });

  it("draw codes by chance, anew when asked to, and say how far they land", async () => {
    open(scriptedInference().inference);
    await come("sample");
    await expect.element(section("sample-verdict")).toHaveTextContent(/land 2\.0 times as far/);
    const drawn = () => byteOf(canvasesOf("sample-fitted")[0], 0);
    const before = drawn();
    await page.getByRole("button", { name: "Draw again" }).click();
    await expect.poll(drawn).not.toBe(before);
  });

  it("probe the codes beside PCA's and pixels, of two classes and of ten", async () => {
    open(scriptedInference().inference);
    await come("probe");
    await page.getByRole("button", { name: "Probe the codes" }).click();
    const table = section("probe-table");
    await expect.element(table).toHaveTextContent(/640\.8560\.8000?\.?\d*/);
    await expect.element(table).toHaveTextContent(/7840\.9280\.828$/);
    await expect
      .poll(
        () => section("probe-nearest").element().querySelectorAll(".recharts-line-curve").length,
      )
      .toBe(2);
    await page.getByRole("button", { name: "All ten classes" }).click();
    await expect.element(section("probe")).toHaveTextContent(/trained on 2 classes alone/);
    await expect.element(page.getByRole("button", { name: "Probe the codes" })).toBeVisible();
  });
});

describe("a map of 14,000 points", () => {
  it("pans and zooms, and shows thumbnails when it is near", async () => {
    const count = 14_000;
    const rng = createRng(1, "points");
    // Two sums of draws: a cloud with a dense middle.
    const normal = () => rng.float() + rng.float() + rng.float() - 1.5;
    const chart = umapChart(Float32Array.from({ length: 2 * count }, normal));
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
    const canvas = document.createElement("canvas");
    document.body.replaceChildren(canvas);
    const view = new MapView(canvas);
    let painted = () => {};
    view.onPaint(() => painted());
    close = () => view.dispose();
    view.resize(1000, 600);
    const scene: Scene = {
      chart,
      colours: coloursOfClasses("light", labels),
      selected: null,
      images: strip28(Uint8Array.from({ length: count * 784 }, (_, i) => i % 251)),
      tiles: null,
      ground: 0xffffff,
    };
    view.show(scene, true);
    /** Frames a second at their best: other programs may have the cores for most of them. */
    const frames = async (many: number, move: (frame: number) => void) => {
      let shortest = Number.POSITIVE_INFINITY;
      for (let frame = 0; frame < many; frame++) {
        const begun = performance.now();
        const done = new Promise<void>((resolve) => {
          painted = resolve;
        });
        move(frame);
        await done;
        shortest = Math.min(shortest, performance.now() - begun);
      }
      return 1000 / shortest;
    };
    const whole = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
    const panned = await frames(60, (frame) => view.pan(8 * Math.cos(frame / 8), 3));
    const zoomed = await frames(60, (frame) => view.zoom(frame < 30 ? 1.06 : 1 / 1.06));
    const painter = new ScenePainter(document.createElement("canvas"));
    painter.resize(view.size.width, view.size.height);
    const begun = performance.now();
    for (let i = 0; i < 30; i++) painter.paint(scene, view.camera, view.size, null);
    const each = (performance.now() - begun) / 30;
    console.log(
      `14,000 points: ${each.toFixed(1)} ms to paint, ${panned.toFixed(0)} frames a second panned, ${zoomed.toFixed(0)} zoomed`,
    );
    // A core of its own paints many times that.
    expect(panned).toBeGreaterThan(5);
    expect(zoomed).toBeGreaterThan(5);
    expect(
      canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data,
    ).not.toEqual(whole);
    expect(canvas.dataset.thumbnails).toBe("0");
    view.fit();
    await frames(8, () => view.zoom(1.5));
    expect(Number(canvas.dataset.thumbnails)).toBeGreaterThan(10);
  });
});
