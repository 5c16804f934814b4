import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createTrainingClient } from "../../../src/client/client";
import type { LabClient } from "../../../src/client/lab";
import { createRng } from "../../../src/core/rng";
import { createApp } from "../../../src/state/app";
import { umapChart } from "../../../src/state/space/map/chart";
import { AppContext, LabContext } from "../../../src/ui/common/hooks";
import { coloursOfClasses } from "../../../src/ui/space/map/colours";
import { type Scene, ScenePainter } from "../../../src/ui/space/map/scene";
import { MapView } from "../../../src/ui/space/map/view";
import SpaceView from "../../../src/ui/space/SpaceView";
import "../../../src/ui/styles";
import { cssVariables, theme } from "../../../src/ui/theme";
import { CONFIG, createLab } from "../../unit/state/lab/fakeLab";
import { createFakeLab } from "./fakeLab";
import { baselineQuality, createScriptedWorker } from "./scriptedWorker";

let close = () => {};
afterEach(() => close());

function open(lab: LabClient) {
  const worker = createScriptedWorker({
    source: "fashion-mnist",
    originals: new Uint8Array(4 * 784),
    labels: [0, 1, 0, 1],
    reconstruct: () => new Uint8Array(4 * 784),
    pca: new Uint8Array(4 * 784),
    stepsPerEpoch: 20,
    quality: baselineQuality,
  });
  const app = createApp(createTrainingClient(() => worker));
  const element = document.createElement("div");
  document.body.replaceChildren(element);
  const root = createRoot(element);
  root.render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="light">
      <AppContext.Provider value={app}>
        <LabContext.Provider value={lab}>
          <SpaceView />
        </LabContext.Provider>
      </AppContext.Provider>
    </MantineProvider>,
  );
  close = () => {
    root.unmount();
    app.dispose();
  };
}

const chosen = () => page.getByTestId("selection");
const text = (testId: string) => page.getByTestId(testId).element().textContent;

describe("the space of codes", () => {
  it("has garments drawn by code labelled so, and selects by class", async () => {
    open(createFakeLab());
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
    open(createFakeLab());
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
    open(createFakeLab());
    await expect.element(chosen()).toHaveTextContent(/^40 garments/);
    page.getByTestId("gallery").element().focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByTestId("viewer-place")).toHaveTextContent("1 of 40");
    await userEvent.keyboard("{Escape}");
  });

  it("lays the codes out by UMAP in a worker, as often as it is asked to", async () => {
    open(createFakeLab());
    await expect.element(chosen()).toHaveTextContent(/^40 garments/);
    await page.getByText("UMAP", { exact: true }).click();
    await expect
      .poll(() => text("umap"), { timeout: 20_000 })
      .toContain("UMAP has laid out 40 garments");
    const place = text("here");
    await page.getByText("Principal axes", { exact: true }).click();
    await expect.poll(() => text("here")).not.toBe(place);
    await page.getByText("UMAP", { exact: true }).click();
    await expect.poll(() => text("here")).toBe(place);
  });

  it("says what went wrong and what to do", async () => {
    open(createLab(CONFIG, "encode").lab);
    await expect.element(page.getByRole("alert")).toHaveTextContent("It broke. Mend it.");
    await expect.element(page.getByText("There is no map.")).toBeVisible();
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
      pixels: Uint8Array.from({ length: count * 784 }, (_, i) => i % 251),
      tiles: null,
      ground: 0xffffff,
    };
    view.show(scene, true);
    const frames = async (many: number, move: (frame: number) => void) => {
      const begun = performance.now();
      for (let frame = 0; frame < many; frame++) {
        const done = new Promise<void>((resolve) => {
          painted = resolve;
        });
        move(frame);
        await done;
      }
      return (1000 * many) / (performance.now() - begun);
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
