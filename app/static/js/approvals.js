/* The registrar's desk: ticking rows, a confirmation before each decision, and keys. Without it the forms still work. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-queue]");
  if (!form) { return; }
  const ticks = Array.from(form.querySelectorAll("[data-tick]"));
  const all = form.querySelector("[data-tick-all]");
  const count = form.querySelector("[data-ticked]");
  const buttons = Array.from(form.querySelectorAll("[data-decide]"));
  const dialog = form.querySelector("[data-decide-dialog]");
  const reason = dialog.querySelector("textarea");
  const confirm = dialog.querySelector("[data-decide-confirm]");
  const onePage = ticks.length === 0;

  function ticked() { return ticks.filter(function (tick) { return tick.checked; }).length; }

  function refresh() {
    if (onePage) { return; }
    const number = ticked();
    all.checked = number === ticks.length;
    all.indeterminate = number > 0 && number < ticks.length;
    count.textContent = count.dataset.tickedWords.replace("{ticked}", number).replace("{all}", ticks.length);
    buttons.forEach(function (button) { button.disabled = number === 0; });
    ticks.forEach(function (tick) { tick.closest("tr").classList.toggle("is-ticked", tick.checked); });
    form.querySelectorAll("[data-tick-group]").forEach(function (box) {
      const group = ofGroup(box);
      const some = group.filter(function (tick) { return tick.checked; }).length;
      box.checked = some === group.length;
      box.indeterminate = some > 0 && some < group.length;
    });
  }

  function ofGroup(box) { return Array.from(box.closest("tbody").querySelectorAll("[data-tick]")); }

  form.addEventListener("change", function (event) {
    const box = event.target;
    if (box === all) { ticks.forEach(function (tick) { tick.checked = all.checked; }); }
    if (box.matches("[data-tick-group]")) { ofGroup(box).forEach(function (tick) { tick.checked = box.checked; }); }
    refresh();
  });

  function ask(button) {
    const words = dialog.querySelector("[data-decide-words]");
    const approves = button.value === "approve";
    const name = button.textContent.trim();
    dialog.querySelector("[data-decide-title]").textContent = onePage ? name : name + " · " + count.textContent;
    words.textContent = words.dataset.roundWords;
    words.hidden = !approves;
    dialog.querySelector("[data-decide-reason]").hidden = approves;
    reason.required = !approves;
    confirm.value = button.value;
    confirm.textContent = name;
    confirm.classList.toggle("is-danger", button.value === "reject");
    dialog.showModal();
    (approves ? confirm : reason).focus();
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function (event) {
      event.preventDefault();
      ask(button);
    });
  });
  dialog.querySelector("[data-decide-cancel]").addEventListener("click", function () { dialog.close(); });
  reason.addEventListener("invalid", function () { reason.setCustomValidity(reason.dataset.requiredWords); });
  reason.addEventListener("input", function () { reason.setCustomValidity(""); });
  dialog.addEventListener("close", function () { reason.required = false; });
  form.addEventListener("submit", function () {
    setTimeout(function () { confirm.disabled = true; });  // after the browser has read its value: no second post
  });

  const rows = ticks.map(function (tick) { return tick.closest("tr"); });
  let here = -1;

  function go(step) {
    if (rows.length === 0) { return; }
    here = Math.min(rows.length - 1, Math.max(0, here + step));
    rows.forEach(function (row, place) { row.classList.toggle("is-here", place === here); });
    rows[here].querySelector("[data-open]").focus();
    rows[here].scrollIntoView({ block: "nearest" });
  }

  function decide(value) {
    const button = buttons.find(function (one) { return one.value === value && !one.disabled; });
    if (button) { ask(button); }
  }

  const keys = {
    j: function () { go(1); },
    k: function () { go(-1); },
    " ": function () { if (here >= 0) { ticks[here].click(); } },
    a: function () { decide("approve"); },
    r: function () { decide("return"); },
    "/": function () {
      const filters = document.querySelector(".desk-filters");
      if (filters) { filters.open = true; filters.querySelector("input[type=text]").focus(); }
    },
    "?": function () {
      const help = document.querySelector("[data-keys]");
      if (help) { help.open = !help.open; help.scrollIntoView({ block: "nearest" }); }
    },
  };

  document.addEventListener("keydown", function (event) {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, summary, button, dialog");
    const action = keys[event.key.toLowerCase()];
    if (typing || !action || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === " " && (here < 0 || event.target.matches("input"))) { return; }
    event.preventDefault();
    action();
  });
  refresh();
})();
