/* The family form thinks along: who an ID belongs to, what is left before sending, and what approval will bring. */
(function () {
  "use strict";
  const { find, all, family } = window.portal;
  const form = family.form, words = family.words;
  const most = 14;
  let byLaw = all("[data-left] [data-for]").map((line) => ({
    id: line.dataset.for, text: find("a", line).textContent, words: find(".under", line).textContent,
  }));

  form.addEventListener("national-id", async (event) => {
    const input = event.target, digits = event.detail;
    try {
      const answer = await fetch(words.personHint, {
        method: "POST", body: new URLSearchParams({ national_id: digits, number: words.number }),
        headers: { "X-CSRFToken": document.getElementById("form-words").dataset.csrf }, redirect: "error",
      });
      const hint = answer.ok && await answer.json();
      if (!hint || input.dataset.checked !== digits) { return; }
      let link = null;
      if (hint.link) {
        link = document.createElement("a");
        Object.assign(link, { href: hint.link, target: "_blank", rel: "noopener", textContent: hint.link_words });
      }
      window.portal.tellField(input, hint.look, hint.words, link);
      show();
    } catch (error) { /* away for a moment: the server checks again when sent */ }
  });

  function labelOf(box) {
    const label = find("label", box.closest(".field"));
    return label ? label.textContent.trim() : "";
  }

  function whose(row) {
    const name = family.value(row, "[data-name='1']");
    const relation = find("[data-relation]", row);
    return name || (relation && relation.value ? relation.selectedOptions[0].textContent : row.dataset.whose || words.wordsPerson);
  }

  /* Everything that is still open, row by row: {kind, id, text, words, papers}. */
  function whatIsLeft() {
    const left = [], rows = all("[data-member]", form);
    if (rows.length === 0) { left.push({ kind: "fill", id: "add-member", text: words.wordsPerson }); }
    for (const row of rows) {
      for (const box of all("[data-needed]", row)) {
        if (!box.value.trim()) { left.push({ kind: "fill", id: box.id.replace(/-select$/, ""), text: labelOf(box) + " · " + whose(row) }); }
      }
      for (const field of all(".field.has-error", row)) {
        const box = find("input, select", field);
        if (box.value.trim()) { left.push({ kind: "mend", id: box.id, text: labelOf(box) + " · " + whose(row), words: find("[data-hint]", field).textContent.trim() }); }
      }
      if (row.matches("details") && family.isWhole(row) && !find("[data-papers] input:checked, [data-station]:checked", row)) {
        left.push({ kind: "attach", id: find("[data-papers] select", row).id, text: words.wordsAttachFor + " · " + whose(row), row: row });
      }
    }
    const told = new Set(left.map((line) => line.id));
    return left.concat(byLaw.filter((line) => !told.has(line.id)).map((line) => ({ kind: "mend", ...line })));
  }

  /* A browser takes a Thai name apart where a line ends; styles keep what is marked as whole. */
  function unbroken(word) {
    if (!/[\u0e00-\u0e7f]/.test(word) || word.length > 24) { return word; }
    return Object.assign(document.createElement("span"), { className: "whole", textContent: word });
  }

  function lineOf(line) {
    const item = document.createElement("li");
    const kinds = { mend: [words.wordsMend, "bad"], fill: [words.wordsFill, ""], attach: [words.wordsAttach, "waiting"] };
    const link = document.createElement("a");
    link.href = "#" + line.id;
    link.append(...line.text.split(/(?<= )/).map(unbroken));
    item.append(family.chip(...kinds[line.kind]), " ", link);
    if (line.words) {
      const why = document.createElement("span");
      why.className = "under";
      why.textContent = line.words;
      item.append(why);
    }
    if (line.row) { item.append(...offers(line.row)); }
    return item;
  }

  /* What is attached to others of the family already can stand for this person too, with one press. */
  function offers(row) {
    const papers = find("[data-papers]", row);
    const seen = new Map();
    all("[data-ticked] input:checked", form).forEach((box) => seen.set(box.value, box.closest(".paper")));
    return [...seen].slice(0, 2).map(([number, paper]) => {
      const text = find("[data-paper-words]", paper).textContent;
      const use = document.createElement("button");
      use.type = "button";
      use.className = "btn btn-plain btn-sm use-paper";
      use.textContent = words.wordsUse.replace("{paper}", text.split(" · ")[0]);
      use.addEventListener("click", () => {
        family.tick(papers, number, text, find("a", paper).href);
        family.changed();
      });
      return use;
    });
  }

  function show() {
    const card = find("[data-before-you-send]");
    if (card.matches(":active")) { // a line exchanged under a pressed mouse would swallow the click
      window.addEventListener("pointerup", () => setTimeout(show, 0), { once: true });
      return;
    }
    const left = whatIsLeft();
    card.hidden = false;
    const title = left.length ? words.wordsLeft.replace("{n}", left.length) : words.wordsReady;
    find("[data-left-title]", card).textContent = title;
    find("[data-ready]", card).hidden = left.length > 0;
    find("[data-left]", card).replaceChildren(...left.slice(0, most).map(lineOf));
    const link = find("[data-left-link]");
    link.hidden = left.length === 0;
    link.textContent = title;
  }

  function showOutlook(told) {
    byLaw = told.left.map((line) => ({ id: line.id, text: line.field + " · " + line.whose, words: line.words }));
    find("[data-round]").textContent = told.round;
    find("[data-then]").replaceChildren(...told.then.flatMap((line) => {
      const who = document.createElement("dt"), what = document.createElement("dd");
      who.textContent = line.who;
      what.textContent = line.words;
      what.className = "is-" + (line.look || "quiet") + "-words";
      return [who, what];
    }));
    for (const row of all("details[data-member]", form)) {
      const line = told.then.find((one) => one.row === row.dataset.member);
      const place = find("[data-sum-then]", row);
      place.replaceChildren(...(line ? [family.chip(line.words, { good: "good", bad: "bad" }[line.look])] : []));
    }
    if (told.stale) { find("[data-stale-words]").textContent = told.stale; }
    show();
  }

  const first = document.getElementById("outlook");
  for (const kind of ["input", "change", "form-changed", "day-read"]) { form.addEventListener(kind, () => setTimeout(show, 0)); }
  form.addEventListener("form-kept", (event) => showOutlook(event.detail));
  form.addEventListener("click", () => setTimeout(show, 0));
  const again = find("[data-login-again]");
  again.addEventListener("click", () => { again.href = again.href.split("?")[0] + "?next=" + encodeURIComponent(location.pathname + location.search); });
  const start = find("[name='members-0-national_id']", form);
  if (start && !start.value && !form.hasAttribute("data-answered") && !location.hash) { start.focus({ preventScroll: true }); }
  if (first) { showOutlook(JSON.parse(first.textContent)); } else { show(); }
})();
