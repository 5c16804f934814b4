/** The one memory that all threads share, handed out from the bottom up and never taken back. */

const PAGE = 65536;
/** Cache lines, so that no two threads write the same one. */
const LINE = 64;
/** Kernels read up to two vectors past a row's end (never using what they read). */
const SLACK = 64;
/** Grown by at least this, since growing costs a system call on every thread. */
const GROWTH = 4 << 20;

export class Arena {
  readonly memory: WebAssembly.Memory;
  private used = LINE;

  /** Throws a RangeError where the machine will not reserve the addresses. */
  constructor() {
    this.memory = reserve();
  }

  /** Address of that many zeroed bytes, on a cache line. Throws a RangeError when memory is full. */
  allocate(bytes: number): number {
    const address = this.used;
    this.used += Math.ceil((bytes + SLACK) / LINE) * LINE;
    const missing = this.used - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(Math.max(missing, GROWTH) / PAGE));
    return address;
  }

  /** Address of those words, copied into the memory. */
  words(values: ArrayLike<number>): number {
    const address = this.allocate(values.length * 4);
    this.ints(address, values.length).set(values);
    return address;
  }

  /** Bytes handed out so far. */
  get bytes(): number {
    return this.used;
  }

  ints(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  floats(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  doubles(address: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  octets(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer as ArrayBuffer, address, length);
  }
}

/** Shared memory needs a limit; phones may refuse to reserve 2 GiB of addresses, so ask for less. */
function reserve(): WebAssembly.Memory {
  for (const maximum of [32768, 16384, 8192]) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared: true });
    } catch (error) {
      if (maximum === 8192) throw error;
    }
  }
  throw new RangeError("unreachable");
}
