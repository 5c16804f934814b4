/** What the WASM device needs of its host: a browser worker or Node. */

/** What a helper thread is told at its start. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Addresses of the control block and of the thread's own block. */
  readonly control: number;
  readonly block: number;
  readonly thread: number;
}

export interface HelperThread {
  terminate(): void;
}

export interface WasmPlatform {
  /** Bytes of a file in `engine/wasm/build`: "kernels-simd.wasm", or "-alone" for unshared memory. */
  kernels(variant: KernelVariant, shared: boolean): Promise<BufferSource>;
  /** Starts a thread that calls `serveThread`; `onError` hears of its crash. */
  startThread(start: ThreadStart, onError: (error: Error) => void): HelperThread;
  /** Whether threads can share memory here: browsers ask for cross-origin isolation, and more. */
  readonly canShareMemory: boolean;
}

export type KernelVariant = "relaxed" | "simd";
