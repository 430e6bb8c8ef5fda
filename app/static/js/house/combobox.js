/* Long choices become searchable (ARIA 1.2 combobox): every single <select> with more than twenty options, every text box
   with a <datalist> (its words are suggestions), and boxes with data-source, whose choices are asked for as one types.
   The select stays in the form and is what is sent; without this script it is simply a select. */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  if (!words) { return; }
  const longest = 20;
  let made = 0;

  const plain = (text) => text.toLowerCase().replace(/[\s.]+/g, "");

  function button(list) {
    const open = document.createElement("button");
    open.type = "button";
    open.tabIndex = -1;
    open.className = "combobox-open";
    open.setAttribute("aria-label", words.dataset.optionsOpen);
    open.setAttribute("aria-controls", list.id);
    open.append(words.content.querySelector("[data-sign-open] svg").cloneNode(true));
    return open;
  }

  /* One box with its list; `choices` gives [{value, text}] for what was typed, `choose` takes one. */
  function combobox(input, options) {
    const list = document.createElement("ul");
    list.id = "combobox-" + (made += 1);
    list.className = "combobox-list";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    const label = input.labels && input.labels[0];
    if (label) { list.setAttribute("aria-label", label.textContent.trim()); }
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
    })) { input.setAttribute(name, value); }
    const count = document.createElement("span");
    count.className = "visually-hidden";
    count.setAttribute("role", "status");
    input.after(list, count);
    if (!options.isFree) { input.after(button(list)); }
    let active = -1, shown = [], asked = 0;

    function mark(place) {
      const lines = list.querySelectorAll("[role=option]");
      if (lines[active]) { lines[active].setAttribute("aria-selected", "false"); }
      active = lines.length ? (place + lines.length) % lines.length : -1;
      if (active < 0) { input.removeAttribute("aria-activedescendant"); return; }
      lines[active].setAttribute("aria-selected", "true");
      lines[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", lines[active].id);
    }

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    async function open(typed) {
      const turn = (asked += 1);
      const found = await options.choices(typed);
      if (turn !== asked || document.activeElement !== input) { return; }
      shown = found;
      list.replaceChildren(...found.map((choice, place) => {
        const line = document.createElement("li");
        line.id = list.id + "-" + place;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.textContent = choice.text;
        return line;
      }));
      if (!found.length && options.isFree) { close(); return; }
      if (!found.length) {
        const nothing = document.createElement("li");
        nothing.className = "combobox-none";
        nothing.setAttribute("role", "option");
        nothing.setAttribute("aria-disabled", "true");
        nothing.textContent = words.dataset.optionsNone;
        list.append(nothing);
      }
      active = -1;
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      count.textContent = words.dataset.optionsCount.replace("{n}", found.length);
      if (found.length && typed && !options.isFree) { mark(0); }
    }

    function choose(place) {
      if (shown[place]) { options.choose(shown[place]); }
      close();
    }

    input.addEventListener("input", () => open(input.value));
    input.addEventListener("mousedown", () => { if (!options.isFree && list.hidden) { input.select(); setTimeout(() => open(""), 0); } });
    input.addEventListener("keydown", (event) => {
      const isOpen = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (isOpen) { mark(active < 0 && event.key === "ArrowUp" ? -1 : active + (event.key === "ArrowDown" ? 1 : -1)); } else { open(options.isFree ? input.value : ""); }
      } else if (isOpen && event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        close();
      } else if (isOpen && event.key === "Enter" && active >= 0) {
        event.preventDefault();
        event.stopPropagation();
        choose(active);
      } else if (isOpen && event.key === "Tab" && active >= 0) { choose(active); }
    });
    input.addEventListener("blur", () => { close(); options.left(); });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const line = event.target.closest("[role=option]");
      choose([...list.children].indexOf(line));
    });
    const opener = input.parentElement.querySelector(".combobox-open");
    if (opener) {
      opener.addEventListener("mousedown", (event) => event.preventDefault());
      opener.addEventListener("click", () => { if (list.hidden) { input.focus(); open(""); } else { close(); } });
    }
  }

  function fromDatalist(input) {
    const values = [...input.list.options].map((option) => option.value);
    input.removeAttribute("list");
    wrap(input);
    combobox(input, {
      isFree: true,
      choices: (typed) => values.filter((value) => plain(value).startsWith(plain(typed))).slice(0, 12).map((value) => ({ value, text: value })),
      choose: (choice) => { input.value = choice.value; changed(input); },
      left: () => {},
    });
  }

  function fromSelect(select) {
    const input = document.createElement("input");
    input.type = "text";
    input.className = select.className.replace("form-select", "form-control");
    input.id = select.id;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) { input.setAttribute(name, select.getAttribute(name)); }
    }
    input.required = select.required;
    const text = () => (select.value && select.selectedOptions[0] ? select.selectedOptions[0].textContent.trim() : "");
    select.id += "-select";
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    wrap(select);
    select.before(input);
    select.classList.add("combobox-select");
    input.value = text();
    const empty = [...select.options].find((option) => !option.value);
    input.placeholder = empty ? empty.textContent.trim() : "";
    const known = [...select.options].filter((option) => option.value).map((option) => ({ value: option.value, text: option.textContent.trim() }));
    combobox(input, {
      isFree: false,
      choices: (typed) => (select.dataset.source ? fetched(select.dataset.source, typed) : known.filter((choice) => plain(choice.text).includes(plain(typed)))),
      choose: (choice) => {
        if (![...select.options].some((option) => option.value === choice.value)) { select.add(new Option(choice.text, choice.value)); }
        select.value = choice.value;
        changed(select);
      },
      left: () => {
        if (!input.value.trim() && empty && select.value) { select.value = ""; changed(select); }
        input.value = text();
      },
    });
    select.addEventListener("change", () => { input.value = text(); });
  }

  /* A big table answers {results: [{id, text}]} to ?q=; two letters at least. */
  async function fetched(address, typed) {
    if (plain(typed).length < 2) { return []; }
    try {
      const answer = await fetch(address + (address.includes("?") ? "&" : "?") + "q=" + encodeURIComponent(typed), { redirect: "error" });
      return answer.ok ? (await answer.json()).results.map((row) => ({ value: String(row.id), text: row.text })) : [];
    } catch (error) { return []; }
  }

  function wrap(box) {
    const holder = document.createElement("span");
    holder.className = "combobox";
    box.before(holder);
    holder.append(box);
  }

  function changed(box) {
    for (const kind of ["input", "change"]) { box.dispatchEvent(new Event(kind, { bubbles: true })); }
  }

  function enhance(within) {
    within.querySelectorAll("select:not([multiple]):not(.combobox-select)").forEach((select) => {
      if (select.options.length > longest || select.hasAttribute("data-combobox")) { fromSelect(select); }
    });
    within.querySelectorAll("input[list]").forEach((input) => { if (input.list) { fromDatalist(input); } });
  }

  window.portal.comboboxes = enhance;
  enhance(document);
})();
