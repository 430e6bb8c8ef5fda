/* Nothing that was typed is lost to a page that is no answer (the log-in was over, too many questions, the portal away) nor to
   the browser's arrows: a form with data-keeps lays what it sends, and what stands in it when it is left, into this tab alone
   (sessionStorage). What was sent waits until another page shows that it arrived; what was only left comes back with the
   browser's arrow or a reload, and by any way where the page that came instead was no answer. The address with its query says
   whose form it is. Logging out, or somebody else's log-in, clears it (autosave.js). */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  const form = document.querySelector("form[data-keeps]");
  const isMishap = document.querySelector(".mishap") !== null;
  const PATIENCE = 30 * 60 * 1000;
  let given = "", isTouched = false; // what stood in the boxes before anybody typed; nothing where that is not saved itself
  const here = location.pathname + location.search;
  const place = (address) => " sent " + address;
  const ours = (address) => Object.keys(sessionStorage).filter((key) => key.startsWith("typed ") && key.endsWith(place(address)));

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

  /* What was typed is the page's own again only where nobody changed the row since: its version is among what is hidden. */
  function bringBack(kept) {
    if (Date.now() - kept.at > PATIENCE || JSON.stringify(kept.seen) !== JSON.stringify(values(true))) { return; }
    const typed = new Map(kept.typed);
    const differ = boxes(false).filter((box) => typed.has(nameOf(box)) && typed.get(nameOf(box)) !== stateOf(box));
    differ.forEach((box) => { box[isTick(box) ? "checked" : "value"] = typed.get(nameOf(box)); });
    if (!differ.length) { return; }
    form.querySelectorAll("[data-kept-words]").forEach((note) => { note.hidden = false; });
    given = "";
    setTimeout(() => differ.forEach((box) => box.dispatchEvent(new Event("change", { bubbles: true }))));
  }

  function keep(key, what) {
    try { sessionStorage.setItem(key, JSON.stringify(what)); } catch (error) { /* full */ }
  }
  const read = (key) => JSON.parse(sessionStorage.getItem(key));
  const way = performance.getEntriesByType("navigation").map((visit) => visit.type);
  const cameFrom = () => {
    const before = document.referrer && new URL(document.referrer);
    return before && before.origin === location.origin ? before.pathname + before.search : "";
  };

  if (isMishap) { // no answer: what was typed here, or on the page that led here, waits
    [here, cameFrom()].flatMap(ours).forEach((key) => keep(key, { ...read(key), waits: true }));
  } else if (words && cameFrom() && !form) { // it arrived, where the page before was the form itself or was sent again
    ours(cameFrom()).filter((key) => !read(key).isLeft && (way.includes("reload") || !read(key).waits))
      .forEach((key) => sessionStorage.removeItem(key));
  }
  Object.keys(sessionStorage).filter((key) => key.startsWith("typed ") && key.includes(place("/")) && Date.now() - read(key).at > PATIENCE)
    .forEach((key) => sessionStorage.removeItem(key));
  /* A page that answered what was sent would be sent again by the browser's arrows: they ask for its address instead. */
  if (words && "posted" in words.dataset && !isMishap) { history.replaceState(history.state, ""); }
  if (!form || !words) { return; }

  const key = "typed " + words.dataset.officer + place(here);
  const isAnswer = form.hasAttribute("data-answered"); // a fault's page has what was sent
  given = isAnswer ? "" : JSON.stringify(values(false));
  const kept = sessionStorage.getItem(key) && read(key);
  sessionStorage.removeItem(key);
  if (kept && !isAnswer && (!kept.isLeft || kept.waits || /back_forward|reload/.test(way))) { bringBack(kept); }

  form.addEventListener("input", (event) => { isTouched = isTouched || event.isTrusted; });
  window.addEventListener("load", () => { if (given && !isTouched) { given = JSON.stringify(values(false)); } }); // as scripts write it
  let sent = "", isOver = false;
  form.addEventListener("submit", () => {
    sent = JSON.stringify(values(false));
    keep(key, { at: Date.now(), typed: values(false), seen: values(true) });
  });
  document.addEventListener("submit", (event) => { isOver = isOver || (!event.defaultPrevented && /\/logout\/$/.test(event.target.action)); });
  window.addEventListener("pagehide", () => {
    const typed = JSON.stringify(values(false));
    if (isOver || typed === given || typed === sent) { return; }
    keep(key, { at: Date.now(), typed: values(false), seen: values(true), isLeft: true });
  });
})();
