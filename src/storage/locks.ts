/** Which tab is training which run: a run belongs to at most one. */

export interface RunLocks {
  /** Takes a run for this tab and returns the way to let go of it; null where another tab has it. */
  take(id: string): Promise<(() => void) | null>;
  /** Runs that some tab has, this one included. */
  held(): Promise<ReadonlySet<string>>;
}

const PREFIX = "latent-loom/run/";

/** Locks of the browser, which frees them when a tab ends, however it ends. */
export function createRunLocks(): RunLocks {
  // Missing on plain http, whatever the type says.
  const isThere = typeof navigator !== "undefined" && "locks" in navigator;
  return isThere ? orOwn(webLocks(navigator.locks)) : ownLocks();
}

/** Where the browser has locks and refuses them (frames of no origin), it is as if it had none. */
function orOwn(locks: RunLocks): RunLocks {
  let current = locks;
  const ask = async <T>(question: (locks: RunLocks) => Promise<T>): Promise<T> => {
    const asked = current;
    try {
      return await question(asked);
    } catch (error) {
      if (asked !== locks) throw error;
      if (current === locks) current = ownLocks();
      return question(current);
    }
  };
  return { take: (id) => ask((each) => each.take(id)), held: () => ask((each) => each.held()) };
}

function webLocks(locks: LockManager): RunLocks {
  return {
    take: (id) =>
      new Promise((resolve, reject) => {
        const asked = locks.request(`${PREFIX}${id}`, { ifAvailable: true }, (lock) => {
          if (!lock) return resolve(null);
          return new Promise<void>((release) => resolve(() => release()));
        });
        asked.catch(reject);
      }),
    async held() {
      const { held = [] } = await locks.query();
      const names = held.map(({ name = "" }) => name);
      return new Set(
        names.flatMap((name) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])),
      );
    },
  };
}

/** Where tabs cannot ask each other, each knows of its own runs alone. */
function ownLocks(): RunLocks {
  const own = new Set<string>();
  return {
    async take(id) {
      if (own.has(id)) return null;
      own.add(id);
      return () => own.delete(id);
    },
    held: async () => new Set(own),
  };
}
