/** Images of one's own on the page: how they are brought, kept sets changed, pictures taken. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Proposal } from "../../../src/datasets/proposal";
import type { ImageShape } from "../../../src/math/image-set";
import { imageRaster } from "../../../src/ui/pictures/draw";
import { pattern } from "../../unit/image-sets";
import { expectNoViolations, expectNoViolationsInBothSchemes } from "./axe";
import { createFakeInference } from "./fakeInference";
import { createFakeOwnData, type FakeOwnData, ownData } from "./fakeOwnData";
import { button, type Opened, open } from "./harness";

const COLOUR_64: ImageShape = { height: 64, width: 64, channels: 3 };
const GREY_8: ImageShape = { height: 8, width: 8, channels: 1 };

const digits = (change: Partial<Proposal> = {}): Proposal => ({
  format: "csv",
  files: ["digits.csv"],
  original: GREY_8,
  isMixed: false,
  shape: GREY_8,
  images: 1797,
  classes: Array.from({ length: 10 }, (_, i) => ({ name: String(i), count: 174 + i, test: 0 })),
  guesses: [
    {
      name: "range",
      label: "Numbers from black to white",
      value: "0..16",
      options: [
        { value: "0..16", label: "0 to 16" },
        { value: "0..255", label: "0 to 255" },
      ],
      isFree: true,
    },
    {
      name: "classes",
      label: "Labels",
      value: "last",
      options: [
        { value: "first", label: "first column" },
        { value: "last", label: "last column" },
      ],
      isFree: false,
    },
  ],
  notes: ["There are few images of 3 (7): too few to test on."],
  samples: {
    pixels: pattern(GREY_8, 16),
    labels: Uint8Array.from({ length: 16 }, (_, i) => i % 10),
  },
  ...change,
});

let opened: Opened | null = null;
let fake: FakeOwnData;
const show = async (width = 1440, sets = [ownData(GREY_8, "Digits", [40, 40, 20])]) => {
  await page.viewport(width, width < 600 ? 844 : 900);
  fake = createFakeOwnData(sets);
  opened = await open({}, {}, createFakeInference(), fake);
  location.hash = "data";
  await expect.element(page.getByTestId("counts")).toBeVisible();
};
beforeEach(() => {
  location.hash = "";
});
afterEach(() => {
  opened?.close();
  opened = null;
  location.hash = "";
  vi.restoreAllMocks();
});

const dialog = page.getByTestId("bring");
const bringButton = page.getByRole("button", { name: /^Your own images/ });
const drop = (target: Element, ...files: File[]) => {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
};
const csv = () => new File(["0,1"], "digits.csv", { type: "text/csv" });

describe("the dialog for images of one's own", () => {
  it("opens with the focus in it, and gives the focus back", async () => {
    await show();
    await bringButton.click();
    await expect.element(dialog).toHaveTextContent("Nothing leaves this machine");
    await expect.poll(() => document.activeElement?.textContent).toBe("Images of your own");
    await expectNoViolationsInBothSchemes(dialog.element());
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => dialog.elements()).toEqual([]);
    expect(document.activeElement).toBe(bringButton.element());
  });

  it("is opened by the last of the data sets in the settings, which stay as they are", async () => {
    await show();
    location.hash = "train";
    const field = page.getByRole("combobox", { name: "Data set" });
    await field.selectOptions("Your own images …");
    await expect.element(dialog).toBeVisible();
    await button("Close").click();
    expect(opened!.app.store.getState().settings.data).toBe("fashion-mnist");
    await expect.element(field).toHaveValue("fashion-mnist");
    await field.selectOptions("Digits");
    const { data, classes } = opened!.app.store.getState().settings;
    expect([data, classes]).toEqual(["digits", [0, 1, 2]]);
  });

  it("takes files, folders and addresses, with their names and paths", async () => {
    await show();
    await bringButton.click();
    await expect.element(dialog).toBeVisible();
    drop(dialog.element(), csv());
    await expect.poll(() => fake.brought.length).toBe(1);
    expect(fake.brought[0]).toMatchObject({
      what: "digits.csv",
      from: { files: [{ path: "digits.csv" }] },
    });
    await expect.element(dialog).toHaveTextContent("Reading digits.csv");
    fake.show({ progress: { share: 0.4, text: "unpacking" } });
    await expect.element(dialog.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "40");
    await button("Cancel").click();
    await expect.poll(() => dialog.elements()).toEqual([]);

    await bringButton.click();
    await page.getByRole("textbox", { name: "From an address" }).fill("https://example.org/a.npz");
    await button("Get it").click();
    expect(fake.brought[1]).toEqual({
      what: "https://example.org/a.npz",
      from: { address: "https://example.org/a.npz" },
    });
  });

  it("is where anything goes that is dropped on the page and is no run and no single picture", async () => {
    await show();
    drop(document.body, csv(), new File(["a"], "labels.csv"));
    await expect.element(dialog).toHaveTextContent("Reading digits.csv and 1 more");
    fake.refuse("digits.csv has 67 columns: bring one with a square number of pixels.");
    await expect.element(page.getByRole("alert")).toHaveTextContent("digits.csv has 67 columns");
    // Other files can be chosen at once, or more said about these.
    await expect.element(page.getByText("Choose files")).toBeVisible();
    await page.getByText(/^Say more about/).click();
    await page.getByRole("textbox", { name: "Classes" }).fill("none");
    await button("Read it again").click();
    expect(fake.state.getState().bringing).toMatchObject({
      step: "looking",
      choices: { classes: "none" },
    });
  });

  it("asks before it gets anything from the host of a link", async () => {
    await show();
    fake.bringLinked("https://example.org/a.npz");
    await expect.element(dialog).toHaveTextContent("This link asks for images from example.org");
    await button("Get the images").click();
    expect(fake.state.getState().bringing?.step).toBe("looking");
  });
});

describe("what was found", () => {
  const found = async (proposal: Proposal, width?: number) => {
    await show(width);
    drop(document.body, csv());
    await expect.poll(() => fake.brought.length).toBe(1);
    fake.find(proposal);
    await expect.element(page.getByTestId("preview")).toBeVisible();
  };

  it("is told in words, with sixteen images at a whole scale", async () => {
    await found(digits());
    await expect
      .element(page.getByTestId("facts"))
      .toHaveTextContent("1,797 images of 8 × 8, grey, from a table (CSV), a row an image.");
    await expect
      .element(page.getByTestId("preview"))
      .toHaveTextContent("There are few images of 3 (7)");
    await expect.element(page.getByRole("list", { name: /^Classes/ })).toHaveTextContent("9183");
    const canvases = [...dialog.element().querySelectorAll("canvas")];
    expect(canvases).toHaveLength(16);
    const { pixels } = digits().samples;
    for (const [i, canvas] of canvases.entries()) {
      const expected = imageRaster(pixels.subarray(i * 64, (i + 1) * 64), GREY_8);
      const shown = canvas.getContext("2d")!.getImageData(0, 0, 8, 8).data;
      expect([...shown]).toEqual([...expected.rgba]);
      expect(canvas.getBoundingClientRect().width).toBe(64);
    }
    await expectNoViolationsInBothSchemes(dialog.element());
  });

  it.each([1440, 390])(
    "fits in %i pixels, in colour with 64 × 64 of them and 100 classes",
    async (width) => {
      await found(
        digits({
          format: "pictures",
          original: { height: 375, width: 500, channels: 3 },
          isMixed: true,
          shape: COLOUR_64,
          classes: Array.from({ length: 100 }, (_, i) => ({
            name: `a kind of thing, number ${i}`,
            count: i + 1,
            test: 0,
          })),
          samples: {
            pixels: pattern(COLOUR_64, 16),
            labels: Uint8Array.from({ length: 16 }, (_, i) => i),
          },
        }),
        width,
      );
      await expect
        .element(page.getByTestId("facts"))
        .toHaveTextContent("of several sizes, most of them 375 × 500");
      const box = dialog.element().getBoundingClientRect();
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(width);
      expect(dialog.element().scrollWidth).toBeLessThanOrEqual(dialog.element().clientWidth);
      const canvas = dialog.element().querySelector("canvas")!;
      expect(canvas.getBoundingClientRect().width).toBe(64);
      await expectNoViolations(dialog.element());
    },
  );

  it("stays, dimmed, while another guess is tried, and when that cannot be", async () => {
    await found(digits());
    const range = page.getByRole("combobox", { name: "Numbers from black to white" });
    await range.selectOptions("another …");
    const typed = page.getByRole("textbox", { name: "Numbers from black to white" });
    await expect.poll(() => document.activeElement).toBe(typed.element());
    await userEvent.keyboard("0..8{Enter}");
    expect(fake.state.getState().bringing).toMatchObject({
      step: "looking",
      choices: { range: "0..8" },
    });
    await expect.element(page.getByRole("button", { name: "Keep" })).toBeDisabled();
    expect(dialog.element().querySelector("[data-dimmed]")).not.toBe(null);
    expect(dialog.element().querySelectorAll("canvas")).toHaveLength(16);
    fake.refuse("digits.csv has numbers from 0 to 16: choose a range that holds them all.");
    await expect
      .element(page.getByRole("alert"))
      .toHaveTextContent("choose a range that holds them all");
    await expect.element(range).toHaveValue("0..8");
    await page.getByRole("combobox", { name: "Labels" }).selectOptions("first column");
    expect(fake.state.getState().bringing?.choices).toEqual({ range: "0..8", classes: "first" });
  });

  it("is kept under its name, and forgotten by Escape", async () => {
    await found(digits());
    const title = page.getByRole("textbox", { name: "Name", exact: true });
    await title.fill("My digits");
    await button("Keep").click();
    await expect.poll(() => dialog.elements()).toEqual([]);
    await expect.element(page.getByRole("article", { name: "My digits" })).toBeVisible();
    drop(document.body, csv());
    await expect.poll(() => fake.brought.length).toBe(2);
    fake.find(digits());
    await expect.element(page.getByTestId("preview")).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => dialog.elements()).toEqual([]);
  });
});

describe("the data sets in the data view", () => {
  it.each([1440, 390])("are chosen, renamed, deleted and put back at %i pixels", async (width) => {
    await show(width);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    await expectNoViolationsInBothSchemes(page.getByTestId("data-sets").element());
    const { store } = opened!.app;
    await button("All ten classes").click();
    expect(store.getState().settings.classes).toHaveLength(10);
    await button("First two classes").click();
    expect(store.getState().settings.classes).toEqual([0, 1]);
    await button("Use Digits").click();
    expect(store.getState().settings).toMatchObject({ data: "digits", classes: [0, 1, 2] });
    const card = page.getByRole("article", { name: "Digits" });
    await expect.element(card).toHaveTextContent("100 images of 8 × 8, grey, 3 classes");
    await expect.element(card).toHaveTextContent(/\d min ago · from digits\.csv/);
    await expect.poll(() => card.element().querySelectorAll("canvas").length).toBe(3);
    const name = page.getByRole("textbox", { name: "Name of Digits" });
    await name.fill("Eights");
    await userEvent.keyboard("{Enter}");
    expect(fake.changes).toEqual([{ kind: "title", title: "Eights" }]);
    await button("Delete Eights").click();
    await expect.poll(() => page.getByTestId("own-set").elements()).toEqual([]);
    await button("Undo").click();
    await expect.element(page.getByRole("article", { name: "Eights" })).toBeVisible();
  });
});

describe("a kept set's classes and pictures", () => {
  const edit = async (width?: number) => {
    await show(width);
    await button("Edit Digits").click();
    await expect.element(page.getByTestId("set-editor")).toBeVisible();
  };

  it("are renamed, merged and left out at once, when they are saved", async () => {
    await edit();
    await expectNoViolationsInBothSchemes(page.getByTestId("set-editor").element());
    const save = button("Save the classes");
    await expect.element(save).toBeDisabled();
    await page.getByRole("checkbox", { name: "Choose class a" }).click();
    await page.getByRole("checkbox", { name: "Choose class c" }).click();
    await button("Merge 2 classes").click();
    await page.getByRole("textbox", { name: "Name of class a" }).fill("class b");
    await expect
      .element(page.getByTestId("set-editor"))
      .toHaveTextContent("Two classes are called class b: merge them, or rename one.");
    await expect.element(save).toBeDisabled();
    await page.getByRole("textbox", { name: "Name of class a" }).fill("round");
    await button("Leave out class b").click();
    await expect
      .element(page.getByTestId("set-editor"))
      .toHaveTextContent("60 images would be left");
    await button("Take in class b").click();
    await save.click();
    expect(fake.changes).toEqual([
      {
        kind: "classes",
        classes: [
          { name: "round", of: [0, 2] },
          { name: "class b", of: [1] },
        ],
      },
    ]);
    await expect.element(page.getByRole("textbox", { name: "Name of round" })).toHaveValue("round");
  });

  it("are deleted by pointer and keyboard, by their numbers in the set", async () => {
    await edit();
    const sheet = page.getByTestId("pictures");
    await expect.poll(() => sheet.element().querySelectorAll("canvas").length).toBe(40);
    await page.getByRole("combobox", { name: "Pictures of the class" }).selectOptions("class b");
    await expect.element(page.getByTestId("page-of")).toHaveTextContent("1–40 of 40");
    await expect.poll(() => sheet.element().querySelectorAll("canvas").length).toBe(40);
    await page.getByRole("option", { name: "Picture 3", exact: true }).click();
    await userEvent.keyboard("{ArrowRight} {ArrowRight}{Enter}");
    const selected = [...sheet.element().querySelectorAll('[aria-selected="true"]')];
    expect(selected.map((cell) => cell.getAttribute("aria-label"))).toEqual([
      "Picture 3",
      "Picture 4",
      "Picture 5",
    ]);
    await expect.element(button("Save the classes")).toBeDisabled();
    await button("Delete 3 pictures").click();
    expect(fake.changes).toEqual([{ kind: "without", images: [42, 43, 44] }]);
    await expect
      .element(page.getByTestId("data-view"))
      .toHaveTextContent("Digits as it was before the change is deleted.");
    await expect.element(page.getByTestId("page-of")).toHaveTextContent("of 40");
  });

  it("fit on a phone, where a picture is large enough for a finger", async () => {
    await edit(390);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    const cell = page.getByRole("option", { name: "Picture 1", exact: true }).element();
    expect(cell.getBoundingClientRect().width).toBeGreaterThanOrEqual(44);
    await expectNoViolations(page.getByTestId("set-editor").element());
  });
});

describe("the camera", () => {
  /** A camera that sees a canvas. */
  const seeing = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const context = canvas.getContext("2d")!;
    const timer = setInterval(() => {
      context.fillStyle = `rgb(200 ${Math.round(performance.now() / 20) % 255} 40)`;
      context.fillRect(0, 0, 320, 240);
    }, 30);
    const stream = canvas.captureStream(30);
    const asked = vi.spyOn(navigator.mediaDevices, "getUserMedia").mockResolvedValue(stream);
    return { asked, stream, end: () => clearInterval(timer) };
  };
  const openCamera = async (width?: number) => {
    await show(width);
    await bringButton.click();
    await button("Take pictures").click();
    await expect.element(page.getByTestId("camera")).toBeVisible();
  };
  const count = (name: string) =>
    Number.parseInt(
      page.getByRole("region", { name, exact: true }).element().querySelector("output")!
        .textContent!,
      10,
    );
  const hold = (name: string) =>
    page.getByRole("button", { name: `Hold to take pictures of ${name}` });
  const press = (target: Element, type: string) =>
    target.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, button: 0 }));

  it("takes pictures while a button is held, by pointer and by key, and hands them on as files", async () => {
    const camera = seeing();
    await openCamera();
    expect(camera.asked).not.toHaveBeenCalled();
    await expect.element(hold("Class 1")).toBeDisabled();
    await button("Start the camera").click();
    await expect.element(hold("Class 1")).toBeEnabled();
    vi.spyOn(Element.prototype, "setPointerCapture").mockImplementation(() => {});
    press(hold("Class 1").element(), "pointerdown");
    await expect.poll(() => count("Class 1")).toBeGreaterThan(3);
    press(hold("Class 1").element(), "pointerup");
    const first = count("Class 1");
    await new Promise((resolve) => setTimeout(resolve, 400));
    // The one that was being taken is the last.
    expect(count("Class 1")).toBeLessThanOrEqual(first + 1);
    await expect.element(page.getByTestId("camera-count")).toHaveTextContent(/more are needed/);
    await expectNoViolationsInBothSchemes(page.getByTestId("camera").element());

    await page.getByRole("textbox", { name: "Name of the class" }).nth(1).fill("cup");
    (hold("cup").element() as HTMLElement).focus();
    await userEvent.keyboard("{ >}");
    await expect.poll(() => count("cup")).toBeGreaterThan(2);
    await userEvent.keyboard("{/ }");
    // The one that was being taken is still to come.
    await new Promise((resolve) => setTimeout(resolve, 400));
    await button(`Delete the last ${count("cup")}`).click();
    await expect.poll(() => count("cup")).toBe(0);
    press(hold("cup").element(), "pointerdown");
    await expect.poll(() => count("cup")).toBeGreaterThan(64);
    press(hold("cup").element(), "pointerup");
    await button("Look at them").click();
    const { from, what } = fake.brought[0]!;
    expect(what).toBe("the camera");
    const files = "files" in from ? from.files : [];
    expect(files[0]!.path).toBe("Class 1/0001.png");
    expect(files.at(-1)!.path).toMatch(/^cup\/00\d\d\.png$/);
    const picture = await createImageBitmap(files[0]!.file);
    expect([picture.width, picture.height, files[0]!.file.type]).toEqual([128, 128, "image/png"]);
    // It is let go of.
    expect(camera.stream.getTracks().every(({ readyState }) => readyState === "ended")).toBe(true);

    // The pictures are there yet: leaving them asks.
    fake.find(
      digits({
        format: "pictures",
        shape: COLOUR_64,
        samples: { pixels: pattern(COLOUR_64, 16), labels: new Uint8Array(16) },
      }),
    );
    await button("Back to the camera").click();
    expect(count("Class 1")).toBeGreaterThan(3);
    await userEvent.keyboard("{Escape}");
    await expect
      .element(page.getByRole("alertdialog"))
      .toHaveTextContent(/pictures you took are kept nowhere/);
    await button("Stay").click();
    await button("Close").click();
    await button("Throw away").click();
    await expect.poll(() => dialog.elements()).toEqual([]);
    camera.end();
  });

  it.each([
    ["NotAllowedError", "This page may not use the camera"],
    ["NotFoundError", "There is no camera here"],
    ["NotReadableError", "The camera is in use by another program"],
  ])("that fails with %s says what to do", async (name, sentence) => {
    vi.spyOn(navigator.mediaDevices, "getUserMedia").mockRejectedValue(new DOMException("", name));
    await openCamera(390);
    await button("Start the camera").click();
    await expect.element(page.getByRole("alert")).toHaveTextContent(sentence);
    await expect.element(button("Start the camera")).toBeEnabled();
    expect(dialog.element().scrollWidth).toBeLessThanOrEqual(390);
  });
});
