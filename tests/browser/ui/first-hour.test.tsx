import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectNoViolationsInBothSchemes } from "./axe";
import { button, numberField, type Opened, open } from "./harness";

let opened: Opened;

beforeEach(async () => {
  await page.viewport(1440, 900);
  opened = await open();
});
afterEach(() => opened.close());

const hint = () => page.getByRole("tooltip");
const word = (of: string) => document.querySelector<HTMLElement>(`[data-word="${of}"]`)!;
/** As fingers press: a browser tells so by the pointer's kind. */
function tap(element: Element): void {
  const touch = { bubbles: true, cancelable: true, pointerType: "touch" };
  element.dispatchEvent(new PointerEvent("pointerdown", touch));
  element.dispatchEvent(new PointerEvent("click", touch));
}

describe("the first screen", () => {
  const notes = () => page.getByTestId("figure-notes");

  it("has notes on the figure until the first run, and never again", async () => {
    await expect.element(notes()).toBeVisible();
    expect(notes().element().textContent).toContain("this is all that gets through");
    await button("Train").click();
    opened.worker.advance(1);
    await expect.poll(() => notes().elements()).toEqual([]);
    opened.close();
    opened = await open({}, {}, undefined, undefined, { isNew: false });
    await expect.element(button("Train")).toBeEnabled();
    expect(notes().elements()).toEqual([]);
  });

  it("has garments through more and more numbers, which lead to the lab, and steps aside", async () => {
    const strip = page.getByRole("link", { name: /^Garments through 1, 4, 16, 64, 256 numbers/ });
    await expect.element(strip).toHaveAttribute("href", "#lab");
    const pictures = strip.element().querySelectorAll<HTMLElement>("i > i");
    expect(pictures).toHaveLength(6);
    const [, address = ""] = /url\("(.+)"\)/.exec(getComputedStyle(pictures[0]!).backgroundImage)!;
    expect((await fetch(address)).headers.get("content-type")).toBe("image/png");
    await button("Train").click();
    await expect.poll(() => strip.elements()).toEqual([]);
  });
});

describe("a word that explains itself", () => {
  it("does when it is pointed at, and as long as its explanation is", async () => {
    await userEvent.hover(word("MSE"));
    await expect.element(hint()).toHaveTextContent(/^MSE.*0 is a perfect copy/);
    expect(word("MSE").getAttribute("aria-describedby")).toBe(hint().element().id);
    await userEvent.hover(hint());
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expect.element(hint()).toBeVisible();
    await expectNoViolationsInBothSchemes(hint().element());
    await userEvent.hover(page.getByRole("button", { name: "Train", exact: true }));
    await expect.poll(() => hint().elements()).toEqual([]);
    expect(word("MSE").hasAttribute("aria-describedby")).toBe(false);
  });

  it("does under the focus, leads into its lesson by Enter, and goes by Escape", async () => {
    word("Learning rate").closest("label")!.control!.focus();
    await userEvent.keyboard("{Shift>}{Tab}{/Shift}{Tab}");
    await expect.element(numberField("Learning rate")).toHaveFocus();
    await expect.element(hint()).toHaveTextContent(/^Learning rate/);
    await expect.element(numberField("Learning rate")).toHaveAccessibleDescription(/too small/);
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => hint().elements()).toEqual([]);
    word("PCA").focus();
    await userEvent.keyboard("{Shift>}{Tab}{/Shift}{Tab}");
    await expect.element(hint()).toHaveTextContent(/^PCA/);
    await userEvent.keyboard("{Enter}");
    await expect.element(hint().getByRole("link")).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByTestId("lesson")).toBeVisible();
    expect(hint().elements()).toEqual([]);
  });

  it("does by a tap, which leaves the field alone, within a phone's window", async () => {
    await page.viewport(390, 844);
    // Scrolling takes an explanation away: first the scrolling, then the tap.
    const bring = async (element: Element) => {
      element.scrollIntoView({ block: "center" });
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    };
    await bring(word("Latent size"));
    tap(word("Latent size"));
    await expect.element(hint()).toHaveTextContent(/^Latent size/);
    expect(document.activeElement?.id).not.toBe("latent-size");
    const { left, right, top, bottom } = hint().element().getBoundingClientRect();
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(390);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(bottom).toBeLessThanOrEqual(844);
    await bring(word("SSIM"));
    tap(word("SSIM"));
    await expect.element(hint()).toHaveTextContent(/^SSIM/);
    tap(document.body);
    await expect.poll(() => hint().elements()).toEqual([]);
  });
});
