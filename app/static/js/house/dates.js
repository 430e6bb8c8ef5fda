/* Boxes for a day ([data-day]): shows weekday, day in words and, of a [data-birth], the age as soon as the server can read what was typed, and why
   it cannot once the box is left. Nothing is rewritten: what was typed is what is sent. */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  if (!words || !words.dataset.dayAddress) { return; }
  const partly = /^(0{1,2}[-/. ])?(0{1,2}[-/. ])?[0-9๐-๙]{4}$|^0{1,2}[-/. ]/; // month or year alone, as of old birth dates
  const waiting = new WeakMap();

  async function ask(day) {
    const body = new URLSearchParams({ day: day });
    const answer = await fetch(words.dataset.dayAddress, {
      method: "POST", body: body, headers: { "X-CSRFToken": words.dataset.csrf }, redirect: "error",
    });
    return answer.ok ? answer.json() : null;
  }

  async function read(input, isOver) {
    const typed = input.value.trim();
    if (!typed || partly.test(typed)) { if (isOver && !typed) { window.portal.tellField(input, "calm", input.dataset.help || ""); } return; }
    if (typed === input.dataset.read) { return; }
    try {
      const hint = await ask(typed);
      if (!hint || input.value.trim() !== typed) { return; }
      if (hint.look === "bad" && !isOver) { return; }
      input.dataset.read = typed;
      window.portal.tellField(input, hint.look, input.hasAttribute("data-birth") ? hint.words : hint.plain);
      input.dispatchEvent(new CustomEvent("day-read", { bubbles: true, detail: hint }));
    } catch (error) { /* offline or logged out: the server reads it when it is sent */ }
  }

  const isDay = (node) => node.matches && node.matches("[data-day]");
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!isDay(input)) { return; }
    delete input.dataset.read;
    clearTimeout(waiting.get(input));
    if (input.value.trim().length > 5) { waiting.set(input, setTimeout(() => read(input, false), 400)); }
  });
  document.addEventListener("change", (event) => {
    if (!isDay(event.target)) { return; }
    clearTimeout(waiting.get(event.target));
    read(event.target, true);
  });
})();
