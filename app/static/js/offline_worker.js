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

async function pageOrKept(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
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
