/**
 * The service worker that keeps the page in the browser: it opens, and trains, without a network.
 *
 * One build of the page is kept whole, before it is served. The next one is fetched beside it, and takes
 * its place when no tab is left, or when somebody says so (src/client/offline.ts); what tabs of the old one
 * may still ask for is kept as long as they are open.
 */

import { ExpirationPlugin } from "workbox-expiration";
import { PrecacheController, PrecacheRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { CacheFirst, NetworkOnly } from "workbox-strategies";
import type { OfflineQuestion } from "../protocol/offline";
import { isolated } from "./isolated";

declare const self: ServiceWorkerGlobalScope;
/** What scripts/service-workers.mjs puts in: a digest of what has no digest in its name. */
interface Entry {
  /** From the service worker's folder. */
  readonly url: string;
  readonly revision: string | null;
}
declare const FILES: readonly Entry[];
declare const SHARDS: readonly Entry[];

type WorkboxPlugin = NonNullable<
  NonNullable<ConstructorParameters<typeof CacheFirst>[0]>["plugins"]
>[number];

/** All that a visit without a network needs. The build writes the list wherever its name stands. */
const files = FILES;
/** Images of other classes. */
const shards = SHARDS;
const SCOPE = new URL(self.registration.scope).pathname;
const isolating: WorkboxPlugin = {
  handlerWillRespond: async ({ response }) => isolated(response),
};
/** What the page has fetched already is asked for, and not sent again. */
const sparing: WorkboxPlugin = {
  requestWillFetch: async ({ request }) =>
    request.cache === "reload" ? new Request(request, { cache: "no-cache" }) : request,
};
const kept = new PrecacheController({ plugins: [isolating, sparing] });
kept.addToCacheList([...files]);

self.addEventListener("install", (event) => {
  void kept.install(event);
  // The one before has nothing that a tab could miss.
  if (self.registration.active?.scriptURL.endsWith("/isolate.js")) void self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(tidyUp(event)));

self.addEventListener("message", (event) => {
  const question = event.data as OfflineQuestion;
  if (question.type === "take-over") event.waitUntil(self.skipWaiting());
  else if (question.type === "tidy-up") event.waitUntil(tidyUp(event));
  else {
    const has = files.some(({ url }) => url === question.script);
    event.ports[0]?.postMessage(has);
  }
});

/** Deletes what other builds have left, unless another tab may run one of them. */
async function tidyUp(event: ExtendableEvent): Promise<void> {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (tabs.length <= 1) await kept.activate(event);
}

const fromNetwork = new NetworkOnly({ plugins: [isolating] });

// Who asks so wants to know what the server has.
registerRoute(({ request, sameOrigin }) => sameOrigin && request.cache === "no-store", fromNetwork);

registerRoute(
  ({ request, url, sameOrigin }) =>
    sameOrigin &&
    request.mode === "navigate" &&
    (url.pathname === SCOPE || url.pathname === `${SCOPE}index.html`),
  kept.createHandlerBoundToURL("./"),
);

registerRoute(
  new PrecacheRoute(kept, {
    directoryIndex: "",
    cleanURLs: false,
    ignoreURLParametersMatching: [],
  }),
);

// Of a build that another tab runs: it is there until that is closed, and comes from nowhere else.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith(`${SCOPE}assets/`),
  new CacheFirst({
    cacheName: kept.strategy.cacheName,
    plugins: [isolating, { cacheWillUpdate: async () => null }],
  }),
);

// Classes that somebody has trained on, beside the two that every visit has.
const revisions = new Map(
  shards.map(({ url, revision }) => [new URL(url, self.location.href).href, revision]),
);
registerRoute(
  ({ url }) => revisions.has(url.href),
  new CacheFirst({
    cacheName: `latent-loom-images-${self.registration.scope}`,
    plugins: [
      isolating,
      { cacheKeyWillBeUsed: async ({ request }) => `${request.url}?${revisions.get(request.url)}` },
      // Its type takes no notice of exactOptionalPropertyTypes.
      new ExpirationPlugin({
        maxEntries: 2 * shards.length,
        purgeOnQuotaError: true,
      }) as WorkboxPlugin,
    ],
  }),
);

registerRoute(({ sameOrigin }) => sameOrigin, fromNetwork);
