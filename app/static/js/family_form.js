// The family form while it is being typed: more rows, IDs and days checked, what is left to fill in. Works without too.
(function () {
  "use strict";

  const form = document.getElementById("family-form");
  const family = document.getElementById("family");
  const words = form.dataset;
  const largestFile = 5 * 1024 * 1024;
  let sent = false;
  let changed = false;

  function asDigits(text) {
    return text
      .replace(/[๐-๙]/g, (digit) => "๐๑๒๓๔๕๖๗๘๙".indexOf(digit))
      .replace(/[\s\-\u2010-\u2015\u2212\u00ad\u200b-\u200f\ufeff]/g, "");
  }

  function fits(digits) {
    const sum = [...digits.slice(0, 12)].reduce((total, digit, place) => total + Number(digit) * (13 - place), 0);
    return (11 - (sum % 11)) % 10 === Number(digits[12]);
  }

  function dashed(digits) {
    return [digits[0], digits.slice(1, 5), digits.slice(5, 10), digits.slice(10, 12), digits[12]].join("-");
  }

  function hintOf(input) {
    return input.closest(".fam-field").querySelector("[data-hint]");
  }

  function tell(input, look, text, link, linkWords) {
    const hint = hintOf(input);
    const line = document.createElement("span");
    line.className = "fam-" + look + "-words";
    line.textContent = text;
    hint.replaceChildren(line);
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      anchor.textContent = linkWords;
      hint.append(" ", anchor);
    }
    input.closest(".fam-field").classList.toggle("has-error", look === "bad");
  }

  async function ask(address, values) {
    const body = new URLSearchParams(values);
    const headers = {"X-CSRFToken": form.elements.csrf_token.value};
    const answer = await fetch(address, {method: "POST", body: body, headers: headers});
    return answer.ok ? answer.json() : null;
  }

  async function checkId(input) {
    const digits = asDigits(input.value);
    if (!/^[0-9]{13}$/.test(digits)) { return; }
    input.value = dashed(digits);
    if (!fits(digits)) { tell(input, "bad", words.wordsCheckDigit); return; }
    if (input.dataset.asked === digits) { return; }
    input.dataset.asked = digits;
    try {
      const hint = await ask(words.personHint, {national_id: digits, number: words.number});
      if (hint && asDigits(input.value) === digits) { tell(input, hint.look, hint.words, hint.link, hint.link_words); }
    } catch (error) { delete input.dataset.asked; /* away for a moment: the server checks again when sent */ }
  }

  async function readDay(input) {
    const typed = input.value.trim();
    if (!typed || /^(0{1,2}[-\/. ])?(0{1,2}[-\/. ])?[0-9๐-๙]{4}$/.test(typed)) { return; }
    try {
      const hint = await ask(words.dayHint, {day: typed});
      if (hint && input.value.trim() === typed && !/^0{1,2}[-\/. ]/.test(typed)) { tell(input, hint.look, hint.words); }
    } catch (error) { /* as above */ }
  }

  function checkFile(input) {
    const file = input.files[0];
    if (!file) { return; }
    if (!/\.(pdf|jpe?g|png)$/i.test(file.name)) {
      tell(input, "bad", words.wordsWrongKind);
      input.value = "";
    } else if (file.size > largestFile) {
      tell(input, "bad", words.wordsTooLarge);
      input.value = "";
    } else {
      tell(input, "quiet", "");
    }
  }

  function filledTemplate(id, member, document_) {
    const html = document.getElementById(id).innerHTML.replaceAll("__i__", member).replaceAll("__j__", document_);
    const holder = document.createElement("div");
    holder.innerHTML = html;
    return holder.firstElementChild;
  }

  function nextIndex(pattern, root) {
    const found = [...root.querySelectorAll("[name]")].map((one) => pattern.exec(one.name)).filter(Boolean);
    return Math.max(-1, ...found.map((match) => Number(match[1]))) + 1;
  }

  function addMember() {
    if (form.querySelectorAll("[data-member]").length >= Number(words.most)) { return; }
    const row = filledTemplate("blank-member", nextIndex(/^members-(\d+)-/, form), 0);
    family.append(row);
    prepare(row);
    row.querySelector("[data-relation]").focus();
  }

  function addDocument(button) {
    const evidence = button.closest(".fam-evidence");
    const member = /^members-(\d+)-/.exec(evidence.querySelector("[name]").name)[1];
    const place = nextIndex(/^members-\d+-evidence-(\d+)-/, evidence);
    const row = filledTemplate("blank-document", member, place);
    evidence.querySelector("[data-documents]").append(row);
    row.querySelector("select").focus();
  }

  function showWhatFits(row) {
    const relation = row.querySelector("[data-relation]");
    row.querySelectorAll("[data-only]").forEach((part) => { part.hidden = part.dataset.only !== relation.value; });
  }

  function prepare(root) {
    root.querySelectorAll("[data-add-document]").forEach((button) => { button.hidden = false; });
    const rows = root.matches("[data-member]") ? [root] : [...root.querySelectorAll("[data-member]")];
    rows.filter((row) => row.querySelector("[data-relation]")).forEach(showWhatFits);
    root.querySelectorAll("[data-national-id]").forEach((input) => {
      const digits = asDigits(input.value);
      if (digits.length === 13 && !hintOf(input).querySelector(".fam-bad-words")) { input.value = dashed(digits); }
    });
  }

  function countWhatIsLeft() {
    const left = [];
    for (const row of form.querySelectorAll("[data-member]")) {
      const name = row.querySelector("[data-name]").value.trim() || row.dataset.whose || words.wordsPerson;
      for (const input of row.querySelectorAll("[data-needed]")) {
        if (!input.value.trim()) {
          left.push([input, name + " · " + row.querySelector('label[for="' + input.id + '"]').textContent.trim()]);
        }
      }
    }
    const panel = document.getElementById("readiness");
    panel.hidden = false;
    panel.querySelector("[data-ready]").hidden = left.length > 0;
    panel.querySelector("[data-left]").replaceChildren(...left.slice(0, 12).map(function ([input, text]) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = "#" + input.id;
      link.textContent = text;
      line.append(link);
      return line;
    }));
  }

  form.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (!button) { return; }
    if (button.id === "add-member") { event.preventDefault(); addMember(); }
    if (button.hasAttribute("data-add-document")) { addDocument(button); }
    if (button.hasAttribute("data-remove")) { event.preventDefault(); button.closest("[data-member]").remove(); }
    countWhatIsLeft();
  });

  form.addEventListener("input", function (event) {
    changed = true;
    if (event.target.hasAttribute("data-national-id")) { checkId(event.target); }
    countWhatIsLeft();
  });

  form.addEventListener("change", function (event) {
    const input = event.target;
    if (input.hasAttribute("data-national-id")) { checkId(input); }
    if (input.hasAttribute("data-day")) { readDay(input); }
    if (input.hasAttribute("data-relation")) { showWhatFits(input.closest("[data-member]")); }
    if (input.type === "file") { checkFile(input); }
    countWhatIsLeft();
  });

  // A second press must not send the form again while the first is under way.
  form.addEventListener("submit", function (event) {
    if (sent) { event.preventDefault(); }
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
  window.addEventListener("beforeunload", function (event) {
    if (changed && !sent) { event.preventDefault(); }
  });

  prepare(form);
  countWhatIsLeft();
  const complaints = document.getElementById("complaints");
  if (complaints) { complaints.focus(); }
})();
