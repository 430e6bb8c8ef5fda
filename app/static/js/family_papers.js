/* A document is taken in as soon as its kind and file are chosen: its way is shown, a refusal stands at its field, and what
   was taken in is ticked at its person. What could not be sent goes along with the form. */
(function () {
  "use strict";
  const { find, all, family } = window.portal;
  const form = family.form, words = family.words;
  const largest = 5 * 1024 * 1024;
  const underWay = new Set();

  function tick(papers, number, text, address) {
    const holder = document.createElement("div");
    holder.innerHTML = document.getElementById("blank-tick").innerHTML;
    const line = holder.firstElementChild;
    const box = find("input", line);
    box.name = papers.dataset.tickName;
    box.value = number;
    find("[data-paper-words]", line).textContent = text;
    find("[data-paper-whose]", line).textContent = " " + text;
    find("a", line).href = address;
    find("[data-ticked]", papers).append(line);
  }

  function fault(input) {
    const file = input.files[0];
    if (!/\.(pdf|jpe?g|png)$/i.test(file.name)) { return words.wordsWrongKind; }
    return file.size > largest ? words.wordsTooLarge : "";
  }

  function consider(part) {
    const input = find("[data-file]", part), kind = find("select", part);
    if (!input.files.length) { return; }
    const wrong = fault(input);
    if (wrong) {
      window.portal.tellField(input, "bad", wrong);
      input.value = "";
    } else if (!kind.value) {
      window.portal.tellField(input, "wait", words.wordsNeedKind);
    } else if (!underWay.has(part)) { send(part); }
  }

  function send(part) {
    const papers = part.closest("[data-papers]"), way = find("[data-way]", papers), file = find("[data-file]", part).files[0];
    const body = new FormData();
    all("[name]", part).forEach((box) => body.append(box.name.replace(/^.*-/, ""), box.type === "file" ? file : box.value));
    const call = new XMLHttpRequest();
    call.open("POST", words.papersAddress);
    call.setRequestHeader("X-CSRFToken", document.getElementById("form-words").dataset.csrf);
    way.hidden = false;
    find("[data-way-words]", way).textContent = words.wordsSending.replace("{name}", file.name);
    call.upload.addEventListener("progress", (event) => { find("progress", way).value = Math.round((100 * event.loaded) / event.total); });
    underWay.add(part);
    call.addEventListener("loadend", () => {
      underWay.delete(part);
      way.hidden = true;
      answered(part, papers, call);
      form.dispatchEvent(new CustomEvent("papers-settled"));
    });
    call.send(body);
  }

  function answered(part, papers, call) {
    let told = null;
    try { told = JSON.parse(call.responseText); } catch (error) {
      /* offline, logged out, or too large for the server */
     }
    const input = find("[data-file]", part);
    if (told && told.errors) {
      for (const [name, text] of Object.entries(told.errors)) {
        const box = find("[name$='-" + name + "']", part) || input;
        window.portal.tellField(box, "bad", text);
      }
      if (told.errors.file) { input.value = ""; }
    } else if (told && told.id) {
      tick(papers, told.id, told.words, told.address);
      all("[name]", part).forEach((box) => { box.value = ""; window.portal.tellField(box, "calm", ""); });
      window.portal.tellField(input, "good", words.wordsAttached);
      family.changed();
    } else { window.portal.tellField(input, "wait", words.wordsNotSent); }
  }

  form.addEventListener("change", (event) => {
    const part = event.target.closest("[data-document]");
    if (part && (event.target.matches("[data-file]") || event.target.name.endsWith("doc_type"))) { consider(part); }
  });

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !underWay.size) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    form.addEventListener("papers-settled", () => form.requestSubmit(button), { once: true });
  });

  window.portal.family.tick = tick;
})();
