/**
 * Has a service worker keep the page, so that it opens without a network, and hears of newer builds.
 *
 * There is none in development and under `npm start`, which answers 204 for its script: there the page
 * changes while somebody works on it.
 */

import type { OfflineQuestion } from "../protocol/offline";

const SCRIPT = "offline.js";
/** What a host answers that wants none: one that is there goes. */
const UNWANTED = [204, 410];
/** Milliseconds between looks for a newer build in a tab that stays open, and at least between two that come back. */
const LOOK_EVERY = 3_600_000;
const LOOK_AGAIN_AFTER = 600_000;
/** Milliseconds that a service worker may take to answer, or to take over. */
const ANSWERS_WITHIN = 5_000;

/**
 * Registers the service worker; it fetches what it keeps as it is installed.
 *
 * @param onNewer hears of the one of a newer build, once it has all that it keeps
 * @returns the way to end that
 */
export function keepOffline(onNewer: (worker: ServiceWorker) => void): () => void {
  const ending = new AbortController();
  // Failing, the page goes on as it is without one.
  void register(onNewer, ending.signal).catch(console.warn);
  return () => ending.abort();
}

async function register(
  onNewer: (worker: ServiceWorker) => void,
  signal: AbortSignal,
): Promise<void> {
  // Absent over plain HTTP; Safari and Firefox do not say who saves data.
  const { serviceWorker, connection } = navigator as {
    serviceWorker?: ServiceWorkerContainer;
    connection?: { readonly saveData?: boolean };
  };
  const script = ownScript();
  if (!serviceWorker || script === null || connection?.saveData) return;
  const address = new URL(SCRIPT, document.baseURI);
  const answer = await fetch(address, { method: "HEAD" }).catch(() => null);
  if (answer && UNWANTED.includes(answer.status)) return forget(serviceWorker);
  if (answer && !answer.ok) return;
  const registration = await serviceWorker.register(address);
  if (signal.aborted) return;

  const look = async (worker: ServiceWorker | null) => {
    if (worker && (await has(worker, script)) === false && !signal.aborted) onNewer(worker);
  };
  const follow = () => {
    const worker = registration.installing;
    worker?.addEventListener(
      "statechange",
      () => {
        if (worker.state === "installed") void look(worker);
      },
      { signal },
    );
  };
  follow();
  registration.addEventListener("updatefound", follow, { signal });
  void look(registration.waiting);
  if (registration.active) tell(registration.active, { type: "tidy-up" });

  let last = Date.now();
  const update = () => {
    last = Date.now();
    // Off line it cannot: the next look is in an hour.
    registration.update().catch(() => {});
  };
  const timer = setInterval(update, LOOK_EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener(
    "visibilitychange",
    () => {
      if (!document.hidden && Date.now() - last > LOOK_AGAIN_AFTER) update();
    },
    { signal },
  );
}

/** The page's own script as the build calls it; null in development. */
function ownScript(): string | null {
  if (!document.getElementById("parts")) return null;
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  return script?.getAttribute("src")?.replace(/^\.\//, "") ?? null;
}

async function forget(serviceWorker: ServiceWorkerContainer): Promise<void> {
  const { href } = new URL("./", document.baseURI);
  const registration = await serviceWorker.getRegistration(href);
  if (registration?.scope === href) await registration.unregister();
}

const tell = (worker: ServiceWorker, question: OfflineQuestion, ...ports: MessagePort[]) =>
  worker.postMessage(question, ports);

/** Whether the script is of that one's build; null where it does not say. */
function has(worker: ServiceWorker, script: string): Promise<boolean | null> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(null), ANSWERS_WITHIN);
    port1.onmessage = ({ data }: MessageEvent<boolean>) => {
      clearTimeout(timer);
      resolve(data);
    };
    tell(worker, { type: "has", script }, port2);
  });
}

/** Has the newer one take over, so that the page is its own after a reload. */
export async function takeOver(worker: ServiceWorker): Promise<void> {
  if (worker.state !== "installed") return;
  await new Promise<void>((resolve) => {
    worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
    setTimeout(resolve, ANSWERS_WITHIN);
    tell(worker, { type: "take-over" });
  });
}
