/** Figures as "Save figure" gives them. */

import { expect, vi } from "vitest";
import { page } from "vitest/browser";

const createObjectURL = URL.createObjectURL.bind(URL);

/** What "Save figure" of that name gives, at that width, under which name. */
export async function saved(name: string, format: "PNG" | "SVG", millimetres: 85 | 174) {
  const given: { blob: Blob | null; name: string } = { blob: null, name: "" };
  vi.spyOn(URL, "createObjectURL").mockImplementation((object) => {
    given.blob = object as Blob;
    return createObjectURL(object);
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    given.name = this.download;
  });
  const menu = page.getByTestId(`save-${name}`);
  await menu.getByText("Save figure").click();
  await menu.getByRole("radio", { name: new RegExp(`^${millimetres} mm`) }).click();
  await menu.getByRole("button", { name: new RegExp(`^${format}`) }).click();
  await expect.element(menu.getByRole("status")).toHaveTextContent(`${format} is among`);
  await menu.getByText("Save figure").click();
  expect(given.name).toBe(`latent-loom-${name}-${millimetres}mm.${format.toLowerCase()}`);
  return given.blob!;
}

/** A file's drawing, which must be whole. */
export const parsed = async (svg: Blob) => {
  const document = new DOMParser().parseFromString(await svg.text(), "image/svg+xml");
  expect(document.querySelector("parsererror")).toBeNull();
  return document.documentElement;
};
