/* Asks before what is hard to undo: a form or button with data-confirm is sent only after the dialog's yes.
   Without this script the server asks on a page of its own (app/views/base.py, confirmed). */
(function () {
  "use strict";
  const { find, all } = window.portal;
  const dialog = find("[data-confirm-dialog]");
  if (!dialog || !dialog.showModal) { return; }

  function ticked(button) {
    if (!button.hasAttribute("data-confirm-ticked")) { return ""; }
    return all("[data-tick]:checked").map((tick) => tick.dataset.tick).join(", ");
  }

  function ask(form, button, asker) {
    find("[data-confirm-title]", dialog).textContent = asker.dataset.confirm;
    find("[data-confirm-words]", dialog).textContent = asker.dataset.confirmConsequence || ticked(asker);
    find("[data-confirm-yes]", dialog).textContent = asker.dataset.confirmVerb;
    dialog.returnValue = "no";
    dialog.showModal();
    dialog.onclose = function () {
      if (dialog.returnValue !== "yes") { if (button) { button.focus(); } return; }
      const yes = document.createElement("input");
      Object.assign(yes, { type: "hidden", name: "confirmed", value: "yes" });
      form.append(yes);
      form.requestSubmit(button);
    };
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    const asker = button && button.dataset.confirm ? button : form;
    const isAsked = find("[name=confirmed]", form) || find("[data-all-that-fit]:checked", form); // all that fit: the server names them
    if (!asker.dataset.confirm || isAsked) { return; }
    event.preventDefault();
    ask(form, button, asker);
  }, true);
  window.addEventListener("pageshow", () => all("input[name=confirmed]").forEach((yes) => yes.remove()));
})();
