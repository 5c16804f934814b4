/** Tells all tabs of the page which run, or which data set, has changed. */

/** The database of data sets of one's own. */
export const OWN_DATABASE = "latent-loom-data";

/** The channel on which its sets are told of. */
export const setsOf = (database: string): string => `${database}/sets`;

export interface Changes {
  announce(id: string): void;
  subscribe(listener: (id: string) => void): () => void;
  close(): void;
}

/** @param channel name that tabs find each other by; null for this tab alone */
export function createChanges(channel: string | null): Changes {
  const listeners = new Set<(id: string) => void>();
  const tell = (id: string): void => {
    for (const listener of [...listeners]) listener(id);
  };
  const others =
    channel !== null && typeof BroadcastChannel === "function"
      ? new BroadcastChannel(channel)
      : null;
  if (others) {
    others.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string") tell(data);
    };
  }
  return {
    announce(id) {
      tell(id);
      others?.postMessage(id);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      listeners.clear();
      others?.close();
    },
  };
}
