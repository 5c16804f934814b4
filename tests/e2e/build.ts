import { buildPage } from "../../scripts/build.mjs";
import { writeFewImages } from "./few-images";

/** Before all end-to-end tests: they drive the page as built from the sources of now. */
export async function setup(): Promise<void> {
  if (!(await buildPage())) throw new Error("The page does not build: there is nothing to test.");
  writeFewImages();
}
