/* Shows the kept page when a page of the portal cannot be reached (app/views/offline.py puts KEPT before this).
   It stores that page and its static files, never anything that belongs to anybody. */
"use strict";

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const box = await caches.open(KEPT.name);
  await box.addAll([KEPT.page, ...KEPT.files]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT.name).map((name) => caches.delete(name)));
  if (self.registration.navigationPreload) { await self.registration.navigationPreload.enable(); }  // asks while this wakes up
  await self.clients.claim();
})()));

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
