/* Comfort on lists: a click anywhere on a row opens it, one box ticks all, empty questions stay out of the address. */
(function () {
  "use strict";
  const { find, all } = window.portal;

  function openRows() {
    document.addEventListener("click", (event) => {
      const row = event.target.closest("[data-row-address]");
      if (!row || event.defaultPrevented || event.target.closest("a, button, input, label, form") || String(window.getSelection())) { return; }
      window.location.assign(row.dataset.rowAddress);
    });
  }

  function tickRows() {
    const bar = find("[data-ticked-rows]"), tickAll = find("[data-tick-all]");
    if (!bar) { return; }
    const ticks = all("[data-tick]"), count = find("[data-ticked-count]", bar), whole = find("[data-all-that-fit]", bar);
    function show() {
      const isWhole = Boolean(whole && whole.checked);
      const number = isWhole ? ticks.length : ticks.filter((tick) => tick.checked).length;
      [...ticks, tickAll].forEach((tick) => { tick.disabled = isWhole; });
      ticks.forEach((tick) => tick.closest("tr").classList.toggle("is-ticked", tick.checked));
      all("[data-needs-ticks]", bar).forEach((button) => { button.disabled = number === 0; });
      count.textContent = number && !isWhole ? count.dataset.tickedWords.replace("{count}", number) : "";
      tickAll.checked = number === ticks.length;
      tickAll.indeterminate = number > 0 && number < ticks.length;
    }
    tickAll.hidden = false;
    tickAll.addEventListener("change", () => { ticks.forEach((tick) => { tick.checked = tickAll.checked; }); show(); });
    ticks.forEach((tick) => tick.addEventListener("change", show));
    if (whole) { whole.addEventListener("change", show); }
    window.addEventListener("pageshow", show);
    show();
  }

  function filters() {
    const box = find("[data-filter-box]");
    if (!box) { return; }
    if (window.matchMedia("(max-width: 47.99875rem)").matches && !box.hasAttribute("data-is-searched")) { box.open = false; }
    find("[data-filters]", box).addEventListener("submit", (event) => {
      all("input, select", event.target).forEach((field) => { field.disabled = field.value === ""; });
    });
    window.addEventListener("pageshow", () => all("input, select", box).forEach((field) => { field.disabled = false; }));
  }

  openRows();
  tickRows();
  filters();
})();
