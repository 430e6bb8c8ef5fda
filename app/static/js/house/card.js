/* A page that a card opened is covered within seconds after the card was pulled, and leads to the log-in page. It asks only
   while it is in sight: a tab that comes back into sight is covered until the portal has answered. */
(function () {
  "use strict";
  const EVERY = 4000, PATIENCE = 10000;
  const cover = document.querySelector("[data-card-in]"), door = document.querySelector("[data-may-be-in]");

  /* The tab that was left at the log-in page goes back to where it was once the officer is in by another tab. */
  if (door) {
    document.addEventListener("visibilitychange", () => {
      const isEmpty = [...door.querySelectorAll("input:not([type=hidden])")].every((box) => !box.value);
      if (!document.hidden && isEmpty) { location.reload(); }
    });
  }
  if (!cover) { return; }
  let timer = 0, isAsking = false, heardAt = performance.now();

  function show(isCovered) {
    if (!cover.showPopover) { cover.classList.toggle("is-open", isCovered); return; } // an old browser: nothing lies above it but dialogs
    if (cover.matches(":popover-open") !== isCovered) { cover.togglePopover(isCovered); }
  }

  /* What was typed lies in this tab until the same officer is in again (autosave.js); no question of any form stands in the way. */
  function leave() {
    clearTimeout(timer);
    document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
    cover.querySelector("[data-card-gone]").hidden = false;
    show(true);
    const back = "cardBack" in cover.dataset ? "?next=" + encodeURIComponent(location.pathname + location.search) : "";
    location.replace(cover.dataset.cardDoor + back);
  }

  async function ask() {
    clearTimeout(timer);
    if (document.hidden || isAsking) { return; }
    isAsking = true;
    try {
      const answer = await fetch(cover.dataset.cardIn, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 403) { leave(); return; }
      if (answer.ok) { heardAt = performance.now(); }
    } catch (error) { /* the network is away: the bar says so, and the portal closes by itself */
    } finally { isAsking = false; }
    show(false);
    timer = setTimeout(ask, EVERY);
  }

  function seen() {
    if (document.hidden) { clearTimeout(timer); return; }
    show(performance.now() - heardAt > EVERY);
    ask();
  }

  document.addEventListener("visibilitychange", seen);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { heardAt = -Infinity; seen(); } });
  timer = setTimeout(ask, EVERY);
})();
