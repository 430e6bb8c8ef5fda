/* The registrar's desk: the panel beside the list, the summary before a decision, and keys. Without it the links lead to
   pages and the buttons to the summary's page. */
(function () {
  "use strict";
  const { find, all, tell, isTyping, keyOf, areKeysOn, ticks } = window.portal;
  const rows = all("[data-row]");
  const panel = find("[data-panel-box]");
  const dialog = find("[data-decision-dialog]");
  const help = find("[data-keys]");
  const wide = window.matchMedia("(min-width: 75rem)");
  const COMES_NEXT = "approvals next";
  let here = null;
  let loading = null, soon = 0;

  /* The panel. */
  function layOut() {
    const frame = find("[data-beside]");
    if (!frame) { return; }
    frame.className = wide.matches ? "beside is-queue" : "";
    panel.hidden = !wide.matches;
  }

  function choose(row, focuses) {
    here = row;
    rows.forEach((one) => {
      one.classList.toggle("is-here", one === row);
      if (one === row) { find("[data-open]", one).setAttribute("aria-current", "true"); } else { find("[data-open]", one).removeAttribute("aria-current"); }
    });
    if (focuses) { find("[data-open]", row).focus({ preventScroll: true }); }
    row.scrollIntoView({ block: "nearest" });
  }

  async function load(row) {
    clearTimeout(soon); // what the keys passed by a moment ago does not take its place
    if (loading) { loading.abort(); }
    const mine = loading = new AbortController();
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(row.dataset.panel, { redirect: "error", signal: mine.signal });
      if (!answer.ok) { throw new Error(String(answer.status)); }
      panel.innerHTML = await answer.text();
      panel.scrollTop = 0;
      const told = find("[data-panel-told]");
      told.textContent = told.dataset.words.replace("{name}", find("[data-panel-title]", panel).textContent);
    } catch (error) {
      if (!mine.signal.aborted) { tell(panel.dataset.failed, "warning"); }
    } finally {
      if (loading === mine) { panel.removeAttribute("aria-busy"); }
    }
  }

  function look(row) {  // rows that the keys only pass by are not opened, so that the audit names what was read
    clearTimeout(soon);
    if (wide.matches) { soon = setTimeout(() => load(row), 250); }
  }

  function go(step) {
    if (rows.length === 0) { return; }
    const place = Math.min(rows.length - 1, Math.max(0, rows.indexOf(here) + step));
    choose(rows[place], true);
    look(rows[place]);
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    const link = event.target.closest("a");
    if (event.target.closest("label, input") || (link && !link.matches("[data-open]"))) { return; }
    event.preventDefault();
    choose(row, true);
    load(row).then(() => { if (event.detail === 0) { const title = find("[data-panel-title]", panel); if (title) { title.focus(); } } });
  });

  /* The summary of a decision, fetched into the dialog; where that fails, the form goes to the summary's own page. */
  async function ask(action, data) {
    try {
      const body = new URLSearchParams(data);
      body.append("fragment", "1");
      const answer = await fetch(action, { method: "POST", body, redirect: "error" });
      if (!answer.ok) { throw new Error(String(answer.status)); }
      dialog.innerHTML = await answer.text();
      dialog.dispatchEvent(new Event("form-came", { bubbles: true }));
    } catch (error) {
      post(action, data);
      return;
    }
    const after = rows[rows.indexOf(here) + 1];
    dialog.dataset.next = after && data.getAll("request_id").join() === (here || after).dataset.row ? after.dataset.row : "";
    dialog.showModal();
    (find("[autofocus]", dialog) || find("h2", dialog)).focus();
  }

  function post(action, data) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    data.forEach((value, name) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    });
    document.body.append(form);
    form.submit();
  }

  function dataOf(form, button) {
    if (ticks && form === ticks.form) { return ticks.data(button); }
    const data = new URLSearchParams(new FormData(form));
    data.append(button.name, button.value);
    return data;
  }

  /* A decision on the row alone, from the queue's own form. */
  function dataOfRow(row, decision) {
    const data = new URLSearchParams({ csrf_token: ticks.form.elements.csrf_token.value, decision });
    data.append("request_id", row.dataset.row);
    data.append("version-" + row.dataset.row, find("[data-version]", row).value);
    return data;
  }

  function decide(decision) {
    if (ticks && ticks.count() > 0) { ask(ticks.form.action, ticks.data({ name: "decision", value: decision })); return; }
    if (ticks && here) { ask(ticks.form.action, dataOfRow(here, decision)); return; }
    const button = find(".form-bar [data-decide][value=" + decision + "]:not(:disabled)");
    if (button && !ticks) { button.click(); }
  }

  function claim() {
    const button = find("[data-claim]");
    if (!button || !ticks || !(ticks.count() || here)) { return false; }
    const data = ticks.count() ? ticks.data() : dataOfRow(here, "");
    data.append(button.name, button.value);
    post(button.formAction, data);
    return true;
  }

  window.addEventListener("submit", (event) => {  // in the capture phase: before the page counts the form as sent
    const form = event.target;
    if (form.matches("[data-decide-form]") && event.submitter && event.submitter.hasAttribute("formaction")) {
      event.preventDefault();  // an assignment: no summary, but the rows that are ticked on other pages go along
      event.stopPropagation();
      post(event.submitter.formAction, dataOf(form, event.submitter));
    } else if (form.matches("[data-decide-form]")) {
      event.preventDefault();
      event.stopPropagation();
      ask(form.action, dataOf(form, event.submitter));
    } else if (dialog.contains(form)) {
      find("[data-busy]", form).hidden = false;
      if (dialog.dataset.next) { sessionStorage.setItem(COMES_NEXT, dialog.dataset.next); }
    }
  }, true);

  all("dialog").forEach((sheet) => sheet.addEventListener("click", (event) => {
    if (!event.target.closest("[data-dialog-close]")) { return; }
    event.preventDefault();
    sheet.close();
  }));

  /* Keys. */
  const keys = {
    j: () => go(here ? 1 : 0) || true,
    k: () => go(-1) || true,
    " ": () => here && find("[data-tick]", here) && (find("[data-tick]", here).click() || true),
    t: () => {
      const everything = find("[data-ticks-forget]") || find("[data-tick-all]");
      if (everything) { everything.click(); }
      return Boolean(everything);
    },
    a: () => decide("approve") || true,
    r: () => decide("return") || true,
    c: claim,
    "/": () => {
      const box = find("[data-search-queue]");
      if (!box) { return false; }
      find("[data-filters]").open = true;
      box.focus();
      box.select();
      return true;
    },
    "?": () => help.showModal() || true,
    escape: () => here && panel && panel.contains(document.activeElement) && (find("[data-open]", here).focus() || true),
  };

  window.addEventListener("keydown", (event) => {
    const key = keyOf(event);
    const onTick = event.target.matches && event.target.matches("[type=checkbox]");
    if (!keys[key] || (isTyping(event) && !onTick) || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (find("dialog[open]") || (!areKeysOn() && !["?", "escape"].includes(key))) { return; }
    if (key === " " && (onTick || event.target.closest("button, summary"))) { return; }
    if (keys[key]()) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);

  /* The panel ends where the window ends, so that its buttons are always in sight. */
  function fit() {
    if (panel && !panel.hidden) { panel.style.setProperty("--panel-top", Math.max(78, panel.getBoundingClientRect().top) + "px"); }
  }

  layOut();
  fit();
  wide.addEventListener("change", layOut);
  ["scroll", "resize"].forEach((moved) => window.addEventListener(moved, fit, { passive: true }));
  const filters = find("[data-filters]");
  if (filters && window.matchMedia("(max-width: 47.99875rem)").matches && !("inUse" in filters.dataset)) { filters.open = false; }
  const next = sessionStorage.getItem(COMES_NEXT);
  sessionStorage.removeItem(COMES_NEXT);
  const follower = rows.find((row) => row.dataset.row === next);
  if (follower && find("[data-outcomes] h2")) { // not where the decision met no answer
    choose(follower, true);
    look(follower);
    tell(find("[data-outcomes] h2").textContent.trim(), find("[data-outcomes] .is-refused") ? "warning" : "success");
  }
})();
