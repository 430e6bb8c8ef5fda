/* Nothing typed is lost: a form with data-autosave sends itself to that address shortly after each change. What the server
   has not got yet lies in this tab alone (sessionStorage) until it has; logging out, or somebody else's log-in, clears it. */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  const prefix = "typed ";

  function clear(keep) {
    Object.keys(sessionStorage).filter((key) => key.startsWith(prefix) && !(keep && key.startsWith(keep)))
      .forEach((key) => sessionStorage.removeItem(key));
  }
  const isLogOut = (event) => !event.defaultPrevented && /\/logout\/$/.test(event.target.action);
  let isOver = false; // logged out: nothing is laid down any more
  document.addEventListener("submit", (event) => { if (isLogOut(event)) { isOver = true; clear(); } });
  if (!words) { return; }
  const mine = prefix + words.dataset.officer + " ";
  clear(mine); // what another officer left in this tab

  const form = document.querySelector("form[data-autosave]");
  const here = () => location.pathname + location.search;
  if (!form) { showOrphans(); return; }
  const MOST_UNHEARD = 3;
  const pause = Number(form.dataset.autosavePause || 1500);
  let timer = 0, dirty = false, busy = null, ended = false, passing = false, cutOff = false, parting = false, unheard = [], since = 0;
  let alone = false; // what is typed lies in this tab, or in this window, and nowhere else

  const lost = form.querySelector("[data-lost]"); // the words of what is asked (confirm.js)
  const names = (name) => form.querySelector("[name=" + name + "]");
  const place = () => mine + here();
  const key = () => names("typed_id").value ? mine + "form " + names("typed_id").value : place();

  function typed() {
    const body = new FormData(form);
    for (const [name, value] of [...body]) { if (value instanceof File) { body.delete(name); } }
    return body;
  }

  /* state is saving, kept, offline, out or stopped; the page holds the words of each. */
  function show(state, text) {
    form.querySelectorAll("[data-autosave-state]").forEach((box) => {
      box.dataset.state = state;
      box.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !part.dataset.when.split(" ").includes(state); });
      const place = box.querySelector("[data-autosave-words]");
      if (text !== undefined && place) { place.textContent = text; }
    });
  }

  function lay(name, what) {
    try { sessionStorage.setItem(name, JSON.stringify({ page: here(), ...what })); } catch (error) { alone = true; /* full: leaving asks first */ }
  }

  function remember(more) {
    if (!isOver) { lay(key(), { words: wordsOf(typed()), unheard, ...more }); }
  }

  /* Words as people read them, [label, text], but for what stands on the page: of a row that it has not the label of another one. */
  function linesOf(kept, isBeside) {
    const boxes = [...form.elements].filter((box) => box.name), byName = new Map(boxes.map((box) => [box.name, box]));
    const alike = new Map(boxes.map((box) => [box.name.replace(/^members-[0-9]+-/, ""), box]));
    return kept.filter(([, value]) => value.trim()).flatMap(([name, value]) => {
      const [, number, field] = name.match(/^members-([0-9]+)-(.+)$/) || ["", "0", name], own = byName.get(name), box = own || alike.get(field);
      const line = box && box.type !== "checkbox" && !(isBeside && own && own.value === value) && window.leftWords.lineOf(box, value);
      return line ? [[line[0] + (number === "0" ? "" : " (" + number + ")"), line[1]]] : [];
    });
  }

  /* Under the head of the form, which stays in sight above it. */
  function showBeside(lines, name) {
    window.leftWords.show(lines, form && form.querySelector(".form-head").nextElementSibling, () => sessionStorage.removeItem(name));
  }

  /* What is too late for its form stands beside what was newer until it is put away. */
  function setAside(from, lines) {
    const name = mine + "left " + here(), before = JSON.parse(sessionStorage.getItem(name) || '{"told": []}');
    sessionStorage.removeItem(from);
    if (!lines.length) { return; }
    lay(name, { told: [...before.told, ...lines] });
    showBeside(lines, name);
  }

  /* So do words of a form that its page shows no more, because it was sent or thrown away elsewhere. */
  function showOrphans() {
    const own = form ? [key(), place()] : [], isListed = (page) => [...document.querySelectorAll("main a")].some((link) => link.getAttribute("href") === page);
    const isOf = (page) => page === here() || (page.startsWith(here() + "?typed=") && !isListed(page)); // led on to an empty form
    for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith(mine) && !one.includes(" sent ") && !own.includes(one))) {
      const kept = JSON.parse(sessionStorage.getItem(name));
      if (kept.page && isOf(kept.page)) { showBeside(kept.told || [], name); }
    }
  }

  function isOut(answer) {
    const kind = answer.headers.get("Content-Type") || "";
    return answer.type === "opaqueredirect" || (!kind.includes("json") && answer.status === 400);
  }

  async function send(body, stays) {
    return fetch(form.dataset.autosave, {
      method: "POST", body: new URLSearchParams([...body]), headers: { "X-CSRFToken": words.dataset.csrf }, redirect: "manual",
      keepalive: stays === true,
    });
  }

  const wordsOf = (body) => [...body].filter(([name]) => name !== "csrf_token");

  /* What went off without an answer that was heard may be there already, under the form's next number: it is sent again word for
     word, which the server knows as its own. Another window's words it does not know, and says so. */
  async function sendOwn(body, sentBefore) {
    const answer = await send(body);
    if (answer.status !== 409) { return answer; }
    for (const words of [...sentBefore].reverse()) {
      const again = await send(new URLSearchParams(words));
      if (again.ok) {
        const there = await again.json();
        body.set("typed_id", there.id);
        body.set("typed_version", there.version);
        return send(body);
      }
    }
    return answer;
  }

  /* The page is left: it goes off without waiting for the answer, and lies in this tab until the next page has asked (bringBack). */
  function leave() {
    if (isOver) { return; }
    remember({ told: linesOf(wordsOf(typed())) });
    if (ended) { return; }
    if (busy === null || names("typed_id").value) { send(typed(), true).catch(() => {}); }
  }

  /* Sends what is typed; true once the server has it. */
  async function save() {
    clearTimeout(timer);
    while (busy) { await busy; } // two may wait: the press must not go on while the other one's words are under way
    if (ended) { return false; }
    if (!dirty) { return true; }
    busy = attempt();
    const done = await busy;
    busy = null;
    return done;
  }

  /* A form whose very first answer was lost may have its number already: the same words bring it, not a second form. */
  async function learnNumber(sent) {
    const answer = await send(new URLSearchParams(sent));
    if (!answer.ok) { return; }
    const told = await answer.json();
    for (const name of ["id", "version"]) { names("typed_" + name).value = told[name]; }
  }

  async function attempt() {
    dirty = false;
    since = 0;
    cutOff = true;
    show("saving");
    try {
      const before = unheard;
      if (before.length && !names("typed_id").value) { await learnNumber(before[0]); }
      const body = typed();
      unheard = [...before, wordsOf(body)].slice(-MOST_UNHEARD);
      const answer = await sendOwn(body, before);
      if (answer.ok || [404, 409].includes(answer.status)) { unheard = []; } else if (answer.status < 500) { unheard = before; }
      if (isOut(answer)) { dirty = alone = true; show("out"); return false; }
      cutOff = false;
      if (answer.status === 429 || answer.status >= 500) { throw new Error(answer.status); }
      const told = await answer.json();
      if (!answer.ok) {
        ended = answer.status === 409 || answer.status === 404;
        dirty = alone = true; // only this window has it: leaving asks first
        show("stopped", told.words);
        if (ended) { Object.assign(form.dataset, { confirm: lost.dataset.late, confirmConsequence: told.words, confirmVerb: lost.dataset.lateVerb }); }
        return false;
      }
      [key(), place()].forEach((one) => sessionStorage.removeItem(one));
      alone = false;
      names("typed_id").value = told.id;
      names("typed_version").value = told.version;
      if (told.address && told.address !== location.pathname + location.search) { history.replaceState(history.state, "", told.address); }
      if (dirty) { remember(); }
      show(told.stale ? "stale" : "kept", told.stale ? undefined : told.words);
      form.dispatchEvent(new CustomEvent("form-kept", { detail: told }));
      return true;
    } catch (error) {
      dirty = alone = true;
      show("offline");
      timer = setTimeout(save, 8000);
      return false;
    }
  }

  function changed() {
    if (form.inert) { return; } // until what this tab kept is back
    dirty = true;
    since = since || Date.now(); // who types without a pause is kept all the same
    remember();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(pause, since + 3 * pause - Date.now())));
  }

  /* What this tab kept while the officer was logged out, offline or on his way to another page goes to the server and comes back
     as a page; the server knows words that it has already. It goes under its own number or under none, so that older words never
     take the place of newer ones; where it is too late it stands beside. Nobody types over it meanwhile, however long that takes. */
  async function bringBack() {
    const from = [key(), place()].find((one) => sessionStorage.getItem(one));
    if (!from || form.hasAttribute("data-answered")) { [key(), place()].forEach((one) => sessionStorage.removeItem(one)); return; }
    const kept = JSON.parse(sessionStorage.getItem(from)), body = new FormData(), held = document.activeElement;
    kept.words.forEach(([name, value]) => body.append(name, value));
    form.inert = true;
    try {
      const answer = await sendOwn(body, Array.isArray(kept.unheard) ? kept.unheard : []);
      if (isOut(answer)) { // the way to log in can be pressed, nothing else
        [form, ...form.querySelectorAll(".actions, .columns")].forEach((part) => { part.inert = part !== form; });
        show("out");
        return;
      }
      if (answer.status === 429 || answer.status >= 500) { throw new Error(answer.status); }
      const isTold = (answer.headers.get("Content-Type") || "").includes("json"), told = isTold ? await answer.json() : {};
      if (isTold && answer.ok) { sessionStorage.removeItem(from); }
      if (isTold && answer.ok && !["id", "version"].every((name) => String(told[name]) === names("typed_" + name).value)) { location.replace(told.address); return; }
      form.inert = false;
      if (form.contains(held)) { held.focus({ preventScroll: true }); }
      if (!answer.ok && isTold) { setAside(from, linesOf(kept.words, true)); } // the page is up to date and keeps itself from here
    } catch (error) {
      show("offline");
      setTimeout(bringBack, 8000);
    }
  }

  /* Who logs out at once after a key loses nothing: the last words go before him, and where nobody takes them he is asked. */
  document.addEventListener("submit", async (event) => {
    const out = event.target;
    if (!isLogOut(event) || parting || !(dirty || busy) || out.querySelector("[name=confirmed]")) { return; }
    event.preventDefault();
    event.stopPropagation();
    await Promise.race([save(), new Promise((done) => setTimeout(done, 3000))]);
    await new Promise((done) => setTimeout(done)); // a browser does not send a form while it is still telling of its sending
    const isLost = dirty || busy;
    if (isLost) { Object.assign(out.dataset, { confirm: lost.dataset.lost, confirmConsequence: lost.dataset.lostWords, confirmVerb: lost.dataset.lostVerb }); }
    parting = true;
    out.requestSubmit(event.submitter);
    if (isLost) { parting = false; delete out.dataset.confirm; } // the dialog stands (confirm.js); its yes sends it
  }, true);

  /* The last seconds go along before the form itself is sent, so that a lost session loses nothing. */
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) { return; }
    passing = passing || ended; // asked, and meant
    if (passing) { return; }
    event.preventDefault();
    const button = event.submitter;
    if (form.dataset.leaving) { return; }
    form.dataset.leaving = "yes";
    dirty = true;
    await save();
    delete form.dataset.leaving;
    if (cutOff || ended) { return; } // offline or logged out: it would be lost on the way; or another window went on: a second press is meant
    passing = true;
    form.requestSubmit(button);
  });
  window.addEventListener("pageshow", (event) => {
    passing = parting = isOver = false;
    if (event.persisted) { location.reload(); }
  });
  window.addEventListener("pagehide", () => { if ((dirty || busy) && !passing) { leave(); } });
  /* A card that was pulled covers the page: no question keeps it open. Who goes to log in again finds it all in this tab. */
  window.addEventListener("beforeunload", (event) => {
    const isCardGone = document.querySelector("[data-card-gone]:not([hidden])") !== null;
    if (dirty && !passing && !isOver && !isCardGone && (alone || !navigator.onLine)) { event.preventDefault(); }
  });
  form.addEventListener("click", (event) => { if (event.target.closest("[data-login-again]")) { alone = false; } });
  document.addEventListener("submit", (event) => { // thrown away on purpose
    if (["forget-typed", "throw-away"].includes(event.target.id) && !event.defaultPrevented) { isOver = true; sessionStorage.removeItem(key()); }
  });
  window.addEventListener("online", () => { if (dirty) { save(); } });
  window.addEventListener("offline", () => show("offline"));
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("form-changed", changed);
  showOrphans();
  bringBack();
  if (form.hasAttribute("data-answered")) { changed(); }
})();
