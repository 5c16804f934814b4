import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectNoViolations } from "./axe";
import { createFakeInference } from "./fakeInference";
import { button, type Opened, open } from "./harness";

let opened: Opened;

beforeAll(() => page.viewport(1440, 900));
afterAll(() => {
  opened.close();
  location.hash = "";
});

const chosen = () => page.getByTestId("chosen").element().textContent ?? "";
const slider = (name: string) => page.getByRole("slider", { name, exact: true });
const focus = (element: Element) => (element as HTMLElement).focus();
const gallery = () => page.getByTestId("gallery").element();
const place = () => page.getByTestId("viewer-place");

/** Pixels of the gallery that are neither clear nor black. */
function lit(): number {
  const canvas = gallery().querySelector("canvas")!;
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255 && data[i]! > 20) count += 1;
  return count;
}

describe("before the first run", () => {
  it("the truth of the net that comes with the page is there, labelled as drawn by code", async () => {
    opened = await open({}, {}, createFakeInference());
    location.hash = "images";
    // The view is fetched first: seconds, where other tests have the cores too.
    await expect.element(page.getByTestId("gallery")).toBeVisible();
    await expect.element(page.getByTestId("brush")).toBeVisible();
    expect(chosen()).toMatch(/^40 images, mean SSIM 0\.\d{3}$/);
    await expect.element(page.getByTestId("images-view")).toHaveTextContent("synthetic garments");
    await expect.poll(lit).toBeGreaterThan(2000);
    await expect
      .poll(() => document.querySelectorAll(".recharts-bar-rectangle path").length)
      .toBeGreaterThan(3);
    await expect.element(page.getByText("bars: this net, line: PCA")).toBeVisible();
  });

  it("so is that of PCA alone, with as many numbers as the settings say", async () => {
    const net = chosen();
    await page.getByText("PCA alone", { exact: true }).click();
    await expect
      .element(page.getByTestId("images-view"))
      .toHaveTextContent("128 numbers, on the garments of the settings");
    await expect.element(page.getByText("bars: this net, line: PCA")).not.toBeInTheDocument();
    await expect.element(page.getByTestId("brush")).toBeVisible();
    expect(chosen()).toMatch(/^40 images, mean SSIM 0\.\d{3}$/);
    expect(chosen()).not.toBe(net);
    await page.getByText("Net beside PCA", { exact: true }).click();
    await expect.element(page.getByText("bars: this net, line: PCA")).toBeVisible();
    expect(chosen()).toBe(net);
  });

  it("nothing is wider than the window, and axe finds nothing", async () => {
    for (const width of [390, 1440]) {
      await page.viewport(width, 900);
      await expect
        .poll(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        .toBe(0);
      await expectNoViolations();
    }
  });
});

describe("the brush", () => {
  it("chooses by keyboard, and Escape shows everything again", async () => {
    focus(slider("Lowest SSIM shown").element());
    await userEvent.keyboard("{PageUp}{PageUp}{PageUp}");
    await expect.poll(chosen).toMatch(/^\d+ of 40 images/);
    await userEvent.keyboard("{Escape}");
    await expect.poll(chosen).toMatch(/^40 images/);
  });

  it("chooses by dragging, and its images alone stay in the gallery", async () => {
    const brush = page.getByTestId("brush").element();
    const { left, top, width, height } = brush.getBoundingClientRect();
    const at = (type: string, share: number) =>
      brush.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          pointerId: 1,
          button: 0,
          buttons: 1,
          clientX: left + share * width,
          clientY: top + height / 2,
        }),
      );
    // A pointer that no device has cannot be captured.
    brush.setPointerCapture = () => {};
    at("pointerdown", 0.02);
    at("pointermove", 0.5);
    at("pointerup", 0.5);
    await expect.poll(chosen).toMatch(/^\d+ of 40 images/);
    await expect.element(button("Show all again")).toBeEnabled();
    await button("Show all again").click();
    await expect.poll(chosen).toMatch(/^40 images/);
  });

  it("goes with a choice of garment", async () => {
    await page.getByRole("combobox", { name: "Garment" }).selectOptions("Trouser");
    await expect.poll(chosen).toMatch(/^20 of 40 images/);
    await page.getByRole("combobox", { name: "Garment" }).selectOptions("All garments");
  });
});

