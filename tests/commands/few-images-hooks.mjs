/** Puts the module of few images in the place of the one that reads the stored data set. */

const REAL = new URL("../../src/cli/data.ts", import.meta.url).href;
const FEW = new URL("./few-images-data.ts", import.meta.url).href;

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const path = found.url.split("?")[0];
  return path === REAL && context.parentURL?.split("?")[0] !== FEW
    ? { ...found, url: found.url.replace(REAL, FEW) }
    : found;
}
