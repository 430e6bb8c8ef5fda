/* Boxes for a file speak the page's language: the browser's own box lies, unseen, over ours, so that keys, dropping a file and
   screen readers work as ever. Without this script it is the browser's box. */
(function () {
  "use strict";
  const words = document.getElementById("form-words");
  if (!words) { return; }
  const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value"); // a script that empties the box is seen too

  function show(input) {
    const names = Array.from(input.files, (file) => file.name).join(", ");
    const place = input.parentElement.querySelector("[data-file-name]");
    place.textContent = names || words.dataset.fileNone;
    place.classList.toggle("quiet", !names);
  }

  function enhance(within) {
    within.querySelectorAll("input[type=file]:not([data-has-box])").forEach((input) => {
      input.dataset.hasBox = "";
      const box = document.createElement("span"), button = document.createElement("span"), name = document.createElement("span");
      box.className = "form-control file-box";
      button.className = "file-button";
      button.textContent = words.dataset.fileChoose;
      name.dataset.fileName = "";
      name.className = "file-name";
      [button, name].forEach((part) => part.setAttribute("aria-hidden", "true"));
      input.before(box);
      box.append(button, name, input);
      input.classList.remove("form-control");
      Object.defineProperty(input, "value", { get() { return native.get.call(this); }, set(text) { native.set.call(this, text); show(this); } });
      show(input);
    });
  }

  document.addEventListener("change", (event) => { if (event.target.matches("[data-has-box]")) { show(event.target); } });
  window.portal.fileBoxes = enhance;
  enhance(document);
})();