describe("the viewer", () => {
  it("opens from the gallery by keyboard and goes through the set", async () => {
    focus(gallery());
    await userEvent.keyboard("{ArrowRight}{ArrowRight}{Enter}");
    await expect.element(place()).toHaveTextContent(/^3 of 40, test image \d+$/);
    const third = place().element().textContent;
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(place()).toHaveTextContent(/^4 of 40/);
    await userEvent.keyboard("{End}");
    await expect.element(place()).toHaveTextContent(/^40 of 40/);
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(place()).toHaveTextContent(/^40 of 40/);
    await userEvent.keyboard("{Home}{ArrowRight}{ArrowRight}");
    await expect.element(place()).toHaveTextContent(third!);
  });

  it("shows the figures, the signed error and the SSIM map", async () => {
    const figures = page.getByTestId("figures");
    await expect
      .element(figures)
      .toHaveTextContent(/SSIM write-up0\.\d{3}0\.\d{3}SSIM Wang0\.\d{3}/);
    for (const picture of ["reconstruction", "signed error", "SSIM map"]) {
      await expect.element(page.getByRole("img", { name: `PCA: ${picture}` })).toBeVisible();
    }
    await expectNoViolations();
  });

  it("wipes, blends and takes turns", async () => {
    const over = page.getByTestId("over").element() as HTMLElement;
    const edge = slider("Edge between the pictures");
    focus(edge.element());
    await userEvent.keyboard("{ArrowRight}");
    // Arrow keys of the slider do not lead to the next image.
    await expect.element(place()).toHaveTextContent(/^3 of 40/);
    await expect.poll(() => over.style.clipPath).toBe("inset(0px 0px 0px 51%)");
    await page.getByText("Blend", { exact: true }).click();
    await expect.poll(() => over.style.opacity).toBe("0.51");
    await page.getByText("Flicker", { exact: true }).click();
    const seen = new Set<string>();
    await expect.poll(() => seen.add(over.style.opacity).size).toBe(2);
  });

  it("closes with Escape, and the focus is back at the gallery", async () => {
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => page.getByTestId("viewer").elements().length).toBe(0);
    await expect.poll(() => document.activeElement).toBe(gallery());
  });

  it("opens from a point of the scatter too", async () => {
    const canvas = page.getByTestId("scatter").element().querySelector("canvas")!;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    // Somewhere on a fine grid there is a point to press.
    for (let step = 0; step < 400 && page.getByTestId("viewer").elements().length === 0; step++) {
      const clientX = left + ((step % 20) / 20) * width;
      const clientY = top + (Math.floor(step / 20) / 20) * height;
      canvas.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX, clientY }));
      await new Promise((resolve) => setTimeout(resolve));
    }
    await expect.element(page.getByTestId("viewer")).toBeVisible();
    await button("Close").click();
  });
});

