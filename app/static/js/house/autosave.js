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
  let isOver = false; // logged out: nothing is laid down any more
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented && /\/logout\/$/.test(event.target.action)) { isOver = true; clear(); } });
  if (!words) { return; }
  const mine = prefix + words.dataset.officer + " ";
  clear(mine); // what another officer left in this tab

  const form = document.querySelector("form[data-autosave]");
  if (!form) { return; }
  const pause = Number(form.dataset.autosavePause || 1500);
  let timer = 0, dirty = false, busy = null, ended = false, passing = false, cutOff = false, since = 0;

  const key = () => mine + location.pathname + location.search;
  const names = (name) => form.querySelector("[name=" + name + "]");

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

  function remember() {
    try { sessionStorage.setItem(key(), JSON.stringify([...typed()].filter(([name]) => name !== "csrf_token"))); } catch (error) { /* full */ }
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

  /* What went off while a page was left may arrive after the next page was made, which then has the number before: that was
     this window and no other one. */
  const leftAs = (body) => mine + "left " + body.get("typed_id");
  function leave() {
    const body = typed();
    if (isOver) { return; }
    sessionStorage.setItem(leftAs(body), JSON.stringify({ version: body.get("typed_version"), at: Date.now() }));
    send(body, true).catch(() => {});
  }

  async function sendOwn(body) {
    const answer = await send(body);
    const left = JSON.parse(sessionStorage.getItem(leftAs(body)) || "{}");
    sessionStorage.removeItem(leftAs(body));
    if (answer.status !== 409 || left.version !== body.get("typed_version") || Date.now() - left.at > 15000) { return answer; }
    body.set("typed_version", Number(left.version) + 1);
    return send(body);
  }

  /* The page has opened: what was left has arrived, or this page was made before it did and is brought up to its number now. */
  function settle() {
    const body = typed(), left = JSON.parse(sessionStorage.getItem(leftAs(body)) || "{}");
    if (!body.get("typed_id") || left.version === undefined) { return; }
    if (Number(body.get("typed_version")) === Number(left.version) + 1) {
      sessionStorage.removeItem(leftAs(body));
      sessionStorage.removeItem(key());
    } else if (!sessionStorage.getItem(key())) {
      dirty = true;
      save();
    }
  }

  /* Sends what is typed; true once the server has it. */
  async function save() {
    clearTimeout(timer);
    if (ended) { return false; }
    if (busy) { await busy; }
    if (!dirty) { return true; }
    busy = attempt();
    const done = await busy;
    busy = null;
    return done;
  }

  async function attempt() {
    dirty = false;
    since = 0;
    cutOff = true;
    show("saving");
    try {
      const answer = await sendOwn(typed());
      if (isOut(answer)) { dirty = true; show("out"); return false; }
      cutOff = false;
      if (answer.status === 429 || answer.status >= 500) { throw new Error(answer.status); }
      const told = await answer.json();
      if (!answer.ok) {
        ended = answer.status === 409 || answer.status === 404;
        dirty = true; // only this window has it: leaving asks first
        show("stopped", told.words);
        return false;
      }
      names("typed_id").value = told.id;
      names("typed_version").value = told.version;
      sessionStorage.removeItem(key());
      if (told.address && told.address !== location.pathname + location.search) { history.replaceState(history.state, "", told.address); }
      if (dirty) { remember(); }
      show(told.stale ? "stale" : "kept", told.stale ? undefined : told.words);
      form.dispatchEvent(new CustomEvent("form-kept", { detail: told }));
      return true;
    } catch (error) {
      dirty = true;
      show("offline");
      timer = setTimeout(save, 8000);
      return false;
    }
  }

  function changed() {
    dirty = true;
    since = since || Date.now(); // who types without a pause is kept all the same
    remember();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(pause, since + 3 * pause - Date.now())));
  }

  /* What this tab kept while the officer was logged out or offline goes to the server, and comes back as a page. */
  async function bringBack() {
    const kept = sessionStorage.getItem(key());
    if (!kept || form.hasAttribute("data-answered")) { sessionStorage.removeItem(key()); return; }
    const body = new FormData();
    JSON.parse(kept).forEach(([name, value]) => body.append(name, value));
    // Only what the server never had goes under the page's number: older words must not take the place of newer ones.
    if (!body.get("typed_id")) { for (const name of ["typed_id", "typed_version"]) { body.set(name, names(name).value); } }
    try {
      const answer = await sendOwn(body);
      if (answer.status === 409 || answer.status === 404) {
        sessionStorage.removeItem(key()); // told once: the page is up to date and keeps itself from here
        show("stopped", (await answer.json()).words);
      }
      if (!answer.ok) { return; }
      sessionStorage.removeItem(key());
      location.replace((await answer.json()).address);
    } catch (error) { show("offline"); }
  }

  /* The last seconds go along before the form itself is sent, so that a lost session loses nothing. */
  form.addEventListener("submit", async (event) => {
    if (passing || event.defaultPrevented || ended) { return; }
    event.preventDefault();
    const button = event.submitter;
    if (form.dataset.leaving) { return; }
    form.dataset.leaving = "yes";
    dirty = true;
    await save();
    delete form.dataset.leaving;
    if (cutOff && !ended) { return; } // offline or logged out: it would be lost on the way
    passing = true;
    form.requestSubmit(button);
  });
  window.addEventListener("pageshow", () => { passing = false; isOver = false; });
  window.addEventListener("pagehide", () => { if ((dirty || busy) && !passing && !ended) { leave(); } });
  window.addEventListener("beforeunload", (event) => { if (dirty && !passing && (ended || !navigator.onLine)) { event.preventDefault(); } });
  window.addEventListener("online", () => { if (dirty) { save(); } });
  window.addEventListener("offline", () => show("offline"));
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("form-changed", changed);
  if (form.hasAttribute("data-answered")) { changed(); }
  settle();
  bringBack();
})();
