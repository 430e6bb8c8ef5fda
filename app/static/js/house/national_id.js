/* Boxes for a national ID ([data-national-id]): groups the digits as they are typed and says whether they fit. Takes Thai
   digits, blanks and dashes. Tells "national-id" with the digits once they fit; the server judges again when it is sent. */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  if (!words) { return; }

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
    const groups = [digits.slice(0, 1), digits.slice(1, 5), digits.slice(5, 10), digits.slice(10, 12), digits.slice(12)];
    return groups.filter(Boolean).join("-");
  }

  /* Shows a sentence below a field and its sign in the box; look is good, bad, wait or calm. */
  function tell(input, look, text, link) {
    const field = input.closest(".field") || input.parentElement;
    let hint = field.querySelector("[data-hint]");
    if (!hint) {
      hint = document.createElement("span");
      hint.className = "field-hint";
      hint.dataset.hint = "";
      hint.setAttribute("aria-live", "polite");
      field.append(hint);
    }
    const line = document.createElement("span");
    line.className = { bad: "field-error", good: "is-good-words", wait: "is-waiting-words" }[look] || "";
    if (look === "bad") { line.append(words.content.querySelector("[data-sign-bad] svg").cloneNode(true), " "); }
    line.append(text);
    hint.replaceChildren(line);
    if (link) { hint.append(" ", link); }
    field.classList.toggle("has-error", look === "bad");
    if (look === "bad") { input.setAttribute("aria-invalid", "true"); } else { input.removeAttribute("aria-invalid"); }
    showSign(field, look);
  }

  function showSign(field, look) {
    const place = field.querySelector("[data-sign]");
    if (!place) { return; }
    const sign = words.content.querySelector(look === "bad" ? "[data-sign-bad] svg" : "[data-sign-good] svg");
    place.className = "box-sign is-" + look;
    place.replaceChildren(...(look === "good" || look === "bad" || look === "wait" ? [sign.cloneNode(true)] : []));
  }

  function quiet(input) {
    const field = input.closest(".field") || input.parentElement;
    if (field.classList.contains("has-error") || field.querySelector("[data-sign] svg")) { tell(input, "calm", ""); }
  }

  function format(input, digits) {
    const atEnd = input.selectionStart === input.value.length;
    if (/^[0-9]{1,13}$/.test(digits) && (atEnd || digits.length === 13)) {
      const shown = dashed(digits);
      if (input.value !== shown) { input.value = shown; }
    }
  }

  function check(input, isOver) {
    const digits = asDigits(input.value);
    format(input, digits);
    if (/^[0-9]{13}$/.test(digits)) {
      if (input.dataset.checked === digits) { return; }
      input.dataset.checked = digits;
      if (!fits(digits)) { tell(input, "bad", words.dataset.idCheck); return; }
      tell(input, "good", words.dataset.idGood);
      input.dispatchEvent(new CustomEvent("national-id", { bubbles: true, detail: digits }));
      return;
    }
    delete input.dataset.checked;
    if (isOver && digits) {
      tell(input, "bad", words.dataset.idLength.replace("{n}", digits.replace(/[^0-9]/g, "").length));
    } else if (!isOver) { quiet(input); }
  }

  const isNumber = (node) => node.matches && node.matches("[data-national-id]");
  document.addEventListener("input", (event) => { if (isNumber(event.target)) { check(event.target, false); } });
  document.addEventListener("change", (event) => { if (isNumber(event.target)) { check(event.target, true); } });

  /* What stands in the boxes of a page or of an added row is checked once; a complaint of the server stays. */
  function look(within) {
    within.querySelectorAll("[data-national-id]").forEach((input) => {
      const digits = asDigits(input.value);
      const refused = input.closest(".field") && input.closest(".field").classList.contains("has-error");
      if (refused && digits.length === 13) { input.value = dashed(digits); input.dataset.checked = digits; } else if (digits && !refused) { check(input, true); }
    });
  }

  window.portal.tellField = tell;
  window.portal.nationalIds = look;
  look(document);
})();
