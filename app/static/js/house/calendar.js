/* A calendar of the Buddhist era beside every box for a day ([data-day]), for those who would rather choose than type: by the
   button, or Alt and the arrow down in the box. The box itself takes no more keys than before. After the APG's date picker. */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  if (!words || !window.HTMLDialogElement) { return; }
  const BE = 543, FIRST = 2400, LAST = 2700, language = document.documentElement.lang || "th";
  const months = () => names("month", "long", Array.from({ length: 12 }, (_, month) => new Date(2000, month, 1)));
  const weekdays = (how) => names("weekday", how, Array.from({ length: 7 }, (_, day) => new Date(2023, 0, 1 + day)));
  const two = (number) => String(number).padStart(2, "0");
  const inFull = (day) => weekdays("long")[day.getDay()] + " " + day.getDate() + " " + months()[day.getMonth()] + " " + (day.getFullYear() + BE);
  const named = {};
  let dialog = null, box = null, chosen = null, here = new Date();

  /* The browser's own names of months and days: asked for once, and not before a calendar opens, since an old PC waits for them. */
  function names(kind, how, days) {
    if (!named[kind + how]) {
      const format = new Intl.DateTimeFormat(language + "-u-ca-gregory-nu-latn", { [kind]: how });
      named[kind + how] = days.map((day) => format.format(day));
    }
    return named[kind + how];
  }

  /* The day that stands in the box, where it is written in figures; else none. */
  function read(text) {
    const figures = text.replace(/[๐-๙]/g, (digit) => "๐๑๒๓๔๕๖๗๘๙".indexOf(digit)).match(/^\s*(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})\s*$/);
    if (!figures) { return null; }
    const [day, month, year] = figures.slice(1).map(Number);
    const found = new Date(year - BE, month - 1, day);
    return year >= FIRST && year <= LAST && found.getMonth() === month - 1 && found.getDate() === day ? found : null;
  }

  function make(name, attributes, ...inside) {
    const node = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...inside);
    return node;
  }

  const sign = (name) => words.content.querySelector("[data-sign-" + name + "] svg").cloneNode(true);
  const button = (attributes, ...inside) => make("button", Object.assign({ type: "button", class: "btn btn-plain" }, attributes), ...inside);

  function build() {
    const w = words.dataset;
    dialog = make("dialog", { class: "dialog calendar", "aria-labelledby": "calendar-name" },
      make("h2", { id: "calendar-name" }),
      make("div", { class: "calendar-head" },
        button({ class: "btn btn-icon btn-plain", "data-turn": "-1", "aria-label": w.monthBefore }, sign("before")),
        make("select", { class: "form-select", "aria-label": w.month, "data-month": "" }, ...months().map((month, place) => new Option(month, place))),
        make("input", { class: "form-control", type: "number", min: FIRST, max: LAST, "aria-label": w.year, "data-year": "" }),
        button({ class: "btn btn-icon btn-plain", "data-turn": "1", "aria-label": w.monthAfter }, sign("after"))),
      make("p", { class: "visually-hidden", id: "calendar-month", "aria-live": "polite" }),
      make("table", { role: "grid", "aria-labelledby": "calendar-month" },
        make("thead", {}, make("tr", {}, ...weekdays("short").map((day, place) => make("th", { scope: "col", abbr: weekdays("long")[place] }, day)))),
        make("tbody", {})),
      make("div", { class: "actions" },
        button({ "data-today": "" }, w.today), button({ "data-clear": "" }, w.clear), button({ "data-close": "" }, w.close)));
    document.body.append(dialog);
    dialog.addEventListener("click", pressed);
    dialog.addEventListener("keydown", moved);
    dialog.addEventListener("change", (event) => {
      if (event.target.matches("[data-month], [data-year]")) { go(to(yearShown(), Number(part("[data-month]").value)), false); }
    });
  }

  const part = (selector) => dialog.querySelector(selector);
  function yearShown() { return Math.min(LAST, Math.max(FIRST, Number(part("[data-year]").value) || here.getFullYear() + BE)) - BE; }

  /* The same day of another month, or its last one. */
  function to(year, month) {
    return new Date(year, month, Math.min(here.getDate(), new Date(year, month + 1, 0).getDate()));
  }

  function go(day, focuses) {
    if (day.getFullYear() + BE < FIRST || day.getFullYear() + BE > LAST) { return; }
    here = day;
    part("[data-month]").value = here.getMonth();
    part("[data-year]").value = here.getFullYear() + BE;
    part("#calendar-month").textContent = months()[here.getMonth()] + " " + (here.getFullYear() + BE);
    const first = new Date(here.getFullYear(), here.getMonth(), 1), today = new Date();
    const weeks = [], last = new Date(here.getFullYear(), here.getMonth() + 1, 0).getDate();
    for (let day = 1 - first.getDay(); day <= last; day += 7) {
      weeks.push(make("tr", {}, ...Array.from({ length: 7 }, (_, place) => cell(day + place, last, today))));
    }
    part("tbody").replaceChildren(...weeks);
    if (focuses) { part("[data-day-of-month][tabindex='0']").focus(); }
  }

  function cell(day, last, today) {
    if (day < 1 || day > last) { return make("td", {}); }
    const date = new Date(here.getFullYear(), here.getMonth(), day), isSame = (other) => other && date.toDateString() === other.toDateString();
    const press = make("button", { type: "button", "data-day-of-month": day, tabindex: day === here.getDate() ? 0 : -1, "aria-label": inFull(date) }, String(day));
    if (isSame(today)) { press.setAttribute("aria-current", "date"); }
    return make("td", { role: "gridcell", "aria-selected": String(Boolean(isSame(chosen))) }, press);
  }

  function choose(day) {
    box.value = day ? two(day.getDate()) + "/" + two(day.getMonth() + 1) + "/" + (day.getFullYear() + BE) : "";
    for (const kind of ["input", "change"]) { box.dispatchEvent(new Event(kind, { bubbles: true })); }
    dialog.close();
  }

  function pressed(event) {
    const hit = (selector) => event.target.closest(selector);
    if (hit("[data-day-of-month]")) { choose(new Date(here.getFullYear(), here.getMonth(), Number(hit("[data-day-of-month]").dataset.dayOfMonth))); }
    else if (hit("[data-turn]")) { go(to(here.getFullYear(), here.getMonth() + Number(hit("[data-turn]").dataset.turn)), false); }
    else if (hit("[data-today]")) { choose(new Date()); }
    else if (hit("[data-clear]")) { choose(null); }
    else if (hit("[data-close]") || event.target === dialog) { dialog.close(); }
  }

  function moved(event) {
    if (!event.target.matches("[data-day-of-month]")) { return; }
    const year = here.getFullYear(), month = here.getMonth(), day = here.getDate(), far = event.shiftKey ? 12 : 1;
    const next = {
      ArrowLeft: () => new Date(year, month, day - 1), ArrowRight: () => new Date(year, month, day + 1),
      ArrowUp: () => new Date(year, month, day - 7), ArrowDown: () => new Date(year, month, day + 7),
      Home: () => new Date(year, month, day - here.getDay()), End: () => new Date(year, month, day + 6 - here.getDay()),
      PageUp: () => to(year, month - far), PageDown: () => to(year, month + far),
    }[event.key];
    if (next) { event.preventDefault(); go(next(), true); }
  }

  function open(input) {
    if (!dialog) { build(); }
    box = input;
    const label = input.labels && input.labels[0];
    const title = label && label.cloneNode(true);
    if (title) { title.querySelectorAll(".required, .visually-hidden").forEach((mark) => mark.remove()); }
    part("h2").textContent = title ? title.textContent.trim() : words.dataset.calendar;
    chosen = read(input.value);
    here = chosen || new Date();
    input.focus(); // to it the browser gives the focus back as it closes the calendar, before the next key
    dialog.showModal();
    go(here, true);
  }

  function enhance(within) {
    within.querySelectorAll("input[data-day]:not([data-has-calendar])").forEach((input) => {
      input.dataset.hasCalendar = "";
      const holder = make("span", { class: "with-calendar" });
      const opener = button({ class: "calendar-open", tabindex: "-1", "aria-haspopup": "dialog", "aria-label": words.dataset.calendar, title: words.dataset.calendar + " (Alt ↓)" }, sign("calendar"));
      input.before(holder);
      holder.append(input, opener);
      opener.addEventListener("click", () => open(input));
      input.addEventListener("keydown", (event) => {
        if (event.altKey && event.key === "ArrowDown") { event.preventDefault(); open(input); }
      });
    });
  }

  window.portal.calendars = enhance;
  enhance(document);
})();
