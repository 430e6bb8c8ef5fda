/* Nothing that was typed is lost to a page that is no answer (the log-in was over, too many questions, the portal away, the card
   out) nor to the browser's arrows: a form with data-keeps lays what it sends, and what stands in it when it is left, into this
   tab alone (sessionStorage). What was sent waits until another page shows that it arrived; what was only left comes back with
   the browser's arrow, a reload or where another form of the page was sent, and by any way where what came instead was no answer.
   The address to which a form is sent says whose typing it is, or the name that data-keeps gives it; what is hidden in it has to
   be the same. Where the row was changed meanwhile, or has no such form any more, what was typed is shown beside (left.js).
   Logging out, or somebody else's log-in, clears it (autosave.js). */
(function () {
  "use strict";
  const PATIENCE = 4 * 60 * 60 * 1000, SENT = " sent ";
  const KINDS = /^(text|search|tel|email|number|textarea|select-one|checkbox|radio)$/; // passwords and files are typed anew
  const NOBODYS = /^(csrf_token|confirmed)$|^was-\d+$|(^|[-_])token$|evidence_ids$/; // the page's own, how a line stood, papers that came with files
  const words = document.getElementById("form-words");
  const isAway = document.querySelector(".mishap") !== null || !words; // no answer, or nobody is in
  const here = location.pathname + location.search;
  const visit = performance.getEntriesByType("navigation")[0] || { type: "navigate", redirectCount: 0 };
  const before = document.referrer && new URL(document.referrer);
  const cameFrom = before && before.origin === location.origin ? before.pathname + before.search : "";
  const forms = []; // that are kept here: {form, key, given, sent, isTouched}
  let isOver = false;

  const onPage = () => [...document.querySelectorAll("form[data-keeps]")];
  const target = (form) => new URL(form.getAttribute("action") || "", location.href);
  const keyOf = (form) => "typed " + words.dataset.officer + SENT + (form.dataset.keeps || target(form).pathname + target(form).search);
  const read = (key) => JSON.parse(sessionStorage.getItem(key));
  const all = () => Object.keys(sessionStorage).filter((key) => key.startsWith("typed ") && key.includes(SENT));
  function keep(key, what) {
    try { sessionStorage.setItem(key, JSON.stringify(what)); } catch (error) { /* full */ }
  }

  const isTick = (box) => box.type === "checkbox" || box.type === "radio";
  const nameOf = (box) => isTick(box) ? box.name + "=" + box.value : box.name;
  const stateOf = (box) => isTick(box) ? box.checked : box.value;
  const boxes = (form, kinds) => [...form.elements].filter((box) => box.name && !NOBODYS.test(box.name) && kinds.test(box.type));
  const values = (form, kinds) => boxes(form, kinds || KINDS).map((box) => [nameOf(box), stateOf(box)]);
  const asText = (form) => JSON.stringify(values(form));
  const hidden = (form) => values(form, /^hidden$/); // the version of the row is among it

  /* The officer's own words as people read them: [label, text]; not what the page itself had put into the boxes. */
  function told(one) {
    const isOwn = (box) => isTick(box) ? box.checked !== box.defaultChecked
      : box.options ? !box.options[box.selectedIndex]?.defaultSelected && box.value !== ""
        : box.value.trim() !== "" && (one.isAnswer || box.value !== box.defaultValue);
    return boxes(one.form, KINDS).filter(isOwn).map((box) => window.leftWords.lineOf(box, stateOf(box))).filter(Boolean);
  }
  const lay = (one, more) => keep(one.key, {
    at: Date.now(), page: here, typed: values(one.form), seen: hidden(one.form), told: told(one), comesLater: one.form.closest("dialog") !== null, ...more,
  });

  /* What was typed and then left; a page that a pulled card closed was not left on purpose. */
  function leave(one) {
    const typed = asText(one.form), card = document.querySelector("[data-card-gone]");
    if (isOver || typed === one.given || typed === one.sent) { return; }
    lay(one, { isLeft: true, waits: card !== null && !card.hidden });
  }

  /* It is the page's own again only where nobody changed the row since; else it is shown beside. */
  function bringBack(one, kept) {
    if (JSON.stringify(kept.seen) !== JSON.stringify(hidden(one.form))) {
      if (!one.form.dataset.keeps) { showBeside(one.key, one.form); } // a form with a name asks of other rows, too
      return;
    }
    sessionStorage.removeItem(one.key);
    const typed = new Map(kept.typed);
    const differ = boxes(one.form, KINDS).filter((box) => typed.has(nameOf(box)) && typed.get(nameOf(box)) !== stateOf(box));
    differ.forEach((box) => { box[isTick(box) ? "checked" : "value"] = typed.get(nameOf(box)); });
    if (!differ.length) { return; }
    one.form.querySelectorAll("[data-kept-words]").forEach((note) => { note.hidden = false; });
    differ.forEach((box) => { for (let fold = box.closest("details"); fold; fold = fold.parentElement.closest("details")) { fold.open = true; } });
    one.given = "";
    setTimeout(() => differ.forEach((box) => box.dispatchEvent(new Event("change", { bubbles: true }))));
  }

  function showBeside(key, place) {
    keep(key, { ...read(key), waits: true }); // until it is put away, or the form is sent anew
    window.leftWords.show(read(key).told || [], place, () => sessionStorage.removeItem(key));
  }

  /* Sending one form of a page leaves its others only until the answer shows them again. */
  function isWanted(kept) {
    const isSent = visit.redirectCount > 0 || document.querySelector("form[data-answered]") !== null;
    return kept.waits || visit.type !== "navigate" || (kept.isLeft && isSent && cameFrom === kept.page);
  }

  function adopt(form, isLate) {
    const key = keyOf(form), kept = read(key);
    const isAnswer = form.hasAttribute("data-answered") && target(form).pathname === location.pathname; // a fault's page has what was sent
    const one = { form, key, isAnswer, given: isAnswer ? "" : asText(form), sent: "", isTouched: false };
    forms.push(one);
    form.addEventListener("input", (event) => { one.isTouched = one.isTouched || event.isTrusted; });
    if (kept && !isAnswer && (isLate || "stands" in form.dataset || isWanted(kept))) { bringBack(one, kept); } else { sessionStorage.removeItem(key); }
  }

  all().filter((key) => Date.now() - read(key).at > PATIENCE).forEach((key) => sessionStorage.removeItem(key));
  if (isAway) { // what was typed here, or on the page that led here, waits
    all().filter((key) => [here, cameFrom].includes(read(key).page)).forEach((key) => keep(key, { ...read(key), waits: true }));
  } else if (cameFrom && visit.type === "navigate" && !visit.redirectCount && !("answers" in words.dataset)) { // he went on before an answer came
    all().filter((key) => read(key).page === cameFrom).forEach((key) => keep(key, { ...read(key), isLeft: true }));
  } else if (cameFrom && visit.type !== "back_forward") { // what was sent by the page before arrived, now or when it was sent again
    const own = onPage().map(keyOf), asksMore = document.querySelector("[data-between]") !== null; // the PIN, then it goes on from here
    const said = (what) => document.querySelector("[data-toast]" + what) !== null;
    if (visit.redirectCount && said("[role=alert]") && !said(".is-success")) { // refused, and led to where the row stands
      all().filter((key) => read(key).page === cameFrom && !read(key).isLeft).forEach((key) => keep(key, { ...read(key), page: here, waits: true }));
    }
    all().filter((key) => read(key).page === cameFrom && !read(key).isLeft && !own.includes(key))
      .filter((key) => !read(key).waits || (visit.type === "reload" && here !== cameFrom))
      .forEach((key) => { if (asksMore) { keep(key, { ...read(key), page: here }); } else { sessionStorage.removeItem(key); } });
  }
  /* A page that answered what was sent would be sent again by the browser's arrows: they ask for its address instead. */
  if (!isAway && "posted" in words.dataset) { history.replaceState(history.state, ""); }
  if (!words) { return; }

  onPage().forEach((form) => adopt(form, false));
  if (!isAway) { // what no form of this page asks any more
    const own = onPage().map(keyOf);
    all().filter((key) => read(key).waits && read(key).page === here && !read(key).comesLater && !own.includes(key))
      .forEach((key) => showBeside(key, null));
  }
  document.addEventListener("form-came", (event) => { // into a dialog, in the place of the one before
    forms.splice(0).forEach((one) => { if (one.form.isConnected) { forms.push(one); } else { leave(one); } });
    event.target.querySelectorAll("form[data-keeps]").forEach((form) => adopt(form, true));
  });
  window.addEventListener("load", () => forms.filter((one) => one.given && !one.isTouched).forEach((one) => { one.given = asText(one.form); })); // as scripts write it
  window.addEventListener("submit", (event) => { // last of all who hear of it: who sends nothing lays nothing
    if (event.defaultPrevented) { return; }
    isOver = isOver || /\/logout\/$/.test(event.target.action);
    forms.filter((one) => one.form === event.target).forEach((one) => { one.sent = asText(one.form); lay(one); });
  });
  window.addEventListener("pagehide", () => forms.forEach(leave));
  window.addEventListener("pageshow", (event) => {
    isOver = false;
    if (event.persisted && forms.length) { location.reload(); } // asked for anew, like any page behind an arrow
  });
})();