describe("a garment of one's own", () => {
  it("is drawn by keyboard, rebuilt, and set beside the training images", async () => {
    await page.getByText("Bring your own", { exact: true }).click();
    focus(page.getByRole("button", { name: /^Drawing/ }).element());
    for (let i = 0; i < 6; i++) await userEvent.keyboard("{Shift>}{ArrowDown}{/Shift}");
    await expect.element(page.getByTestId("error-place")).toHaveTextContent(/training images/);
    await expect.element(page.getByTestId("figures")).toBeVisible();
    await button("Undo").click();
    await button("Clear").click();
    await expect.poll(() => page.getByTestId("error-place").elements().length).toBe(0);
  });

  it("can be one that is drawn by code to begin with", async () => {
    await page.getByTestId("examples").getByRole("button", { name: "Bag" }).click();
    await expect.element(page.getByTestId("error-place")).toHaveTextContent(/training images/);
    expect(page.getByTestId("examples").elements()).toEqual([]);
    await button("Clear").click();
    await expect.element(page.getByTestId("examples")).toBeVisible();
  });

  it("is drawn with a pointer, mirrored, and taken back", async () => {
    const pad = page.getByTestId("pad").element() as HTMLCanvasElement;
    pad.setPointerCapture = () => {};
    const { left, top, width, height } = pad.getBoundingClientRect();
    const at = (type: string, x: number, y: number) =>
      pad.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          pointerId: 1,
          button: 0,
          buttons: 1,
          clientX: left + x * width,
          clientY: top + y * height,
        }),
      );
    at("pointerdown", 0.2, 0.3);
    at("pointermove", 0.3, 0.7);
    at("pointerup", 0.3, 0.7);
    const grey = (x: number, y: number) => pad.getContext("2d")!.getImageData(x, y, 1, 1).data[0];
    await expect.poll(() => grey(6, 10)).toBeGreaterThan(100);
    expect(grey(21, 10)).toBe(grey(6, 10));
    await button("Undo").click();
    await expect.poll(() => grey(6, 10)).toBe(0);
  });

  it("follows one finger: a second one neither draws nor ends the stroke", async () => {
    const pad = page.getByTestId("pad").element() as HTMLCanvasElement;
    pad.setPointerCapture = () => {};
    const { left, top, width, height } = pad.getBoundingClientRect();
    const at = (type: string, pointerId: number, x: number, y: number) =>
      pad.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          pointerType: "touch",
          pointerId,
          isPrimary: pointerId === 11,
          button: type === "pointermove" ? -1 : 0,
          buttons: 1,
          clientX: left + x * width,
          clientY: top + y * height,
        }),
      );
    const grey = (x: number, y: number) => pad.getContext("2d")!.getImageData(x, y, 1, 1).data[0];
    at("pointerdown", 11, 0.1, 0.2);
    at("pointerdown", 12, 0.4, 0.9);
    at("pointermove", 12, 0.4, 0.8);
    at("pointermove", 11, 0.1, 0.4);
    at("pointerup", 12, 0.4, 0.8);
    at("pointermove", 11, 0.1, 0.6);
    at("pointerup", 11, 0.1, 0.6);
    // A finger that is down still does not take over.
    at("pointermove", 12, 0.4, 0.5);
    await expect.poll(() => grey(2, 16)).toBeGreaterThan(100);
    for (let y = 6; y < 16; y++) expect(grey(2, y)).toBeGreaterThan(100);
    // Nothing where the second finger was, nor between the two.
    for (const [x, y] of [
      [11, 25],
      [11, 22],
      [11, 14],
      [7, 15],
      [5, 11],
    ] as const) {
      expect(grey(x, y)).toBe(0);
    }
    await button("Undo").click();
    await expect.poll(() => grey(2, 10)).toBe(0);
    at("pointerdown", 13, 0.4, 0.5);
    at("pointercancel", 13, 0.4, 0.5);
    await expect.poll(() => grey(11, 14)).toBeGreaterThan(100);
    await button("Undo").click();
  });

  it("comes from a picture, each step shown; a flat one is refused with what to bring", async () => {
    const drop = async (garment: string | null) => {
      const canvas = new OffscreenCanvas(300, 200);
      const context = canvas.getContext("2d")!;
      context.fillStyle = "white";
      context.fillRect(0, 0, 300, 200);
      if (garment) {
        context.fillStyle = garment;
        context.fillRect(100, 40, 60, 120);
      }
      const blob = await canvas.convertToBlob({ type: "image/png" });
      const data = new DataTransfer();
      data.items.add(new File([blob], "garment.png", { type: "image/png" }));
      document
        .querySelector('section[aria-label="Bring your own garment"]')!
        .dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
    };
    await drop("rgb(30 30 90)");
    await expect.element(page.getByTestId("steps")).toHaveTextContent(/light ground, so inverted/);
    const pad = page.getByTestId("pad").element() as HTMLCanvasElement;
    await expect
      .poll(() => pad.getContext("2d")!.getImageData(14, 0, 1, 1).data[0])
      .toBeGreaterThan(180);
    await drop(null);
    await expect.element(page.getByRole("alert")).toHaveTextContent(/Nothing stands out/);
    // What was there before is still there.
    expect(pad.getContext("2d")!.getImageData(14, 0, 1, 1).data[0]).toBeGreaterThan(180);
    await expectNoViolations();
  });

  it("is not a run's file: that goes to the runs, wherever it is dropped", async () => {
    const data = new DataTransfer();
    data.items.add(new File(["no run"], "bad.loom"));
    const given = { bubbles: true, cancelable: true, dataTransfer: data };
    document
      .querySelector('section[aria-label="Bring your own garment"]')!
      .dispatchEvent(new DragEvent("drop", given));
    const notice = page.getByRole("alert").filter({ hasText: "bad.loom is not taken in" });
    await expect.element(notice).toBeVisible();
    await button("Dismiss message").click();
  });
});

