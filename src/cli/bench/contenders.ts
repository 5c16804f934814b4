/** Who takes part in the bench, and how each is run. */

import type { TrainingRequest } from "../../../bench/browser/messages";
import type { ProductCost } from "../../engine/flops";
import { adapterOf } from "../../engine/gpu";
import { adapterName, isSoftwareAdapter } from "../../engine/renderers";
import type { NetSpec } from "../../nets/spec";
import { nodeWebgpuPlatform } from "../dawn";
import { nodeWasmPlatform } from "../wasm-platform";
import type { BenchBrowser } from "./chromium";
import { type EngineRequest, runEngine, runGpuEngine } from "./engine";
import { type PythonWay, runTorch } from "./torch";
import { codeOfBaseline, hasStockLayersOnly } from "./written-nets";

/** What a contender needs for its run. */
export interface Setting extends EngineRequest {
  /** Of the machine. */
  readonly cores: number;
  /** Opened when it is first needed. @throws Error where there is no browser */
  browser(): Promise<BenchBrowser>;
  /** Likewise one whose V8 joins pairs of vectors where it can. */
  wideBrowser(): Promise<BenchBrowser>;
  /** Hears what is worth knowing about the run, for people. */
  say(line: string): void;
}

export interface Measured {
  readonly batch: number;
  readonly threads: number;
  readonly imagesPerSecond: number;
  /** The GPU's name; left out on a CPU. */
  readonly gpu?: string;
}

export interface Contender {
  readonly name: string;
  /** Whether it runs once for each number of threads asked for, or takes what it takes. */
  readonly perThreads: boolean;
  /** Those that `--only` can name together, and of which the best counts. */
  readonly group?: "torch";
  /** Whether it trains on images of other shapes than Fashion-MNIST's. */
  readonly takesAnyShape?: boolean;
  /** How it does products of matrices. */
  readonly products: ProductCost;
  /** Where it cannot train every net: those that it can, and why no others. */
  readonly limit?: { covers(net: NetSpec): boolean; readonly why: string };
  /** @throws Error saying why it cannot run here */
  run(setting: Setting): Promise<Measured>;
}

async function inBrowser(
  contender: TrainingRequest["contender"],
  { browser, config, shape, batch, threads, images, trial }: Setting,
): Promise<Measured> {
  const figures = await (await browser()).run({
    contender,
    config,
    shape,
    batch,
    threads,
    images,
    trial,
  });
  return { batch, threads, imagesPerSecond: 0, ...figures };
}

/** On the GPU where there is one, else on all cores of the CPU that stands in for it. */
const onGpuOrCores = (contender: "tfjs-webgl" | "tfjs-webgpu") => async (setting: Setting) => {
  const { gpu } = await setting.browser();
  const threads = gpu === null ? setting.cores : 1;
  return { ...(await inBrowser(contender, { ...setting, threads })), ...named(gpu) };
};

const NO_GPU = "there is no GPU here; WebGPU would compute in software.";

const named = (gpu: string | null) => (gpu === null ? {} : { gpu });

/** Only on a GPU, but for a trial: on a CPU that stands in for one there are engines made for it. */
const onGpu = (contender: "webgpu" | "jax-webgpu") => async (setting: Setting) => {
  const { gpu } = await setting.browser();
  if (gpu === null && !setting.trial) throw new Error(NO_GPU);
  return { ...(await inBrowser(contender, { ...setting, threads: 1 })), ...named(gpu) };
};

/** This engine on the GPU that Node reaches through Dawn. */
async function onDawn(setting: Setting): Promise<Measured> {
  const device = await nodeWebgpuPlatform.openDevice();
  const isSoftware = isSoftwareAdapter(adapterOf(device));
  if (isSoftware && !setting.trial) {
    device.destroy();
    throw new Error(NO_GPU);
  }
  const figures = await runGpuEngine({ openDevice: async () => device }, setting);
  return { ...figures, ...named(isSoftware ? null : adapterName(adapterOf(device))) };
}

const TFJS = {
  perThreads: false,
  products: "written",
  limit: { covers: hasStockLayersOnly, why: "stock tfjs lacks layers of this net." },
} as const satisfies Partial<Contender>;

const JAX = {
  perThreads: false,
  products: "written",
  limit: {
    covers: (net) => codeOfBaseline(net) !== null,
    why: "only the baseline is written for it.",
  },
} as const satisfies Partial<Contender>;

const PYTHON = { perThreads: true, products: "written" } as const satisfies Partial<Contender>;

const byPython =
  (way: PythonWay) =>
  async ({ say, ...request }: Setting): Promise<Measured> => {
    const { batch, threads } = request;
    const { imagesPerSecond } = await runTorch(request, way, say);
    return { batch, threads, imagesPerSecond };
  };

export const CONTENDERS: readonly Contender[] = [
  {
    name: "wasm-node",
    perThreads: true,
    takesAnyShape: true,
    products: "wasm",
    run: (setting) => runEngine(nodeWasmPlatform, setting),
  },
  {
    name: "wasm-chromium",
    perThreads: true,
    takesAnyShape: true,
    products: "wasm",
    run: (setting) => inBrowser("engine", setting),
  },
  {
    name: "wasm-chromium-wide",
    perThreads: true,
    takesAnyShape: true,
    products: "wasm",
    run: (setting) => inBrowser("engine", { ...setting, browser: setting.wideBrowser }),
  },
  { name: "webgpu-node", perThreads: false, takesAnyShape: true, products: "folded", run: onDawn },
  {
    name: "webgpu",
    perThreads: false,
    takesAnyShape: true,
    products: "folded",
    run: onGpu("webgpu"),
  },
  { name: "tfjs-webgl", ...TFJS, run: onGpuOrCores("tfjs-webgl") },
  { name: "tfjs-webgpu", ...TFJS, run: onGpuOrCores("tfjs-webgpu") },
  {
    name: "tfjs-cpu",
    ...TFJS,
    run: (setting) => inBrowser("tfjs-cpu", { ...setting, threads: 1 }),
  },
  {
    name: "jax-js",
    ...JAX,
    // Its threads take all cores.
    run: (setting) => inBrowser("jax-js", { ...setting, threads: setting.cores }),
  },
  { name: "jax-webgpu", ...JAX, run: onGpu("jax-webgpu") },
  { name: "torch-eager", group: "torch", ...PYTHON, run: byPython("eager") },
  { name: "torch-compiled", group: "torch", ...PYTHON, run: byPython("compiled") },
  { name: "keras-tensorflow", ...PYTHON, run: byPython("keras") },
  {
    name: "torch-cuda",
    perThreads: false,
    products: "written",
    async run({ say, ...request }) {
      const { imagesPerSecond, gpu } = await runTorch(request, "cuda", say);
      return { batch: request.batch, threads: 1, imagesPerSecond, ...named(gpu) };
    },
  },
];

/** What `--only` may name: contenders, and groups of them. */
export const CONTENDER_NAMES: readonly string[] = [
  ...new Set(CONTENDERS.flatMap(({ name, group }) => (group ? [name, group] : [name]))),
];

export function contendersNamed(names: readonly string[]): Contender[] {
  return CONTENDERS.filter(
    ({ name, group }) => names.includes(name) || (group && names.includes(group)),
  );
}
