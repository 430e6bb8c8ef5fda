/* The page without a connection: when it went, under which number, and on as soon as the portal answers again. The number
   stays the same until then; house/offline.js forgets it on the next page. */
(function () {
  "use strict";
  const KEPT = "portal offline";
  const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // none that can be taken for another one
  const page = document.querySelector("[data-offline-page]");
  const again = page.querySelector("[data-again]");

  function inBangkok(at) {
    const options = { timeZone: "Asia/Bangkok", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return Object.fromEntries(new Intl.DateTimeFormat("en-GB", options).formatToParts(at).map((part) => [part.type, part.value]));
  }

  function freshNumber(at) {
    const { year, month, day, hour, minute } = inBangkok(at);
    const random = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => LETTERS[byte % LETTERS.length]).join("");
    return "OFF-" + year.slice(2) + month + day + "-" + hour + minute + "-" + random;
  }

  function outage() {
    const known = sessionStorage.getItem(KEPT);
    if (known) { return JSON.parse(known); }
    const now = Date.now(), fresh = { at: now, number: freshNumber(now) };
    sessionStorage.setItem(KEPT, JSON.stringify(fresh));
    return fresh;
  }

  function inWords(at) {
    const { year, month, day, hour, minute } = inBangkok(at);
    const months = page.dataset.months.split(" ");
    return page.dataset.when.replace("{day}", Number(day) + " " + months[Number(month) - 1] + " " + (Number(year) + 543))
      .replace("{hour}", hour + "." + minute);
  }

  function goOn() {  // asked for by its own address there is no page behind it
    if (location.pathname === page.dataset.self) { location.replace("/"); } else { location.reload(); }
  }

  async function probe() {
    try {
      await fetch(page.dataset.probe, { method: "HEAD", cache: "no-store" });
      goOn();
    } catch (error) { /* still away: asked again in some seconds, and when the button is pressed */ }
  }

  const { at, number } = outage();
  page.querySelector("[data-number]").textContent = number;
  page.querySelector("[data-since]").textContent = inWords(at);
  again.addEventListener("click", () => {
    again.classList.add("is-busy");
    probe().then(() => setTimeout(() => again.classList.remove("is-busy"), 600));
  });
  window.addEventListener("online", probe);
  setInterval(probe, 5000);
})();
