import { buildWasm } from "../scripts/build-wasm.mjs";

/** Before tests that run the engine: kernels of other sources wait for each other for ever. */
export async function setup(): Promise<void> {
  if (!(await buildWasm())) throw new Error("The kernels do not build: there is nothing to test.");
}
