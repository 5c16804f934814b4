/** The one memory of all threads, handed out from the bottom up and never taken back. */

import { OutOfMemoryError } from "../errors";

const PAGE = 65536;
/** Addresses are 32 bits with a sign in places. */
const MOST_PAGES = 32768;
export const MOST_BYTES = MOST_PAGES * PAGE;
/**
 * Pages that shared memory may grow to, as they are asked for: browsers reserve the addresses at
 * once, and iPads have refused more than 4,096.
 */
const SHARED_PAGES = [MOST_PAGES, 16384, 8192, 4096, 2048, 1024];
export const LEAST_SHARED_PAGES = SHARED_PAGES.at(-1)!;
/** Cache lines, so that no two threads write the same one. */
const LINE = 64;
/** Kernels read up to two vectors past a row's end (never using what they read). */
const SLACK = 64;

/** What hands out memory. */
export interface Allocator {
  /** Address of that many zeroed bytes, on a cache line. @throws OutOfMemoryError */
  allocate(bytes: number): number;
}

/** What that many bytes take of the memory. */
export const roomOf = (bytes: number): number => Math.ceil((bytes + SLACK) / LINE) * LINE;

/**
 * Doubled as it grows, up to this a time, since growing costs a system call on every thread. By as much
 * from the first, a net of 14 kB held 5.2 MB, and the garbage collector of a process that made one after
 * another took 30% of its time.
 */
const MOST_GROWTH = 4 << 20;

export class Arena implements Allocator {
  readonly memory: WebAssembly.Memory;
  /** Bytes that it may grow to. */
  readonly most: number;
  private used = LINE;

  /**
   * Memory that threads share, or one that a thread has to itself: that reserves nothing, and moves
   * as it grows, so that arrays over it are good until the next `allocate`.
   *
   * @throws OutOfMemoryError where the machine will not reserve the least of addresses
   */
  constructor(isShared: boolean) {
    const { memory, pages } = isShared
      ? reserveShared()
      : { memory: open({ initial: 1 }), pages: MOST_PAGES };
    this.memory = memory;
    this.most = pages * PAGE;
  }

  allocate(bytes: number): number {
    const address = this.used;
    const end = address + roomOf(bytes);
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) this.grow(missing);
    this.used = end;
    return address;
  }

  /** Makes sure that so many bytes can still be had. @throws OutOfMemoryError */
  reserve(bytes: number): void {
    const missing = this.used + bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.grow(missing);
  }

  private grow(missing: number): void {
    const has = this.memory.buffer.byteLength / PAGE;
    const pages = Math.ceil(missing / PAGE);
    const growth = Math.min(has, MOST_GROWTH / PAGE);
    for (const more of [Math.max(pages, growth), pages]) {
      if (has + more > MOST_PAGES) continue;
      try {
        this.memory.grow(more);
        return;
      } catch {
        // Its limit, or the machine's: what is missing alone may still be had.
      }
    }
    const megabytes = (count: number) => `${Math.ceil((count * PAGE) / 1e6)} MB`;
    throw new OutOfMemoryError(
      `WebAssembly's memory is full: it has ${megabytes(has)}, and ${megabytes(pages)} more could not be had.`,
    );
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

/** With the highest limit that the machine will reserve addresses for. @throws OutOfMemoryError */
function reserveShared(): { memory: WebAssembly.Memory; pages: number } {
  let refusal: unknown;
  for (const maximum of SHARED_PAGES) {
    try {
      return { memory: open({ initial: 1, maximum, shared: true }), pages: maximum };
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

function open(limits: WebAssembly.MemoryDescriptor): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(limits);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OutOfMemoryError(`WebAssembly gets no memory: ${reason}`);
  }
}
