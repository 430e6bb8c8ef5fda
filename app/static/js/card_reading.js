/* "อ่านบัตร" ([data-read-card]): asks the portal for a visitor's card, waits until the bridge has read it, shows it beside what
   was typed, and fills it in when the officer says so. Within a [data-member] the person's boxes, else the form's number. */
(function () {
  "use strict";
  const { find, all } = window.portal;
  const dialog = find("[data-card-reading]");
  if (!dialog || !dialog.showModal) { return; }
  const words = dialog.dataset, sexes = JSON.parse(words.sexes), token = document.getElementById("form-words").dataset.csrf;
  const boxes = { cid: "national_id", title: "title_th", first: "first_name_th", middle: "middle_name_th", last: "last_name_th",
    birth_date: "birth_date", sex: "sex" };
  let opener = null, waiting = 0, id = 0, person = null;

  const told = (text) => { find("[data-told]", dialog).textContent = text; };

  async function ask(path, fields) {
    const answer = await fetch(words.ask + path, {
      method: "POST", body: new URLSearchParams(fields || {}), headers: { "X-CSRFToken": token }, redirect: "error",
    });
    return answer.json();
  }

  function row() { return opener.closest("[data-member]"); }

  function box(name) {
    const within = row() || opener.closest("form");
    return find("[name$='" + boxes[name] + "']", within);
  }

  function show(step) {
    find("[data-before]", dialog).hidden = step !== "before";
    find("[data-person]", dialog).hidden = step !== "read";
    find("[data-begin]", dialog).hidden = step !== "before";
    find("[data-use]", dialog).hidden = step !== "read";
  }

  function open(button) {
    opener = button;
    person = null;
    told("");
    find("[data-consent]", dialog).checked = false;
    find("[data-desks]", dialog).hidden = true;
    show("before");
    dialog.showModal();
    find("[data-consent]", dialog).focus();
  }

  async function begin() {
    const fields = { purpose: row() ? "FORM" : "LOOKUP", consent: find("[data-consent]", dialog).checked ? "yes" : "" };
    if (!find("[data-desks]", dialog).hidden) { fields.workstation = find("[data-desks] select", dialog).value; }
    try {
      const answer = await ask("", fields);
      if (answer.error) {
        told(answer.error);
        offer(answer.desks || []);
        return;
      }
      id = answer.id;
      told(words.waiting.replace("{workstation}", answer.workstation));
      show("waiting");
      waiting = setTimeout(look, 1000);
    } catch (error) { told(words.away); }
  }

  function offer(desks) {
    if (!desks.length) { return; }
    find("[data-desks]", dialog).hidden = false;
    find("[data-desks] select", dialog).replaceChildren(...desks.map((desk) => new Option(desk.label, desk.id)));
  }

  async function look() {
    let answer = { state: "WAITING" };
    try { answer = await ask(id + "/take"); } catch (error) { told(words.away); }
    if (!dialog.open) { return; }
    if (answer.state === "WAITING") { waiting = setTimeout(look, 1000); return; }
    if (answer.state !== "READ") { told(answer.error || words.over); show("before"); return; }
    person = answer.person;
    told("");
    if (row()) { compare(); } else { use(); }
  }

  function compare() {
    const name = [person.title + person.first, person.middle, person.last].filter(Boolean).join(" ");
    const lines = { ...person, name: name, sex: sexes[person.sex] || "–" };
    for (const part of all("[data-card]", dialog)) { part.textContent = lines[part.dataset.card] || "–"; }
    for (const chip of all("[data-differs]", dialog)) {
      const names = chip.dataset.differs === "name" ? ["title", "first", "middle", "last"] : [chip.dataset.differs];
      const other = names.filter((one) => boxes[one] && box(one).value.trim() && bare(box(one).value) !== bare(person[one]));
      chip.hidden = other.length === 0;
      const typed = other.map((one) => (one === "sex" ? sexes[box(one).value] : box(one).value)).join(" ");
      chip.textContent = words.differs.replace("{typed}", typed);
    }
    show("read");
    find("[data-use]", dialog).focus();
  }

  /* 05/04/2543 is 5/4/2543, and blanks and dashes of a number mean nothing. */
  function bare(text) { return text.replace(/[\s-]/g, "").replace(/(^|\/)0(?=[1-9])/g, "$1"); }

  function use() {
    for (const name of row() ? Object.keys(boxes) : ["cid"]) {
      const one = box(name);
      if (!one || !person[name]) { continue; }
      one.value = person[name];
      for (const kind of ["input", "change"]) { one.dispatchEvent(new Event(kind, { bubbles: true })); }
    }
    const form = row() ? null : opener.closest("form");
    person = null;
    dialog.close();
    if (form) { form.requestSubmit(); }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-read-card]");
    if (button) { open(button); }
  });
  find("[data-begin]", dialog).addEventListener("click", begin);
  find("[data-use]", dialog).addEventListener("click", use);
  find("[data-dialog-close]", dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    clearTimeout(waiting);
    if (id && !person) { ask(id + "/give-up").catch(() => {}); }
    id = 0;
    person = null;
    if (opener) { opener.focus(); }
  });
  document.documentElement.classList.add("reads-cards");
})();
