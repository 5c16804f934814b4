/** The form's part of tests/unit/config/added-rows.test.ts: a row of the table gets a field. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { RECIPES } from "../../../src/config/recipes";
import { button, numberField, type Opened, open, openMore, setNumber } from "./harness";

vi.mock(import("../../../src/config/settings"), async (original) => {
  const { withAddedRows } = await import("../../unit/config/added-rows");
  return withAddedRows(await original());
});

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
const restart = page.getByRole("textbox", { name: "Restart", exact: true });

describe("a row more in the table of settings", () => {
  it("is a number's field, for those nets alone that can have it", async () => {
    await expect.element(restart).toBeVisible();
    expect(numberField("Noise").elements()).toEqual([]);
    await preset("nested").click();
    await setNumber("Noise", "0.25");
    expect(settings()).toMatchObject({ noise: 0.25 });
    await expect.element(page.getByTestId("presets").getByText("1 change")).toBeVisible();
    await button("Put Noise back to 0, as in the recipe").click();
    expect(settings()).toMatchObject({ noise: 0 });
  });

  it("is a text's field where a word stands for no number, in the words of link and command", async () => {
    await expect.element(restart).toHaveValue("never");
    await userEvent.fill(restart, "7");
    await userEvent.keyboard("{Enter}");
    expect(settings()).toMatchObject({ restart: 7 });
    await userEvent.fill(restart, "101");
    await userEvent.keyboard("{Enter}");
    await expect
      .element(page.getByRole("alert"))
      .toHaveTextContent("“101” is not a whole number from 2 to 100, or never. 7 stays.");
    await userEvent.fill(restart, "never");
    await userEvent.keyboard("{Enter}");
    expect(settings()).toMatchObject({ restart: null });
  });

  it("is a list of a choice's names, by their titles", async () => {
    const pooling = page.getByRole("combobox", { name: "Pooling", exact: true });
    await userEvent.selectOptions(pooling, "every other");
    expect(settings()).toMatchObject({ pooling: "stride" });
    await button("Put Pooling back to max").click();
    await expect.element(pooling).toHaveValue("max");
  });
});
