/** The chat's service worker: a file of its own, which the page registers and never waits for. */
import { bring } from "./alerts";
import { tell } from "./pushes";
import { type Build, Shell } from "./shell";

/** tools/worker.js puts the build's files here. */
declare const __BUILD__: Build;
declare const self: ServiceWorkerGlobalScope;

const build = __BUILD__;
const shell = new Shell({
  build,
  origin: self.location.origin,
  caches: self.caches,
  fetch: (asked, how) => self.fetch(asked as string | Request, how),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});

// A newer one takes over at once: it serves the pages of the last build too (Shell).
self.addEventListener("install", (event) => {
  event.waitUntil(shell.install().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(shell.activate().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const answer = shell.answer(event.request);
  if (answer !== undefined) event.respondWith(answer);
});

/** A page asks which build it would be of if it were opened now. */
self.addEventListener("message", (event) => {
  event.source?.postMessage({ entry: build.entry });
});

self.addEventListener("push", (event) => {
  const { clients, registration } = self;
  const mark = () => void navigator.setAppBadge?.().catch(() => {});
  event.waitUntil(tell({ clients, registration, mark }, event.data?.text()));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(bring(self.clients, event.notification.data));
});
