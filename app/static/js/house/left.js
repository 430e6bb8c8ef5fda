/* What was typed and has no box to go back to (the row was changed, decided or sent meanwhile) stands on the page, to be read and
   copied, until the officer puts it away: no word is thrown away unseen, and none takes the place of a newer one. */
(function () {
  "use strict";
  const words = document.getElementById("left-words");

  const isTick = (box) => box.type === "checkbox" || box.type === "radio";

  function nameOf(box) {
    const label = (box.labels && box.labels[0]) || box.closest(".field")?.querySelector("label");
    return label ? label.textContent.replace(/\s*\*[^]*$/, "").trim() : box.getAttribute("aria-label") || "";
  }

  /* A box's own words: [label, what it says]; nothing of a box that nobody can see. */
  function lineOf(box, value) {
    const name = nameOf(box);
    if (!name || box.type === "hidden") { return null; }
    if (isTick(box)) { return [name, value === true ? "✓" : "–"]; }
    const chosen = box.options && [...box.options].find((one) => one.value === value);
    return [name, (chosen ? chosen.textContent : String(value)).trim()];
  }

  function wake(box, putAway) {
    const text = box.querySelector("textarea"), copy = box.querySelector("[data-left-copy]"), said = box.querySelector("[role=status]");
    copy.addEventListener("click", async () => {
      text.select();
      try {
        await navigator.clipboard.writeText(text.value);
        said.textContent = copy.dataset.copied;
      } catch (error) { said.textContent = copy.dataset.notCopied; }
    });
    box.querySelector("[data-left-away]").addEventListener("click", () => { box.remove(); putAway(); });
    return text;
  }

  /* Shows these lines before this place, or under the page's head; `putAway` is called when the officer has done with them. */
  function show(lines, place, putAway) {
    const main = document.getElementById("main"), head = main && main.querySelector(".page-head");
    if (!words || !main || !lines.length) { return; }
    const box = words.content.cloneNode(true).firstElementChild, text = wake(box, putAway);
    text.value = lines.map(([name, value]) => name + ": " + value).join("\n");
    text.rows = Math.min(8, lines.length + 1);
    if (place) { place.before(box); } else if (head) { head.after(box); } else { main.prepend(box); }
  }

  document.querySelectorAll("main [data-left-words]").forEach((box) => wake(box, () => {})); // the server's own
  window.leftWords = { lineOf, show };
})();
