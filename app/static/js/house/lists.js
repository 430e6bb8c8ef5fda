/* Lists: the record opens beside its list where there is room, J and K walk the rows, Escape closes.
   A row's link with data-aside names a piece of page; without room or script the link itself leads on. */
(function () {
  "use strict";
  const { find, all, isTyping, keyOf, areKeysOn } = window.portal;
  const desk = find("[data-desk]");
  if (!desk) { return; }
  const box = find("[data-aside-box]", desk), roomy = window.matchMedia("(min-width: 75rem)");
  const rows = () => all("tbody tr", desk).filter((row) => find("a[href]", row));
  const linkOf = (row) => find("a[href]", row);
  let here = null;

  function mark(row) {
    all("tr.is-here", desk).forEach((old) => {
      old.classList.remove("is-here");
      linkOf(old).removeAttribute("aria-current");
    });
    here = row;
    if (row) {
      row.classList.add("is-here");
      linkOf(row).setAttribute("aria-current", "true");
    }
  }

  function close() {
    const row = here;
    box.hidden = true;
    box.replaceChildren();
    desk.classList.remove("beside");
    mark(null);
    if (row) { linkOf(row).focus(); }
  }

  async function open(link) {
    mark(link.closest("tr"));
    desk.classList.add("beside");
    box.hidden = false;
    box.setAttribute("aria-busy", "true");
    if (!box.firstChild) { box.textContent = box.dataset.busy; }
    let answer = null;
    try { answer = await fetch(link.dataset.aside); } catch (error) { /* away: the link itself says so */ }
    if (!answer || !answer.ok || answer.redirected) { location.href = link.href; return; }
    const words = await answer.text();
    if (here !== link.closest("tr")) { return; }
    box.innerHTML = words;
    box.removeAttribute("aria-busy");
    box.scrollTop = 0;
    find("[data-aside-heading]", box).focus({ preventScroll: true });
  }

  desk.addEventListener("click", (event) => {
    if (event.target.closest("[data-aside-close]")) { close(); return; }
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const row = event.target.closest("tbody tr");
    if (!plain || !row || !roomy.matches || String(window.getSelection())) { return; }
    const other = event.target.closest("a, button, input, label"), link = find("a[data-aside]", row);
    if (!link || (other && other !== link)) { return; }
    event.preventDefault();
    open(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box && !box.hidden && !find("details[data-menu][open]")) { close(); return; }
    const step = { j: 1, k: -1 }[keyOf(event)];
    if (!step || isTyping(event) || !areKeysOn()) { return; }
    const list = rows(), from = list.indexOf(document.activeElement.closest("tr") || here);
    const next = list[Math.min(Math.max(from + step, 0), list.length - 1)];
    if (next) { linkOf(next).focus(); }
  });

  /* Where there is room the whole row opens, so it looks like what can be pressed. */
  all("a[data-aside]", desk).forEach((link) => link.closest("tr").classList.add("opens"));
})();
