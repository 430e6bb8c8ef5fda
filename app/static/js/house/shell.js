/* The frame of every page: side menu on small screens, sheets, toasts, keys, double submits, what was wrong in a form. */
(function () {
  "use strict";
  const find = (selector, within) => (within || document).querySelector(selector);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  function sideMenu() {
    const side = find("[data-side]"), open = find("[data-side-open]");
    if (!side || !open) { return; }
    function show(wanted) {
      side.classList.toggle("is-open", wanted);
      open.setAttribute("aria-expanded", String(wanted));
      (wanted ? find("[data-side-close]", side) : open).focus();
    }
    open.addEventListener("click", () => show(true));
    find("[data-side-close]", side).addEventListener("click", () => show(false));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && side.classList.contains("is-open")) { show(false); }
    });
    document.addEventListener("click", (event) => {
      if (side.classList.contains("is-open") && !side.contains(event.target) && !open.contains(event.target)) { show(false); }
    });
  }

  /* Which groups of the menu are open is kept on this computer, so that the next page comes as this one was left. */
  function sideGroups() {
    const groups = all("[data-side-group]");
    groups.forEach((group) => find("summary", group).addEventListener("click", () => setTimeout(() => {
      const kept = new URLSearchParams((document.cookie.match(/(?:^|; )menu=([^;]*)/) || ["", ""])[1]);
      kept.set(group.dataset.sideGroup, group.open ? "1" : "0");
      document.cookie = "menu=" + kept + "; path=/; max-age=31536000; SameSite=Lax" + (location.protocol === "https:" ? "; Secure" : "");
    })));
  }

  /* A long menu shows the line of this page, too, where its own window is too low for all lines. An observer is called when
     the page is laid out and not yet drawn: to ask here for a place would have the whole page laid out once more. */
  function sideLine() {
    const side = find("[data-side]"), line = side && find("[aria-current]", side);
    if (!line) { return; }
    new ResizeObserver((_, observer) => {
      observer.disconnect();
      const below = line.getBoundingClientRect().bottom - side.getBoundingClientRect().bottom;
      if (below > -24) { side.scrollTop += below + 96; }
    }).observe(side);
  }

  function sheets() {
    document.addEventListener("click", (event) => {
      all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) { menu.open = false; } });
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") { return; }
      all("details[data-menu][open]").forEach((menu) => { menu.open = false; find("summary", menu).focus(); });
    });
  }

  function toasts() {
    const box = find("[data-toasts]");
    box.addEventListener("click", (event) => {
      const close = event.target.closest("[data-toast-close]");
      if (close) { close.closest("[data-toast]").remove(); }
    });
    all("[data-toast][role=status]", box).forEach((toast) => setTimeout(() => toast.remove(), 8000));
  }

  /* Tells something in a corner of the page: portal.tell("Saved.", "success"), perhaps with a link {address, words}. */
  function tell(words, kind, link) {
    const toast = document.createElement("div");
    toast.className = "toast-card is-" + (kind || "info");
    toast.setAttribute("role", kind === "danger" || kind === "warning" ? "alert" : "status");
    toast.dataset.toast = "";
    const text = document.createElement("div");
    text.textContent = words + (link ? " " : "");
    if (link) { text.append(Object.assign(document.createElement("a"), { href: link.address, textContent: link.words })); }
    toast.append(text);
    find("[data-toasts]").append(toast);
    setTimeout(() => toast.remove(), kind === "danger" ? 20000 : 8000);
  }

  function isTyping(event) {
    return event.target.closest("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey;
  }

  /* The key that was pressed; under a Thai keyboard the same keys give Thai letters, then their place counts. */
  function keyOf(event) {
    const typed = event.key.toLowerCase();
    if (typed < "\u007f") { return typed; }
    if (event.code === "Slash") { return event.shiftKey ? "?" : "/"; }
    return event.code.replace("Key", "").toLowerCase();
  }

  const areKeysOn = () => localStorage.getItem("portal keys") !== "off";

  /* The sheet of keys that each page has: ? opens it, and in it the keys can be switched off for this computer. */
  function keys() {
    const search = find("[data-search-everywhere]"), sheet = find("[data-keys]");
    if (sheet) {
      const on = find("[data-keys-on]", sheet);
      on.checked = areKeysOn();
      on.addEventListener("change", () => localStorage.setItem("portal keys", on.checked ? "on" : "off"));
      sheet.addEventListener("click", (event) => { if (event.target.closest("[data-dialog-close]")) { sheet.close(); } });
      all("[data-keys-open]").forEach((button) => {
        button.hidden = false;
        button.addEventListener("click", () => sheet.showModal());
      });
    }
    document.addEventListener("keydown", (event) => {
      const key = keyOf(event);
      if (isTyping(event) || find("dialog[open]")) { return; }
      if (key === "?" && sheet) {
        event.preventDefault();
        sheet.showModal();
      } else if (key === "/" && search && areKeysOn()) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    });
  }

  /* Help at a field: F1 in its box opens it, so that Tab goes from box to box; the sheet stays within the window. */
  function helps() {
    all("[data-ask] > summary").forEach((summary) => { summary.tabIndex = -1; });
    document.addEventListener("keydown", (event) => {
      const field = event.key === "F1" && event.target.closest && event.target.closest(".field");
      const ask = field && find("[data-ask]", field);
      if (!ask) { return; }
      event.preventDefault();
      ask.open = true;
      (find("a", ask) || find("summary", ask)).focus();
    });
    document.addEventListener("toggle", (event) => {
      if (!event.target.matches || !event.target.matches("[data-ask][open]")) { return; }
      const sheet = find(".menu-sheet", event.target);
      sheet.style.translate = "0";
      const over = sheet.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
      if (over > 0) { sheet.style.translate = -over + "px"; }
    }, true);
  }

  /* A list that is too wide for its place, as with letters twice as large, scrolls by itself; else its head sticks to the top. */
  function wideLists() {
    const widths = new WeakMap();
    const watch = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) => {
      if (widths.get(target) === contentRect.width) { return; }
      widths.set(target, contentRect.width);
      target.classList.remove("list-scroll");
      target.classList.toggle("list-scroll", target.scrollWidth > target.clientWidth + 1);
    }));
    all(".list").forEach((list) => watch.observe(list));
  }

  function release(form) {
    delete form.dataset.sent;
    all(".is-busy", form).forEach((button) => button.classList.remove("is-busy"));
  }

  /* A national ID never goes into an address: it is looked for by the box at the top, which posts it. */
  function idsKeptOut() {
    const box = find("[data-search-everywhere]");
    const isId = (words) => /^(\d-?){13}$/.test(
      words.replace(/\s/g, "").replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50)));
    document.addEventListener("submit", (event) => {
      const typed = (event.target.getAttribute("method") || "get").toLowerCase() === "get" && all("input", event.target).find((field) => isId(field.value));
      if (!typed || !box) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      box.value = typed.value;
      typed.value = "";
      box.form.requestSubmit();
    }, true);
  }

  /* A form that is on its way is not sent again; coming back by the browser's arrow makes it ready again. */
  function doubleSubmits() {
    document.addEventListener("submit", (event) => {
      const form = event.target, said = (name) => form.getAttribute(name) || ""; // a box named "method" would hide form.method
      if (event.defaultPrevented || said("method").toLowerCase() !== "post" || said("target")) { return; }
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      if (event.submitter) { event.submitter.classList.add("is-busy"); }
      if ("stays" in form.dataset) { setTimeout(() => release(form), 4000); } // it brings a file; the page stays
    });
    window.addEventListener("pageshow", () => all("form[data-sent]").forEach(release));
  }

  /* Enter in a box presses the button of its own section, else the form's own: not the first one that happens to stand above. */
  function enter() {
    document.addEventListener("keydown", (event) => {
      const box = event.target, form = box.form;
      if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || box.tagName !== "INPUT" || !form) { return; }
      if (!("enter" in form.dataset)) { return; }
      const section = box.closest("fieldset");
      const button = (section && section.querySelector("[type=submit]")) || form.querySelector(".btn-primary[type=submit]");
      event.preventDefault();
      form.requestSubmit(button);
    });
  }

  function errors() {
    const summary = find("[data-error-summary]");
    if (summary) { summary.focus(); }
  }

  window.portal = { find, all, tell, isTyping, keyOf, areKeysOn };
  sideMenu();
  sideGroups();
  sideLine();
  sheets();
  toasts();
  keys();
  idsKeptOut();
  doubleSubmits();
  enter();
  helps();
  wideLists();
  errors();
})();
