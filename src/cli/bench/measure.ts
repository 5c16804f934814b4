/** Runs the contenders one after the other on each net and collects their figures. */

import { availableParallelism, cpus } from "node:os";
import type { RunConfig } from "../../config/config";
import { FASHION_MNIST } from "../../datasets/fashion-mnist";
import { compile } from "../../engine/compile";
import { type ProductCost, trainingFlops } from "../../engine/flops";
import { measurePeak } from "../../engine/wasm/peak";
import { type ImageShape, sameShape } from "../../math/image-set";
import { buildNet } from "../../nets/build";
import { netOf } from "../../nets/presets";
import { nodeDevices } from "../devices";
import { netName } from "../recipe";
import { nodeWasmPlatform } from "../wasm-platform";
import { type BenchBrowser, openBenchBrowser, WIDE_FLAGS } from "./chromium";
import type { Contender, Setting } from "./contenders";
import type {
  BenchReport,
  EngineFigures,
  NetFigures,
  PeakFigures,
  SkippedContender,
} from "./report";

export interface BenchTask {
  /** A net and its recipe each. */
  readonly configs: readonly RunConfig[];
  /** Of the images. */
  readonly shape: ImageShape;
  readonly contenders: readonly Contender[];
  /** One after the other; undefined takes each recipe's. */
  readonly batch: readonly number[] | undefined;
  readonly threads: readonly number[];
  /** One short round each, to see that all run. */
  readonly trial: boolean;
  readonly data: BenchReport["data"];
  /** An image after another, at least the largest batch of them. */
  readonly images: Uint8Array;
  /** Hears what is being done, for people. */
  say(line: string): void;
}

const CORES = availableParallelism();

export async function measure(task: BenchTask): Promise<BenchReport> {
  const opening: Promise<BenchBrowser>[] = [];
  const opener = (flags: readonly string[]) => {
    let opened: Promise<BenchBrowser> | null = null;
    return () => {
      if (opened === null) {
        opened = openBenchBrowser(flags);
        opening.push(opened);
      }
      return opened;
    };
  };
  const browser = opener([]);
  const wideBrowser = opener(WIDE_FLAGS);
  await nodeDevices();
  try {
    task.say("Measuring the multiply-add peak …");
    const { peak, host } = await peakAndHost(browser);
    const nets: NetFigures[] = [];
    const engines: EngineFigures[] = [];
    const skipped: SkippedContender[] = [];
    for (const config of task.configs) {
      const { net, flops } = describe(config, task.shape);
      const found = await runAll(task, config, flops, peak, { browser, wideBrowser });
      nets.push(net);
      engines.push(...found.engines);
      skipped.push(...found.skipped);
    }
    return {
      date: new Date().toISOString().slice(0, 10),
      host: {
        cpu: cpus()[0]?.model ?? "unknown CPU",
        cores: CORES,
        node: process.versions.node,
        browser: host,
      },
      data: task.data,
      shape: task.shape,
      trial: task.trial,
      peak,
      nets,
      engines,
      skipped,
    };
  } finally {
    for (const opened of await Promise.allSettled(opening)) {
      if (opened.status === "fulfilled") await opened.value.close();
    }
  }
}

/** In the browser; without one, Node's V8 stands in and the report says so. */
async function peakAndHost(
  browser: () => Promise<BenchBrowser>,
): Promise<{ peak: PeakFigures; host: string }> {
  const opened = await browser().catch(() => null);
  const gflops = async (threads: number): Promise<number> => {
    if (!opened) return (await measurePeak(nodeWasmPlatform, threads)).gflops;
    return (await opened.run({ contender: "peak", threads })).gflops!;
  };
  const peak = { gflopsPerThread: await gflops(1), gflopsAllThreads: await gflops(CORES) };
  return { peak, host: opened?.version ?? "no browser: peak in Node" };
}

type Flops = Readonly<Record<ProductCost, number>>;

/** The net, and the operations of one image's training step. */
function describe(config: RunConfig, shape: ImageShape): { net: NetFigures; flops: Flops } {
  const { preset, net, latentSize, loss, flips } = config;
  const model = buildNet(netOf(config, shape), config.seed);
  try {
    const plan = compile(model);
    return {
      net: { preset, net, latentSize, parameters: model.countParams(), loss, flips },
      flops: {
        written: trainingFlops(plan, "written"),
        folded: trainingFlops(plan, "folded"),
        wasm: trainingFlops(plan, "wasm"),
      },
    };
  } finally {
    model.dispose();
  }
}

async function runAll(
  { contenders, images, say, trial, ...task }: BenchTask,
  config: RunConfig,
  flops: Flops,
  peak: PeakFigures,
  browsers: Pick<Setting, "browser" | "wideBrowser">,
): Promise<{ engines: EngineFigures[]; skipped: SkippedContender[] }> {
  const { preset } = config;
  const batches = task.batch ?? [config.batchSize];
  const { shape } = task;
  const net = netOf(config, shape);
  const engines: EngineFigures[] = [];
  const skipped: SkippedContender[] = [];
  for (const contender of contenders) {
    const { limit } = contender;
    if (!contender.takesAnyShape && !sameShape(shape, FASHION_MNIST)) {
      skipped.push({
        preset,
        name: contender.name,
        reason: "it is written for 28 × 28 × 1 alone.",
      });
      continue;
    }
    if (limit && !limit.covers(net)) {
      skipped.push({ preset, name: contender.name, reason: limit.why });
      continue;
    }
    const threadCounts = contender.perThreads ? task.threads : [1];
    for (const [batch, threads] of batches.flatMap((batch) =>
      threadCounts.map((threads) => [batch, threads] as const),
    )) {
      const { name, group = null } = contender;
      const many = contender.perThreads ? `, ${threads} thread(s)` : "";
      say(`${netName(config)}: ${name}${many}, batch ${batch} …`);
      try {
        const setting = {
          config,
          shape,
          batch,
          threads,
          trial,
          cores: CORES,
          images,
          ...browsers,
          say,
        };
        const { gpu = null, ...figures } = await contender.run(setting);
        const gflopsBy = (cost: ProductCost) => (figures.imagesPerSecond * flops[cost]) / 1e9;
        const gflops = gflopsBy(contender.products);
        const limit = figures.threads === 1 ? peak.gflopsPerThread : peak.gflopsAllThreads;
        const ofPeak = (done: number) => (gpu === null ? done / limit : null);
        const gflopsAsWritten = gflopsBy("written");
        engines.push({
          preset,
          name,
          group,
          ...figures,
          gpu,
          gflops,
          gflopsAsWritten,
          fractionOfPeak: ofPeak(gflops),
          fractionOfPeakAsWritten: ofPeak(gflopsAsWritten),
        });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        skipped.push({ preset, name, reason });
      }
    }
  }
  return { engines, skipped };
}
