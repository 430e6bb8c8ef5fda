/* The family's rows: added and left out without reloading, each summed up in a line; Enter moves on like Tab, and only
   buttons send. Without this script the same buttons go through the server. */
(function () {
  "use strict";
  const { find, all } = window.portal;
  const form = document.getElementById("family-form");
  const family = document.getElementById("family");
  const words = form.dataset;

  function filledTemplate(id, member, place) {
    const holder = document.createElement("div");
    holder.innerHTML = document.getElementById(id).innerHTML.replaceAll("__i__", member).replaceAll("__j__", place);
    return holder.firstElementChild;
  }

  function nextIndex(pattern, within) {
    const found = all("[name]", within).map((one) => pattern.exec(one.name)).filter(Boolean);
    return Math.max(-1, ...found.map((match) => Number(match[1]))) + 1;
  }

  function changed() { form.dispatchEvent(new CustomEvent("form-changed")); }

  const value = (row, selector) => { const box = find(selector, row); return box ? box.value.trim() : ""; };
  const isBlank = (row) => !all("[data-national-id], [data-name], [data-birth]", row).some((box) => box.value.trim()) && !find("[data-papers] input:checked", row);
  const isWhole = (row) => !all("[data-needed]", row).some((box) => !box.value.trim()) && !find(".has-error", row);

  function addMember() {
    if (all("[data-member]", form).length >= Number(words.most)) { return; }
    all("details[data-member]", family).filter(isWhole).forEach((row) => { row.open = false; });
    const row = filledTemplate("blank-member", nextIndex(/^members-(\d+)-/, form), 0);
    family.append(row);
    prepare(row);
    find("[data-relation]", row).focus();
    changed();
  }

  function leaveOut(button) {
    const row = button.closest("[data-member]");
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    (next ? find("summary", next) : document.getElementById("add-member")).focus();
    changed();
  }

  function addDocument(button) {
    const papers = button.closest("[data-papers]");
    const member = /^members-(\d+)-/.exec(papers.dataset.tickName)[1];
    const row = filledTemplate("blank-document", member, nextIndex(/^members-\d+-evidence-(\d+)-/, papers));
    find("[data-documents]", papers).append(row);
    window.portal.calendars(papers);
    window.portal.fileBoxes(papers);
    find("select", row).focus();
  }

  function prepare(within) {
    all("[data-add-document]", within).forEach((button) => { button.hidden = false; });
    const rows = within.matches("[data-member]") ? [within] : all("[data-member]", within);
    rows.forEach((row) => { fit(row); sumUp(row); });
    if (within !== form) { window.portal.comboboxes(within); window.portal.nationalIds(within); window.portal.calendars(within); window.portal.fileBoxes(within); }
  }

  function fit(row) {
    const relation = find("[data-relation]", row);
    if (relation) { all("[data-only]", row).forEach((part) => { part.hidden = part.dataset.only !== relation.value; }); }
  }

  function chip(text, kind) {
    const part = document.createElement("span");
    part.className = "chip may-wrap" + (kind ? " is-" + kind : "");
    part.textContent = text;
    return part;
  }

  function sumUp(row) {
    const relation = find("[data-relation]", row);
    if (!relation) { return; } // the principal has no line of his own
    const order = value(row, "[name$=birth_order]");
    const chosen = relation.value ? relation.selectedOptions[0].textContent : words.wordsPerson;
    find("[data-sum-relation]", row).textContent = chosen + (relation.value === "CHILD" && order ? " " + order : "");
    const names = all("[data-name]", row).map((box) => box.value.trim()).filter(Boolean).join(" ");
    find("[data-sum-name]", row).textContent = value(row, "[data-title-word]") + names;
    const birth = find("[data-birth]", row).closest(".field");
    const age = birth.classList.contains("has-error") ? "" : find("[data-hint]", birth).textContent.trim().split(" · ")[1];
    find("[data-sum-id]", row).textContent = [value(row, "[data-national-id]"), age].filter(Boolean).join(" · ");
    const ticked = all("[data-papers] input[type=checkbox]:checked", row);
    const first = ticked[0] && find("[data-paper-words]", ticked[0].closest("label")).textContent.split(" · ")[0];
    const papers = find("[data-sum-papers]", row);
    papers.replaceChildren(...(isBlank(row) ? [] : [ticked.length > 1 ? chip(words.wordsPapers.replace("{n}", ticked.length), "good") : first ? chip(first, "good") : chip(words.wordsNoPaper, "waiting")]));
  }

  /* The boxes in the order in which a clerk fills them; an empty document is passed over. */
  function stations() {
    return all("input, select, textarea, button", form).filter((box) => {
      if (box.matches("[type=hidden], [type=checkbox]:not([data-station]), [tabindex='-1'], [data-remove], [data-add-document], [data-read-card]") || !box.checkVisibility()) { return false; }
      const document_ = box.closest("[data-document]");
      return !document_ || box.id.endsWith("doc_type") || find("select", document_).value !== "";
    });
  }

  function moveOn(box) {
    const stops = stations().filter((stop) => !stop.closest(".form-head"));
    const next = stops.find((stop) => box.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
    (next || find(".form-head [value=submit]", form)).focus();
    if (next && next.select && next.type !== "file") { next.select(); }
  }

  form.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(find(".form-head [value=submit]", form));
    } else if (event.key === "Enter" && !event.defaultPrevented && box.matches("input:not([type=checkbox], [type=file]), select, [data-station]") && !event.isComposing) {
      event.preventDefault();
      box.dispatchEvent(new Event("change", { bubbles: true }));
      moveOn(box);
    } else if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(find(".form-head [value=save]", form));
    }
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) { return; }
    if (button.id === "add-member") { event.preventDefault(); addMember(); }
    if (button.hasAttribute("data-add-document")) { addDocument(button); }
    if (button.hasAttribute("data-remove")) { event.preventDefault(); leaveOut(button); }
  });

  /* A link to a field opens the row that it is in. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#members-']");
    const box = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!box) { return; }
    event.preventDefault();
    for (let part = box.closest("details"); part; part = part.parentElement.closest("details")) { part.open = true; }
    box.focus();
    box.scrollIntoView({ block: "center" });
  });

  for (const kind of ["input", "change", "day-read", "form-changed"]) {
    form.addEventListener(kind, (event) => {
      const row = event.target.closest("[data-member]");
      if (row) { fit(row); sumUp(row); } else { all("[data-member]", form).forEach(sumUp); }
    });
  }

  window.portal.family = { form, words, value, isWhole, chip, changed };
  prepare(form);
})();
