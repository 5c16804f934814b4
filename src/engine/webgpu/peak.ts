/** What a GPU can do at most, measured: multiply-adds on registers, and memory copied. */

import { Clock } from "./clock";
import type { Faults } from "./faults";
import { GPU_COPY_DST, GPU_STORAGE } from "./stores";
import { wgsl } from "./wgsl";

/** Best of some runs, since whatever else the GPU does can only slow one down. */
export interface GpuPeak {
  /** Billion operations a second, a multiply-add as two, in f32. */
  readonly gflops: number;
  /** Billion bytes a second, read and written. */
  readonly gbps: number;
}

const RUNS = 3;
const INVOCATIONS = 256;
/** Independent vectors of four that each invocation multiplies and adds, and how often. */
const CHAINS = 8;
const ROUNDS = 512;
/** Operations of one workgroup. */
const GROUP_FLOPS = INVOCATIONS * ROUNDS * CHAINS * 4 * 2;
/** More workgroups until a run takes so many milliseconds, or there are that many. */
const LONG_ENOUGH = 10;
const MOST_GROUPS = 16_384;
const FEWEST_GROUPS = 16;
/** Bytes that are copied: more than any cache holds; on a CPU that plays a GPU, enough. */
const COPIED = 2 ** 28;
const COPIED_IN_SOFTWARE = 2 ** 24;

const chains = (line: (chain: number) => string) =>
  Array.from({ length: CHAINS }, (_, i) => line(i));

/** c ← c · f + s stays near s / (1 − f) = 1: no overflow, no denormal numbers. */
const MULTIPLY_ADD = wgsl`
  @group(0) @binding(0) var<storage, read_write> results: array<vec4<f32>>;

  @compute @workgroup_size(${INVOCATIONS})
  fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let factor = vec4<f32>(0.5 + f32(id.x) * 1e-9);
    let summand = vec4<f32>(0.5);
    ${chains((i) => `var c${i} = vec4<f32>(f32(id.x) + ${i}.0);`)}
    for (var round = 0u; round < ${ROUNDS}u; round++) {
      ${chains((i) => `c${i} = fma(c${i}, factor, summand);`)}
    }
    let sum = ${chains((i) => `c${i}`).join(" + ")};
    // No sum is that: nothing is written, but nobody can leave the sums out.
    if (sum.x == 12345.0) { results[id.x % ${INVOCATIONS}u] = sum; }
  }
`;

const COPY = wgsl`
  @group(0) @binding(0) var<storage, read_write> results: array<vec4<f32>>;
  @group(0) @binding(1) var<storage, read> values: array<vec4<f32>>;

  @compute @workgroup_size(${INVOCATIONS})
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.y * groups.x * ${INVOCATIONS}u + id.x;
    if (i < arrayLength(&values)) { results[i] = values[i]; }
  }
`;

/**
 * Times both kernels by the GPU's own clock.
 *
 * @returns null on a GPU without timestamps, or whose clock stands still
 * @throws DeviceLostError
 */
export async function measureGpuPeak(
  device: GPUDevice,
  faults: Faults,
  isSoftware: boolean,
): Promise<GpuPeak | null> {
  if (!device.features.has("timestamp-query")) return null;
  const buffers: GPUBuffer[] = [];
  const buffer = (size: number) => {
    const made = device.createBuffer({ size, usage: GPU_STORAGE | GPU_COPY_DST });
    buffers.push(made);
    return made;
  };
  /** Null while the clock does not see the run. */
  const time = async (code: string, bound: readonly GPUBuffer[], groups: readonly number[]) => {
    const module = device.createShaderModule({ code });
    const compute = { module, entryPoint: "main" };
    const pipeline = await faults.during(
      device.createComputePipelineAsync({ layout: "auto", compute }),
    );
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run++) {
      const clock = new Clock(device, 1);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass(clock.pass(0));
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(groups[0]!, groups[1]);
      pass.end();
      clock.resolve(encoder);
      device.queue.submit([encoder.finish()]);
      const [taken = 0] = await faults.during(clock.milliseconds());
      clock.dispose();
      if (taken > 0) best = Math.min(best, taken);
    }
    return Number.isFinite(best) ? best : null;
  };
  try {
    const sums = buffer(INVOCATIONS * 16);
    let groups = FEWEST_GROUPS;
    let taken = await time(MULTIPLY_ADD, [sums], [groups]);
    while ((taken ?? 0) < LONG_ENOUGH && groups < MOST_GROUPS) {
      groups *= 4;
      taken = await time(MULTIPLY_ADD, [sums], [groups]);
    }
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    const wanted = isSoftware ? COPIED_IN_SOFTWARE : COPIED;
    const bytes =
      2 ** Math.floor(Math.log2(Math.min(wanted, maxStorageBufferBindingSize, maxBufferSize)));
    const all = bytes / 16 / INVOCATIONS;
    const rows = Math.ceil(all / 32_768);
    const copied = await time(COPY, [buffer(bytes), buffer(bytes)], [all / rows, rows]);
    if (taken === null || copied === null) return null;
    return {
      gflops: (groups * GROUP_FLOPS) / taken / 1e6,
      gbps: (2 * bytes) / copied / 1e6,
    };
  } finally {
    for (const made of buffers) made.destroy();
  }
}
