/** One signal of several. */

export interface JoinedSignal {
  /** Aborted with the reason of the first that is. */
  readonly signal: AbortSignal;
  /** Listens to them no longer. */
  release(): void;
}

/** `AbortSignal.any` is younger than the oldest browsers that we support. */
export function joinSignals(...sources: readonly AbortSignal[]): JoinedSignal {
  const joined = new AbortController();
  const stop = () => joined.abort(sources.find(({ aborted }) => aborted)?.reason);
  if (sources.some(({ aborted }) => aborted)) stop();
  for (const source of sources) source.addEventListener("abort", stop);
  return {
    signal: joined.signal,
    release() {
      for (const source of sources) source.removeEventListener("abort", stop);
    },
  };
}
