/* Nothing that was sent is lost to a page that is no answer (the log-in was over, too many questions, the portal away): a form
   with data-keeps lays what it sends into this tab alone (sessionStorage), until another page shows that it arrived. Who comes
   back to the form before that finds it there. Logging out, or somebody else's log-in, clears it (autosave.js). */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  const form = document.querySelector("form[data-keeps]");
  const PATIENCE = 30 * 60 * 1000;
  const place = (path) => " sent " + path;
  const ours = (path) => Object.keys(sessionStorage).filter((key) => key.startsWith("typed ") && key.endsWith(place(path)));

  /* Files and the papers that came with them (hidden evidence_ids) are chosen anew. */
  function boxes(hidden) {
    const kinds = hidden ? /^hidden$/ : /^(text|search|tel|textarea|select-one|checkbox|radio)$/;
    return [...form.elements].filter((box) => box.name && box.name !== "csrf_token" && kinds.test(box.type)
      && !(hidden && box.name.endsWith("evidence_ids")));
  }
  const isTick = (box) => box.type === "checkbox" || box.type === "radio";
  const nameOf = (box) => isTick(box) ? box.name + "=" + box.value : box.name;
  const stateOf = (box) => isTick(box) ? box.checked : box.value;
  const values = (hidden) => boxes(hidden).map((box) => [nameOf(box), stateOf(box)]);

  /* What was sent is the page's own again only where nobody changed the row since: its version is among what is hidden. */
  function bringBack(kept) {
    if (Date.now() - kept.at > PATIENCE || JSON.stringify(kept.seen) !== JSON.stringify(values(true))) { return; }
    const sent = new Map(kept.typed);
    const differ = boxes(false).filter((box) => sent.has(nameOf(box)) && sent.get(nameOf(box)) !== stateOf(box));
    differ.forEach((box) => { box[isTick(box) ? "checked" : "value"] = sent.get(nameOf(box)); });
    if (!differ.length) { return; }
    form.querySelectorAll("[data-kept-words]").forEach((note) => { note.hidden = false; });
    setTimeout(() => differ.forEach((box) => box.dispatchEvent(new Event("change", { bubbles: true }))));
  }

  function keep(key, what) {
    try { sessionStorage.setItem(key, JSON.stringify(what)); } catch (error) { /* full */ }
  }
  const read = (key) => JSON.parse(sessionStorage.getItem(key));
  const wasSentAgain = performance.getEntriesByType("navigation").some((visit) => visit.type === "reload");
  if (document.querySelector(".mishap")) { // no answer: what was sent from here waits
    ours(location.pathname).forEach((key) => keep(key, { ...read(key), waits: true }));
  } else if (words && document.referrer && !form) { // it arrived, where the page before was the form itself or was sent again
    ours(new URL(document.referrer).pathname).filter((key) => wasSentAgain || !read(key).waits)
      .forEach((key) => sessionStorage.removeItem(key));
  }
  Object.keys(sessionStorage).filter((key) => key.startsWith("typed ") && key.includes(place("/")) && Date.now() - read(key).at > PATIENCE)
    .forEach((key) => sessionStorage.removeItem(key));
  if (!form || !words) { return; }
  const key = "typed " + words.dataset.officer + place(location.pathname);
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  if (kept && !form.hasAttribute("data-answered")) { bringBack(JSON.parse(kept)); } // a fault's page has what was sent
  form.addEventListener("submit", () => {
    keep(key, { at: Date.now(), typed: values(false), seen: values(true) });
  });
})();
