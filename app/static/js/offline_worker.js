/* Shows the kept page when a page of the portal cannot be reached (app/views/offline.py puts KEPT before this).
   It stores that page and its static files, never anything that belongs to anybody. */
"use strict";

/* A browser that can race the network against this worker needs it for no page that the network answers: a worker that is slow
   to start, or stands still, holds nothing up. */
const ROUTES = [
  { condition: { requestMethod: "POST" }, source: "network" },
  { condition: { urlPattern: { pathname: "/lang/*" } }, source: "network" },  // a redirect does not win the race
  { condition: { requestMode: "navigate" }, source: "race-network-and-fetch-handler" },
  { condition: { urlPattern: { pathname: "/static/*", search: "kept=1*" } }, source: "race-network-and-fetch-handler" },
  { condition: { urlPattern: { pathname: "/*" } }, source: "network" },
];
const RACES = "InstallEvent" in self && "addRoutes" in InstallEvent.prototype;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  if (RACES) { await event.addRoutes(ROUTES).catch(() => {}); }  // a browser that knows fewer conditions goes on as before
  const box = await caches.open(KEPT.name);
  await box.addAll([KEPT.page, ...KEPT.files]);
  await self.skipWaiting();
})()));

/* Nothing here is waited for: a browser holds every page up until a worker that it wakes for the first time has said it is ready. */
self.addEventListener("activate", () => {
  const ahead = self.registration.navigationPreload;
  if (ahead) { (RACES ? ahead.disable() : ahead.enable()).catch(() => {}); }  // else: asks while this wakes up
  self.clients.claim().catch(() => {});
  dropFormerKept().catch(() => {});
});

async function dropFormerKept() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT.name).map((name) => caches.delete(name)));
}

/* What was asked for ahead; after ten seconds without a word of it the page is asked for again, as if nothing had been. */
function askedAhead(event) {
  const patience = new Promise((resolve) => { setTimeout(resolve, 10000); });
  return Promise.race([Promise.resolve(event.preloadResponse).catch(() => undefined), patience]);
}

async function pageOrKept(event) {
  try {
    return (await askedAhead(event)) || (await fetch(event.request));
  } catch (error) {
    return (await caches.match(KEPT.page)) || Response.error();
  }
}

async function fileOrKept(request) {
  try {
    return await fetch(request);
  } catch (error) {
    return (await caches.match(request)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") { return; }  // a form that fails stays with the browser, so that it is never sent twice
  const { pathname, search } = new URL(url);
  if (mode === "navigate") {
    event.respondWith(pageOrKept(event));
  } else if (KEPT.files.includes(pathname + search)) {
    event.respondWith(fileOrKept(event.request));
  }
});
