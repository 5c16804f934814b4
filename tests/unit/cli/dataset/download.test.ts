import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MOST_FILE_BYTES } from "../../../../src/cli/dataset/files";
import { sourcesFor } from "../../../../src/cli/dataset/sources";
import { CommandError } from "../../../../src/cli/errors";

/** The first mirror, for a server that answers so. */
function mirror(answer: () => Response | Promise<Response>) {
  const mirrors = sourcesFor({}, async () => answer()).filter(({ name }) =>
    name.startsWith("https"),
  );
  return mirrors[0]!.get(() => {});
}

/** A body of pieces of that size, one after so many milliseconds, for ever. */
function endless(bytes: number, every: number) {
  const state = { sent: 0, cancelled: false };
  const piece = new Uint8Array(bytes);
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (every > 0) await new Promise((resolve) => setTimeout(resolve, every));
      state.sent += bytes;
      controller.enqueue(piece);
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { state, body };
}

describe("a download is given up", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What the mirror fails of, and the seconds that it had until then, at most so many. */
  async function failure(answer: () => Response | Promise<Response>, most: number) {
    const begun = performance.now();
    let ended: { error: unknown; seconds: number } | null = null;
    mirror(answer).catch((error: unknown) => {
      ended = { error, seconds: (performance.now() - begun) / 1000 };
    });
    for (let waited = 0; waited < most && !ended; waited += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
    }
    const { error, seconds } = ended ?? { error: new Error("It still runs."), seconds: 0 };
    expect(error).toBeInstanceOf(CommandError);
    return { message: (error as Error).message, seconds };
  }

  test("that sends a byte a second: after 20 seconds", async () => {
    const { body } = endless(1, 1000);
    const { message, seconds } = await failure(() => new Response(body), 3600);
    expect(message).toBe("it is too slow: 0.0 kB a second");
    expect(seconds).toBeLessThanOrEqual(20);
  });

  test("that sends nothing after its first bytes: after 40 seconds at most", async () => {
    const body = new ReadableStream({ start: (it) => it.enqueue(new Uint8Array(1_000_000)) });
    const { message, seconds } = await failure(() => new Response(body), 3600);
    expect(message).toBe("no byte came for 20 s");
    expect(seconds).toBeLessThanOrEqual(40);
  });

  test("that does not even answer: after 20 seconds", async () => {
    const { message, seconds } = await failure(() => new Promise(() => {}), 3600);
    expect(message).toBe("no byte came for 20 s");
    expect(seconds).toBeLessThanOrEqual(20);
  });

  test("that is fast enough and never through: after 15 minutes", async () => {
    const { body } = endless(10_000, 500);
    const { message, seconds } = await failure(() => new Response(body), 3600);
    expect(message).toBe("it takes over 15 minutes");
    expect(seconds).toBeLessThanOrEqual(900);
  });
});

describe("a download is refused", () => {
  test("as soon as it has more bytes than any of the files", async () => {
    const { state, body } = endless(1_000_000, 0);
    await expect(mirror(() => new Response(body))).rejects.toThrow(
      "train-images-idx3-ubyte.gz has over 47 MB, more than the data set's files",
    );
    expect(state.sent).toBeLessThan(MOST_FILE_BYTES + 3_000_000);
  });

  test("before a byte is read where the server says so", async () => {
    const { state, body } = endless(1_000_000, 0);
    const headers = { "Content-Length": "1000000000" };
    await expect(mirror(() => new Response(body, { headers }))).rejects.toThrow("over 47 MB");
    expect(state.sent).toBeLessThan(3_000_000);
  });

  test.each([
    [{ code: "ENOTFOUND" }, "its name is not known: is there a network?"],
    [{ code: "UND_ERR_SOCKET" }, "the connection broke off"],
    [{ code: "CERT_HAS_EXPIRED" }, "its certificate is not to be trusted (CERT_HAS_EXPIRED)"],
    [{ code: "EODD" }, "it cannot be reached (EODD)"],
  ])("in words for %o", async (cause, message) => {
    const fails = () =>
      Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(), cause) }));
    await expect(mirror(fails)).rejects.toThrow(message);
  });
});
