/* Beside each password box a button that shows what is typed; a word while Caps Lock is on. */
(function () {
  "use strict";
  const { find, all } = window.portal;
  const words = find("[data-password-words]"), caps = find("[data-caps-lock]");

  const icon = (name) => find("template[data-icon='" + name + "']").content.cloneNode(true);

  all("input[type=password]").forEach((box) => {
    const around = document.createElement("div"), button = document.createElement("button");
    around.className = "with-button mb-0";
    box.replaceWith(around);
    button.type = "button";
    button.className = "btn btn-plain btn-icon";
    button.setAttribute("aria-controls", box.id);
    around.append(box, button);
    function show(isShown) {
      box.type = isShown ? "text" : "password";
      button.setAttribute("aria-label", isShown ? words.dataset.hide : words.dataset.show);
      button.setAttribute("aria-pressed", String(isShown));
      button.replaceChildren(icon(isShown ? "eye-slash" : "eye"));
    }
    button.addEventListener("click", () => { show(box.type === "password"); box.focus(); });
    box.form.addEventListener("submit", () => show(false));
    box.addEventListener("keyup", (event) => {
      if (event.getModifierState) { caps.hidden = !event.getModifierState("CapsLock"); }
    });
    box.addEventListener("blur", () => { caps.hidden = true; });
    show(false);
  });
  const first = find("[autofocus]");
  if (first && document.activeElement === document.body) { first.focus(); }
})();
