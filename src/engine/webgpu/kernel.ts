/** A kernel: one WGSL program with its buffers, and over how many workgroups it runs. */

import { BATCH_STRUCT } from "./schedule";
import type { Store } from "./stores";
import { wgsl } from "./wgsl";

export type Element = "f32" | "vec4<f32>" | "u32" | "vec4<u32>";

/** A buffer as the program sees it: `array<element>` under that name. */
export interface Binding {
  readonly name: string;
  readonly store: Store;
  readonly element: Element;
  readonly writes: boolean;
}

export function reads(name: string, store: Store, element: Element = "f32"): Binding {
  return { name, store, element, writes: false };
}

export function writes(name: string, store: Store, element: Element = "f32"): Binding {
  return { name, store, element, writes: true };
}

/** What a dispatch does, for the profile. */
export interface Work {
  /** Floating-point operations, a multiply-add as two; those of products alone. */
  readonly flops: number;
  /** That must be read or written at least: each tensor once. */
  readonly bytes: number;
}

export type Grid = readonly [x: number, y: number, z: number];

export interface Kernel {
  /** "decoder_conv forward": the layer and what is done. */
  readonly name: string;
  readonly bindings: readonly Binding[];
  /** Invocations of a workgroup. */
  readonly invocations: number;
  /** Declarations of the module, and then what `main` does. */
  readonly functions: string;
  readonly body: string;
  grid(images: number): Grid;
  work(images: number): Work;
}

/** Workgroups along one axis: WebGPU's limit. */
const MOST_GROUPS = 65_535;

/** A grid of so many workgroups in a row; `GROUP` is each one's place in it. */
export function line(groups: number): Grid {
  const rows = Math.max(1, Math.ceil(groups / MOST_GROUPS));
  return [Math.ceil(groups / rows), rows, 1];
}

/** Place of a workgroup in a `line`. */
export const GROUP = "(group.y * groups.x + group.x)";

/**
 * Adds up the workgroup's `sums`, a number or vector for each of its invocations (a power of two), in
 * a fixed order: the whole is sums[0]. Begins behind a barrier.
 */
export function tree(invocations: number): string {
  return wgsl`
    for (var half = ${invocations / 2}u; half > 0u; half /= 2u) {
      if (local < half) { sums[local] += sums[local + half]; }
      workgroupBarrier();
    }
  `;
}

/** WGSL: whether `x` is no number, as bits, since compilers may hold NaNs for impossible. */
export function isNan(x: string, type: Element): string {
  const words = type === "f32" ? "u32" : "vec4<u32>";
  return `((bitcast<${words}>(${x}) & ${words}(0x7fffffffu)) > ${words}(0x7f800000u))`;
}

/**
 * WGSL: `value`, but where the variable `x` is no number x itself, as on every other device.
 *
 * A GPU's max, clamp and sign make a NaN a number, and a net that is broken would have a loss.
 */
export function keepNan(x: string, value: string, type: Element): string {
  return `select(${value}, ${x}, ${isNan(x, type)})`;
}

/** The whole program. `batch` is the step's part of the schedule. */
export function source({ bindings, invocations, functions, body }: Kernel): string {
  const declared = bindings.map(({ name, element, writes }, place) => {
    const access = writes ? "read_write" : "read";
    return `@group(0) @binding(${place}) var<storage, ${access}> ${name}: array<${element}>;`;
  });
  return wgsl`
    ${BATCH_STRUCT}

    ${declared}
    @group(1) @binding(0) var<uniform> batch: Batch;

    ${functions}

    @compute @workgroup_size(${invocations})
    fn main(
      @builtin(workgroup_id) group: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) local: u32,
    ) {
      ${body}
    }
  `;
}

/** A number as a WGSL f32, to the last bit. */
export function float(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}
