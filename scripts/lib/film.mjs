/** A film of ten pictures: the baseline becomes another net in its figure, is trained, and beats PCA. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** A few epochs in batches of 64: 16 numbers soon say more than 16 principal components. */
const LINK = "?v=1&epochs=4&batch=64";

/** Milliseconds that training may take, where other programs have the cores. */
const TRAINED = 900_000;

/**
 * @param {import("playwright-core").Page} page its size and colours are the film's
 * @param {string} address of the page
 * @param {string} folder where `01-baseline.png` and the others go
 */
export async function film(page, address, folder) {
  mkdirSync(folder, { recursive: true });
  const lane = page.getByRole("toolbar", { name: "Layers of the net" });
  const layer = (/** @type {RegExp} */ name) => lane.getByRole("button", { name }).first();
  const button = (/** @type {string} */ name) => page.getByRole("button", { name, exact: true });
  const dialog = page.getByRole("dialog");
  let count = 0;
  /** From the top of the page, unless what it is about lies lower. */
  const shoot = async (/** @type {string} */ name, from = page.getByTestId("model-view")) => {
    await page.waitForTimeout(900);
    if (!(await dialog.isVisible()) && !(await page.getByRole("menu").isVisible())) {
      await from.evaluate((element) => {
        window.scrollTo(0, 0);
        element.scrollIntoView({ block: "nearest" });
      });
    }
    count += 1;
    const path = join(folder, `${String(count).padStart(2, "0")}-${name}.png`);
    await page.screenshot({ path });
  };
  const close = async () => {
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  };

  await page.goto(address + LINK);
  await page.getByRole("button", { name: "Train", exact: true, disabled: false }).waitFor();
  await lane.waitFor();
  // PCA of 128 numbers is computed.
  await page.getByTestId("net-to-beat").getByText(/0\.\d/).waitFor();
  await shoot("baseline");

  await lane.getByRole("button", { name: "Insert a layer before Code 128", exact: true }).click();
  await page.getByRole("menuitem", { name: "Convolution", exact: true }).waitFor();
  await shoot("a-layer-goes-in");

  await page.getByRole("menuitem", { name: "Convolution", exact: true }).click();
  await shoot("convolution");

  await layer(/Convolution.*makes 14×14×32/).click();
  await dialog.getByRole("switch", { name: "Batch normalisation" }).check();
  await shoot("batch-normalisation");
  await close();

  await layer(/Max pooling/).click();
  await dialog.getByRole("textbox", { name: "Window" }).fill("3");
  await page.keyboard.press("Enter");
  await page
    .getByTestId("net-problem")
    .getByText(/windows of 3/)
    .waitFor();
  await close();
  await shoot("what-cannot-be", page.getByTestId("net-editor"));
  await button("Undo").click();

  await layer(/the code/).click();
  await dialog.getByRole("spinbutton", { name: "Units" }).fill("16");
  await page.keyboard.press("Enter");
  await dialog.getByRole("combobox", { name: "Activation" }).selectOption("linear");
  await shoot("linear-code");
  await close();

  await page.getByRole("combobox", { name: "Compare with" }).selectOption("baseline");
  await page.getByTestId("net-comparison").waitFor();
  await shoot("compared", page.getByTestId("net-editor"));
  await button("Close the comparison").click();

  await button("Text and code").click();
  await page.getByTestId("keras-code").waitFor();
  await page.waitForTimeout(2500);
  await shoot("text-and-code", page.getByTestId("net-code"));
  await button("Text and code").click();

  await button("Train").click();
  await page
    .getByTestId("epoch")
    .filter({ hasText: /^\D*4\b/ })
    .waitFor({ timeout: TRAINED });
  await page.waitForTimeout(1500);
  await shoot("training");

  await page
    .getByTestId("test-results")
    .getByText(/0\.\d\d/)
    .first()
    .waitFor({ timeout: TRAINED });
  await shoot("beats-pca", page.getByTestId("test-results"));
}
