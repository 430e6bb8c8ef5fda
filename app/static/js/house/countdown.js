/* Counts down to the coming round. The server's business clock decides: it gives the seconds left, and is asked again
   every minute, when the page is looked at again, and when the count reaches zero. */
(function () {
  "use strict";
  const box = document.querySelector("[data-countdown]");
  if (!box) { return; }
  const left = box.querySelector("[data-countdown-left]");
  let endsAt = performance.now() + Number(box.dataset.countdown) * 1000;
  let asking = false;

  function twoDigits(number) { return String(number).padStart(2, "0"); }

  function show() {
    const seconds = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    left.textContent = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(":");
    box.classList.toggle("is-near", seconds < 600);
    if (seconds === 0) { ask(); }
  }

  async function ask() {
    if (asking || document.hidden) { return; }
    asking = true;
    try {
      const answer = await fetch(box.dataset.countdownUrl, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) { return; }
      const coming = await answer.json();
      endsAt = performance.now() + coming.seconds * 1000;
      box.querySelector("[data-countdown-round]").textContent = coming.round;
      box.querySelector("[data-countdown-words]").textContent = coming.words;
      document.querySelectorAll("[data-countdown-round-name]").forEach(function (name) { name.textContent = coming.round; });
      document.querySelectorAll("[data-round-words]").forEach(function (words) { words.textContent = coming.words; });
    } catch (error) { /* offline or logged out: the count goes on, and the next minute asks again */
    } finally {
      setTimeout(function () { asking = false; }, 2000);
    }
  }

  show();
  setInterval(show, 1000);
  setInterval(ask, 60000);
  document.addEventListener("visibilitychange", ask);
})();
