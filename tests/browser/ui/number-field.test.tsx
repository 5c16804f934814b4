import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectNoViolations } from "./axe";
import { button, numberField, type Opened, open, openMore, setNumber } from "./harness";

let opened: Opened;

beforeEach(async () => {
  await page.viewport(1440, 900);
  opened = await open();
});
afterEach(() => opened.close());

const settings = () => opened.app.store.getState().settings;
const note = () => page.getByRole("alert");
/** Types as a person does, key by key, in place of what stands there. */
async function type(name: string, text: string): Promise<void> {
  const field = numberField(name).element() as HTMLInputElement;
  field.focus();
  await userEvent.keyboard("{ControlOrMeta>}a{/ControlOrMeta}");
  await userEvent.keyboard(text);
}

describe("a number that is typed", () => {
  it.each([
    ["0,001", 0.001],
    ["0,0005", 0.0005],
    ["2,5e-4", 2.5e-4],
    ["0.01", 0.01],
  ])("with a comma or a point: a learning rate of %s", async (text, value) => {
    opened.app.change({ learningRate: 0.5 });
    await type("Learning rate", `${text}{Enter}`);
    expect(settings().learningRate).toBe(value);
    await expect.element(numberField("Learning rate")).toHaveValue(String(value));
    expect(note().elements()).toEqual([]);
  });

  it.each([
    ["Epochs", "12,5", "“12,5” is not a whole number from 1 to 1000. 50 stays."],
    ["Epochs", "0x10", "“0x10” is not a whole number from 1 to 1000. 50 stays."],
    ["Epochs", "1e2", "“1e2” is not a whole number from 1 to 1000. 50 stays."],
    ["Epochs", "999999", "“999999” is not a whole number from 1 to 1000. 50 stays."],
    ["Epochs", " ", "Nothing is not a whole number from 1 to 1000. 50 stays."],
    ["Learning rate", "0x1", "“0x1” is not a number from 0.000001 to 1. 0.001 stays."],
    ["Learning rate", "1,0,0", "“1,0,0” is not a number from 0.000001 to 1. 0.001 stays."],
  ])("is refused in words and gives back the one before: %s %s", async (name, text, words) => {
    const before = settings();
    const shown = numberField(name).element() as HTMLInputElement;
    const { value } = shown;
    await type(name, `${text}{Enter}`);
    expect(settings()).toBe(before);
    await expect.element(numberField(name)).toHaveValue(value);
    await expect.element(numberField(name)).toHaveAccessibleDescription(words);
    expect(note().element().textContent).toBe(words);
  });

  it("is committed whole: none of its prefixes is", async () => {
    opened.app.change({ epochs: 10 });
    const seen: number[] = [];
    const stop = opened.app.store.subscribe(({ settings: { epochs } }) => seen.push(epochs));
    await type("Epochs", "999");
    expect(seen).toEqual([]);
    await userEvent.keyboard("{Enter}");
    expect(seen).toEqual([999]);
    await type("Epochs", "999999{Enter}");
    expect(settings().epochs).toBe(999);
    stop();
  });

  it("is committed by leaving the field, with the press that leaves it too", async () => {
    await type("Epochs", "7");
    await userEvent.tab();
    expect(settings().epochs).toBe(7);
    await type("Batch size", "64");
    await button("Train").click();
    expect(opened.worker.commands.findLast((command) => command.type === "start")).toMatchObject({
      config: { epochs: 7, batchSize: 64 },
    });
  });

  it("is forgotten by Escape", async () => {
    await type("Epochs", "7{Escape}");
    await expect.element(numberField("Epochs")).toHaveValue("50");
    await userEvent.tab();
    expect(settings().epochs).toBe(50);
  });

  it("goes up and down by the arrow keys, from what is typed", async () => {
    await type("Epochs", "20{ArrowUp}");
    expect(settings().epochs).toBe(21);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect(settings().epochs).toBe(19);
    await type("Epochs", "12,5{ArrowUp}");
    await expect.element(note()).toHaveTextContent("“12,5” is not a whole number");
    expect(settings().epochs).toBe(20);
    await type("Epochs", "1000{ArrowUp}");
    expect(settings().epochs).toBe(1000);
    await type("Learning rate", "0,001{ArrowUp}");
    expect(settings().learningRate).toBe(0.002);
    await userEvent.keyboard("{ArrowUp}{ArrowUp}");
    expect(settings().learningRate).toBe(0.01);
    await type("Learning rate", "0.000001{ArrowDown}");
    expect(settings().learningRate).toBe(0.000001);
  });
});

describe("the word on a number that was refused", () => {
  const places = () =>
    [...document.querySelectorAll("aside *:not([role=alert])")].map((element) =>
      element.getBoundingClientRect().toJSON(),
    );

  it("moves nothing, and has gone once the reader turns to something else", async () => {
    await setNumber("Epochs", "7");
    await type("Epochs", "0");
    const before = places();
    await userEvent.tab();
    await expect.element(note()).toBeVisible();
    expect(places()).toEqual(before);
    await userEvent.tab();
    await expect.poll(() => note().elements()).toEqual([]);
  });

  it("goes with the next key in the field, and with a press elsewhere", async () => {
    await type("Epochs", "0{Enter}");
    await expect.element(note()).toBeVisible();
    await userEvent.keyboard("7");
    expect(note().elements()).toEqual([]);
    await type("Epochs", "0");
    await page.getByText("A garment goes through").click();
    await expect.element(note()).toBeVisible();
    await page.getByText("A garment goes through").click();
    await expect.poll(() => note().elements()).toEqual([]);
  });

  it("lies within the window, phones' too, and axe finds nothing", async () => {
    await openMore();
    for (const width of [1440, 390]) {
      await page.viewport(width, 844);
      for (const name of ["Epochs", "Batch size", "Latent size (number)", "Seed"]) {
        await setNumber(name, "0,5");
        await expect.element(note()).toBeVisible();
        const { left, right } = note().element().getBoundingClientRect();
        expect(left).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(width);
      }
      await expectNoViolations(page.getByTestId("recipe").element());
    }
  });
});
