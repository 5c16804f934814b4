/**
 * The service worker of a first visit to a host without headers: it adds them, and keeps nothing.
 *
 * It is small, since the page waits for it (index.html); offline.ts takes its place later.
 */

import { isolated } from "./isolated";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", () => void self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(fetch(request).then(isolated));
});
