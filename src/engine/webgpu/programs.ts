/** Kernels compiled and bound, and the lists of them that make up a step. */

import { DeviceError } from "../errors";
import { messageOf } from "../gpu";
import { type Kernel, source } from "./kernel";
import { STEP_BYTES } from "./schedule";
import type { Store, Stores } from "./stores";

const COMPUTE = 0x4;

/** A kernel that is ready to run. */
export interface Dispatch {
  readonly kernel: Kernel;
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
}

/** Pipelines of a device by source: trainers that follow each other on one device share them. */
const PIPELINES = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

/** Compiles and binds kernels of one device; all of them share the schedule. */
export class Compiler {
  readonly #device: GPUDevice;
  readonly #stores: Stores;
  readonly #batchLayout: GPUBindGroupLayout;
  /** By access of each binding: "rrw". */
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines: Map<string, Promise<GPUComputePipeline>>;

  constructor(device: GPUDevice, stores: Stores) {
    this.#device = device;
    this.#stores = stores;
    this.#pipelines = PIPELINES.get(device) ?? new Map();
    PIPELINES.set(device, this.#pipelines);
    const buffer = { type: "uniform", hasDynamicOffset: true } as const;
    this.#batchLayout = device.createBindGroupLayout({
      label: "batch",
      entries: [{ binding: 0, visibility: COMPUTE, buffer }],
    });
  }

  /** The bind group through which kernels see a step's settings, at a dynamic offset. */
  schedule(store: Store): GPUBindGroup {
    const resource = { buffer: this.#stores.buffer(store), size: STEP_BYTES };
    return this.#device.createBindGroup({
      label: "batch",
      layout: this.#batchLayout,
      entries: [{ binding: 0, resource }],
    });
  }

  /**
   * @param onCompiled hears how many of all there are have been compiled
   * @throws DeviceError that names the kernel which does not compile
   */
  async compile(
    kernels: readonly Kernel[],
    onCompiled: (done: number, all: number) => void = () => {},
  ): Promise<Dispatch[]> {
    let done = 0;
    const pipelines = kernels.map(async (kernel) => {
      const pipeline = await this.#pipeline(kernel);
      onCompiled(++done, kernels.length);
      return pipeline;
    });
    const compiled = await Promise.all(pipelines);
    return kernels.map((kernel, place) => ({
      kernel,
      pipeline: compiled[place]!,
      bindings: this.#bind(kernel),
    }));
  }

  #pipeline(kernel: Kernel): Promise<GPUComputePipeline> {
    const code = source(kernel);
    const known = this.#pipelines.get(code);
    if (known) return known;
    const device = this.#device;
    const { name } = kernel;
    const layout = device.createPipelineLayout({
      label: name,
      bindGroupLayouts: [this.#layout(kernel), this.#batchLayout],
    });
    const module = device.createShaderModule({ label: name, code });
    const compute = { module, entryPoint: "main" };
    const pipeline = device
      .createComputePipelineAsync({ label: name, layout, compute })
      .catch((error: unknown) => {
        throw new DeviceError(`The GPU cannot compile the kernel "${name}": ${messageOf(error)}`);
      });
    this.#pipelines.set(code, pipeline);
    return pipeline;
  }

  #layout({ bindings }: Kernel): GPUBindGroupLayout {
    const key = bindings.map(({ writes }) => (writes ? "w" : "r")).join("");
    const known = this.#layouts.get(key);
    if (known) return known;
    const layout = this.#device.createBindGroupLayout({
      label: key,
      entries: bindings.map(({ writes }, binding) => ({
        binding,
        visibility: COMPUTE,
        buffer: { type: writes ? "storage" : "read-only-storage" } as const,
      })),
    });
    this.#layouts.set(key, layout);
    return layout;
  }

  #bind(kernel: Kernel): GPUBindGroup {
    return this.#device.createBindGroup({
      label: kernel.name,
      layout: this.#layout(kernel),
      entries: kernel.bindings.map(({ store }, binding) => ({
        binding,
        resource: { buffer: this.#stores.buffer(store) },
      })),
    });
  }
}

/** Records dispatches for a batch of that many images. */
export function encode(
  pass: GPUComputePassEncoder,
  dispatches: readonly Dispatch[],
  images: number,
): void {
  for (const { kernel, pipeline, bindings } of dispatches) {
    const [x, y, z] = kernel.grid(images);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(x, y, z);
  }
}
