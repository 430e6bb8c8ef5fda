/* A bar says when the network is away; a form is then not sent, because the browser's own error page would swallow it. */
(function () {
  "use strict";
  const bar = document.querySelector("[data-offline]");
  if (!bar) { return; }
  const ask = window.fetch.bind(window);
  let watching = 0;

  function show(isAway) {
    bar.hidden = !isAway;
    clearInterval(watching);
    watching = isAway ? setInterval(probe, 5000) : 0;
  }

  async function probe() {
    try {
      await ask(bar.dataset.offlineProbe, { method: "HEAD", cache: "no-store" });
      show(false);
    } catch (error) { show(true); }
  }

  /* A failed question of any script is a reason to look; a refused redirect fails too, so the network is asked itself. */
  window.fetch = async function (...words) {
    try { return await ask(...words); } catch (error) {
      if (!error || error.name !== "AbortError") { probe(); }
      throw error;
    }
  };

  window.addEventListener("offline", () => show(true));
  window.addEventListener("online", probe);
  document.addEventListener("submit", (event) => {
    if (navigator.onLine) { return; }
    event.preventDefault();
    show(true);
  }, true);
  if (!navigator.onLine) { show(true); }

  /* The worker that stands in for a page that cannot be fetched; it comes last, so that it takes nothing from this page. */
  sessionStorage.removeItem("portal offline");
  if ("serviceWorker" in navigator) {
    window.addEventListener("load", () => setTimeout(() => {
      navigator.serviceWorker.register(bar.dataset.offlineWorker, { scope: "/", updateViaCache: "all" }).catch(() => {});
    }, 1000));
  }
})();
