/** Memory, kernels and threads of one trainer, and the running of programs on them. */

import { checkThreads } from "../checks";
import { DeviceError } from "../errors";
import { Arena } from "./arena";
import { chooseVariant, compileKernels, instantiate, type Kernels } from "./kernels";
import type { HelperThread, KernelVariant, WasmPlatform } from "./platform";
import { BLOCK_WORDS, CONTROL, CONTROL_WORDS, encode, type Phase } from "./program";

/** How long helper threads may take to start: loading a worker on a busy phone takes seconds. */
const START_TIMEOUT_MS = 20_000;

export class Runtime {
  readonly arena: Arena;
  readonly threads: number;
  readonly variant: KernelVariant;
  private readonly kernels: Kernels;
  private readonly control: number;
  private readonly block: number;
  private helpers: HelperThread[] = [];
  private failure: Error | null = null;

  private constructor(
    arena: Arena,
    threads: number,
    variant: KernelVariant,
    module: WebAssembly.Module,
  ) {
    this.arena = arena;
    this.threads = threads;
    this.variant = variant;
    this.kernels = instantiate(module, arena.memory);
    this.control = arena.allocate(CONTROL_WORDS * 4);
    this.block = arena.allocate(BLOCK_WORDS * 4);
  }

  /**
   * Kernels ready to run on that many threads (1 where memory cannot be shared). `variant`
   * overrides detection.
   *
   * @throws RangeError for a number of threads that is none, OutOfMemoryError, and DeviceError where threads cannot be started
   */
  static async start(
    platform: WasmPlatform,
    wanted: number,
    variant?: KernelVariant,
  ): Promise<Runtime> {
    checkThreads(wanted);
    const threads = platform.canShareMemory ? wanted : 1;
    const chosen = variant ?? (await chooseVariant());
    const shared = threads > 1;
    const module = await compileKernels(platform, chosen, shared);
    const runtime = new Runtime(new Arena(shared), threads, chosen, module);
    try {
      await runtime.startHelpers(platform, module);
    } catch (error) {
      runtime.dispose();
      const reason = error instanceof Error ? error.message : String(error);
      throw new DeviceError(`Its threads could not be started: ${reason}`);
    }
    return runtime;
  }

  private async startHelpers(platform: WasmPlatform, module: WebAssembly.Module): Promise<void> {
    const { memory } = this.arena;
    for (let thread = 1; thread < this.threads; thread++) {
      const block = this.arena.allocate(BLOCK_WORDS * 4);
      const start = { module, memory, control: this.control, block, thread };
      this.helpers.push(
        platform.startThread(start, (error) => {
          this.failure = error;
        }),
      );
    }
    this.words()[CONTROL.threads] = this.threads;
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Atomics.load(this.words(), CONTROL.ready) < this.threads - 1) {
      if (this.failure) throw this.failure;
      if (Date.now() > deadline) throw new Error("they did not answer in 20 seconds.");
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  private words(): Int32Array {
    return this.arena.ints(this.control, CONTROL_WORDS);
  }

  /** Address of the program of those phases. */
  load(phases: readonly Phase[]): number {
    return this.arena.words(encode(phases));
  }

  /** Sets the address of the batch's sample numbers. */
  setSamples(address: number): void {
    this.words()[CONTROL.samples] = address;
  }

  /** Runs a program to its end. Throws if a thread has crashed. */
  run(program: number): void {
    if (this.failure) throw this.failure;
    this.kernels.runOnAll(program, this.control, this.block);
  }

  /** Ends the helper threads. */
  dispose(): void {
    const words = this.words();
    Atomics.store(words, CONTROL.program, 0);
    Atomics.add(words, CONTROL.command, 1);
    Atomics.notify(words, CONTROL.command);
    for (const helper of this.helpers) helper.terminate();
    this.helpers = [];
  }
}