describe("files that are brought to the page", () => {
  const picture = async (type = "image/png", name = "garment.png") => {
    const canvas = new OffscreenCanvas(60, 90);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "white";
    context.fillRect(0, 0, 60, 90);
    context.fillStyle = "navy";
    context.fillRect(20, 20, 20, 50);
    return new File([await canvas.convertToBlob({ type: "image/png" })], name, { type });
  };
  const dataOf = (...files: File[]) => {
    const dataTransfer = new DataTransfer();
    for (const file of files) dataTransfer.items.add(file);
    return dataTransfer;
  };
  const drag = (type: string, ...files: File[]) =>
    document.body.dispatchEvent(
      new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: dataOf(...files) }),
    );
  const notice = () => page.getByRole("alert");
  const pad = () => page.getByTestId("pad").element() as HTMLCanvasElement;
  const grey = () => pad().getContext("2d")!.getImageData(14, 14, 1, 1).data[0];

  const dialog = page.getByTestId("bring");

  it.each([
    new File(["label,pixel1\n0,0"], "garments.csv", { type: "text/csv" }),
    new File([Uint8Array.of(0, 0, 8, 3)], "t10k-images-idx3-ubyte"),
    new File(["PK\x03\x04 images/1.png"], "images.zip", { type: "application/zip" }),
  ])("of other kinds are taken for images to train on", async (file) => {
    location.hash = "train";
    drag("drop", file);
    await expect.element(dialog).toHaveTextContent(`Reading ${file.name}`);
    expect(location.hash).toBe("#train");
    await button("Cancel").click();
    await expect.poll(() => dialog.elements()).toEqual([]);
  });

  it("are a data set where they are several", async () => {
    drag("drop", await picture(), await picture("image/png", "b.png"));
    await expect.element(dialog).toHaveTextContent("Reading garment.png and 1 more");
    await button("Cancel").click();
  });

  it.each([
    ["named as one", "image/png", "garment.png"],
    ["without an ending", "", "garment"],
    ["with a wrong ending", "text/plain", "garment.txt"],
  ])("are a picture, %s: it goes to the place for pictures", async (_, type, name) => {
    location.hash = "runs";
    await expect.element(button("Import a run or a model")).toBeVisible();
    drag("drop", await picture(type, name));
    await expect.poll(() => location.hash).toBe("#images");
    await expect.element(page.getByTestId("steps")).toHaveTextContent(/light ground, so inverted/);
    await expect.poll(grey).toBeGreaterThan(180);
    expect(notice().elements()).toEqual([]);
    await button("Clear").click();
  });

  it("are pasted, too, but not into a field", async () => {
    location.hash = "train";
    const field = page.getByRole("spinbutton", { name: "Epochs" });
    await expect.element(field).toBeVisible();
    const paste = async (target: Element) =>
      target.dispatchEvent(
        new ClipboardEvent("paste", { bubbles: true, clipboardData: dataOf(await picture()) }),
      );
    await paste(field.element());
    expect(location.hash).toBe("#train");
    await paste(document.body);
    await expect.poll(() => location.hash).toBe("#images");
    await expect.poll(grey).toBeGreaterThan(180);
    await button("Clear").click();
  });

  it("are told what they may be as they are dragged over the page", async () => {
    const hint = page.getByTestId("drop-hint");
    drag("dragover", await picture());
    await expect.element(hint).toHaveTextContent("Drop a picture of a garment");
    document.body.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
    await expect.poll(() => hint.elements()).toEqual([]);
    drag("dragover", await picture());
    await expect.element(hint).toBeVisible();
    drag("drop", new File(["a"], "a.csv"));
    await expect.poll(() => hint.elements()).toEqual([]);
    await button("Cancel").click();
  });
});

describe("the data view", () => {
  it("counts each garment and shows what it looks like", async () => {
    location.hash = "data";
    await expect.element(page.getByTestId("counts")).toHaveTextContent(/T-shirt\/top1602020/);
    await expect.element(page.getByRole("img", { name: "Mean of Trouser" })).toBeVisible();
    await expect.element(page.getByTestId("data-view")).toHaveTextContent(/drawn by code/);
    await expectNoViolations();
  });

  it("follows the choice of garments", async () => {
    await page.getByText("Bag", { exact: true }).click();
    await expect.element(page.getByTestId("counts")).toHaveTextContent(/Bag1602020/);
  });
});
