/* Ticks of a list that stay while its pages are turned. Kept for this tab are the rows that differ from what the page
   was drawn with: the ticked ones, or with data-everything the unticked ones; ids and versions, nothing about people. */
(function () {
  "use strict";
  const { find, all } = window.portal;
  const form = find("form[data-ticks]");
  const prefix = "ticks ";

  function forget() {
    Object.keys(sessionStorage).filter((key) => key.startsWith(prefix)).forEach((key) => sessionStorage.removeItem(key));
  }
  if (form && find("[data-outcomes]")) { forget(); }  // on the request's own page the other ticks stay
  document.addEventListener("click", (event) => { if (event.target.closest("[data-ticks-forget]")) { forget(); } });
  if (!form) { return; }

  const key = prefix + form.dataset.ticks;
  const everything = "everything" in form.dataset;
  const total = Number(form.dataset.total);
  const ticks = all("[data-tick]", form);
  const page = find("[data-tick-all]", form);
  const words = find("[data-ticked]", form);
  const buttons = all("[data-decide]", form);
  const marked = new Map(Object.entries(JSON.parse(sessionStorage.getItem(key) || "{}")));
  const many = new Intl.NumberFormat("en");

  function versionOf(tick) { return find("[data-version]", tick.closest("tr")).value; }
  function ofGroup(box) { return all("[data-tick]", box.closest("tbody")); }
  function count() { return everything ? Math.max(0, total - marked.size) : marked.size; }

  function keep() {
    ticks.forEach((tick) => {
      if (tick.checked === everything) { marked.delete(tick.value); } else { marked.set(tick.value, versionOf(tick)); }
    });
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(marked)));
    show();
  }

  function showBox(box, among) {
    const some = among.filter((tick) => tick.checked).length;
    box.checked = some > 0 && some === among.length;
    box.indeterminate = some > 0 && some < among.length;
  }

  function show() {
    showBox(page, ticks);
    all("[data-tick-group]", form).forEach((box) => showBox(box, ofGroup(box)));
    ticks.forEach((tick) => tick.closest("tr").classList.toggle("is-ticked", tick.checked));
    words.textContent = words.dataset.words.replace("{ticked}", many.format(count())).replace("{all}", many.format(total));
    buttons.forEach((button) => {
      button.disabled = count() === 0;
      const counted = find("[data-words]", button);
      if (!counted) { return; }
      counted.dataset.plain = counted.dataset.plain || counted.textContent;
      const said = count() === 1 ? counted.dataset.wordsOne : counted.dataset.words.replace("{ticked}", many.format(count()));
      counted.textContent = count() ? said : counted.dataset.plain;
    });
  }

  /* What the form sends, with the rows that are marked on other pages. */
  function data(submitter) {
    const found = new URLSearchParams(new FormData(form));
    const here = new Set(ticks.map((tick) => tick.value));
    marked.forEach((version, id) => {
      if (here.has(id)) { return; }
      found.append(everything ? "besides" : "request_id", id);
      if (!everything) { found.append("version-" + id, version); }
    });
    if (submitter) { found.append(submitter.name, submitter.value); }
    return found;
  }

  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box === page) { ticks.forEach((tick) => { tick.checked = page.checked; }); }
    if (box.matches("[data-tick-group]")) { ofGroup(box).forEach((tick) => { tick.checked = box.checked; }); }
    keep();
  });
  const bar = find(".list-bar", form);  // the table's head sticks below it, however high it is
  new ResizeObserver(() => form.style.setProperty("--bar-height", bar.offsetHeight + "px")).observe(bar);
  // A row that has changed since it was ticked is not ticked any more: it must be looked at again.
  ticks.filter((tick) => !everything && marked.has(tick.value) && marked.get(tick.value) !== versionOf(tick))
    .forEach((tick) => marked.delete(tick.value));
  ticks.forEach((tick) => { tick.checked = marked.has(tick.value) !== everything; });
  show();
  window.portal.ticks = { form, count, data };
})();
