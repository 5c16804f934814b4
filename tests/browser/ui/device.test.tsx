import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { type Calibration, calibrationKey, type DeviceOption } from "../../../src/config/devices";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import type { App } from "../../../src/state/app";
import { expectNoViolationsInBothSchemes } from "./axe";
import { button, openMore, open as openPage } from "./harness";
import type { ScriptedWorker } from "./scriptedWorker";

const CARD = "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)";
const DEVICES: readonly DeviceOption[] = [
  { name: "wasm", label: "WASM (relaxed SIMD)", available: true, automatic: true, reason: "" },
  { name: "webgpu", label: "WebGPU (nvidia ampere)", available: true, automatic: true, reason: "" },
  {
    name: "tfjs-webgpu",
    label: "tfjs WebGPU",
    available: false,
    automatic: false,
    reason: "This browser has no WebGPU.",
  },
  {
    name: "tfjs-webgl",
    label: `tfjs WebGL (${CARD})`,
    available: true,
    automatic: true,
    reason: "",
  },
];

let app: App;
let worker: ScriptedWorker;
let close: () => void;

/** The page on a machine with a graphics card. */
beforeEach(async () => {
  await page.viewport(1440, 900);
  ({ app, worker, close } = await openPage({ devices: DEVICES }));
  await expect.poll(() => app.store.getState().devices?.length).toBe(DEVICES.length);
  await openMore();
});
afterEach(() => close());

const panel = () => page.getByTestId("devices");
const radio = (name: string) => panel().getByRole("radio", { name, exact: true });

/** As if the worker had timed the form's net. */
function measured(chosen: Calibration["chosen"] = "webgpu"): void {
  const { settings, maxThreads } = app.store.getState();
  worker.emit({
    type: "calibration",
    calibration: {
      key: calibrationKey(settings, FASHION_MNIST, { devices: DEVICES, maxThreads }),
      chosen,
      trials: [
        { name: "wasm", label: "WASM relaxed SIMD, 2 threads", imagesPerSecond: 1877, reason: "" },
        { name: "webgpu", label: "WebGPU (nvidia ampere)", imagesPerSecond: 41_200, reason: "" },
        {
          name: "tfjs-webgl",
          label: `tfjs WebGL (${CARD})`,
          imagesPerSecond: null,
          reason: "It fails the self-test: gradients come out as zero.",
        },
      ],
    },
  });
}

const barWidths = () =>
  [...document.querySelectorAll<HTMLElement>('[data-testid="devices"] [data-bar]')].map(
    (bar) => bar.getBoundingClientRect().width,
  );

describe("the device panel", () => {
  it("shows each device's speed to scale, the choice and its reason", async () => {
    measured();
    await expect.element(panel()).toHaveTextContent("41,200 images/s");
    await expect.element(panel()).toHaveTextContent("1,877 images/s");
    await expect.element(panel()).toHaveTextContent("22 times as fast as the next, WASM");
    const [wasm, webgpu] = barWidths();
    expect(wasm! / webgpu!).toBeCloseTo(1877 / 41_200, 2);
    await expect
      .element(radio("WebGPU"))
      .toHaveAccessibleDescription(/Automatic takes it.*nvidia ampere/);
    await expect
      .element(radio("tfjs WebGL"))
      .toHaveAccessibleDescription(/RTX 3060.*gradients come out as zero/);
  });

  it("says why a device is missing", async () => {
    await panel().getByText("Not here: tfjs WebGPU").click();
    await expect.element(panel()).toHaveTextContent("This browser has no WebGPU.");
  });

  it("forgets nothing of another net, and shows it when that net is chosen again", async () => {
    measured();
    app.change({ batchSize: 64 });
    await expect.element(panel()).not.toHaveTextContent("41,200");
    app.change({ batchSize: 128 });
    await expect.element(panel()).toHaveTextContent("41,200");
  });

  it("shows how many kernels a GPU has compiled, until it trains", async () => {
    await button("Train").click();
    const tell = (done: number) =>
      worker.emit({ type: "compiling", device: "webgpu", done, all: 24 });
    tell(6);
    await expect.element(radio("WebGPU")).toHaveAccessibleDescription(/Compiling kernels, 6 of 24/);
    await expect.element(page.getByText("Compiling kernels, 6 of 24…")).toBeVisible();
    const bar = document.querySelector<HTMLElement>("[data-compiling] [data-bar]")!;
    await expect
      .poll(() => bar.offsetWidth / bar.parentElement!.offsetWidth)
      .toBeCloseTo(6 / 24, 1);
    tell(24);
    await expect.element(panel()).not.toHaveTextContent("Compiling");
    expect(document.querySelector("[data-compiling]")).toBeNull();
  });

  it("is measured by hand, one device after the other", async () => {
    await button("Measure").click();
    expect(worker.commands.at(-1)).toMatchObject({ type: "measure", config: { batchSize: 128 } });
    await expect.element(button("Measuring…")).toHaveAttribute("aria-disabled", "true");
    measured(null);
    await expect.element(panel()).toHaveTextContent("1,877 images/s");
    await expect.element(button("Measuring…")).toBeVisible();
    measured();
    await expect.element(button("Measure again")).toHaveAttribute("aria-disabled", "false");
  });

  it("hands a device chosen by hand, or what was measured, to the run", async () => {
    await radio("WASM").click();
    await button("Train").click();
    const start = () => worker.commands.findLast((command) => command.type === "start");
    expect(start()).toMatchObject({ config: { device: "wasm" }, calibration: null });
    await button("Reset").click();
    await radio("Automatic").click();
    measured();
    await button("Train").click();
    expect(start()).toMatchObject({
      config: { device: "auto" },
      calibration: { chosen: "webgpu" },
    });
  });
});

describe("a device that is lost in a run", () => {
  it("is told as it happens and after, marked in the chart, and can be dismissed", async () => {
    await button("Train").click();
    worker.advance(30);
    const { runId } = worker.commands.findLast((command) => command.type === "start")!;
    const loss = { step: 30, from: "WebGPU (nvidia ampere)", reason: "It was reset", repeats: 12 };
    worker.emit({ type: "deviceLost", runId, ...loss });
    const notice = page.getByRole("alert");
    await expect
      .element(notice)
      .toHaveTextContent(
        "WebGPU (nvidia ampere) failed after step 30: It was reset. The next device repeats the last 12 steps.",
      );
    worker.emit({
      type: "deviceChanged",
      runId,
      change: { ...loss, to: "WASM relaxed SIMD, 2 threads" },
      deviceName: "wasm",
      threads: 2,
    });
    await expect.element(notice).toHaveTextContent(/goes on on WASM.*2 threads.*nothing is lost/);
    await expect.element(page.getByTestId("device-in-use")).toHaveTextContent("WASM");
    await expect.element(page.getByTestId("loss-chart")).toHaveTextContent("now on WASM");
    worker.advance(10);
    await expect.element(page.getByTestId("step")).toHaveTextContent("40");
    await notice.getByRole("button", { name: "Dismiss message" }).click();
    await expect.element(notice).not.toBeInTheDocument();
  });
});

describe.each([
  [1440, 900],
  [390, 844],
] as const)("at %i × %i", (width, height) => {
  it("axe finds nothing in the panel, and it is no wider than the window", async () => {
    await page.viewport(width, height);
    measured();
    await expect.element(panel()).toBeVisible();
    await expectNoViolationsInBothSchemes(panel().element());
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });
});
