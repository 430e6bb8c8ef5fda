/* A button with data-copy copies the box of that id, or marks it where the browser does not let it. */
(function () {
  "use strict";
  const { find, all } = window.portal;
  all("[data-copy]").forEach((button) => {
    const box = document.getElementById(button.dataset.copy), words = find("[data-copy-words]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      box.select();
      try {
        await navigator.clipboard.writeText(box.value);
        words.textContent = button.dataset.copied;
      } catch (error) { words.textContent = button.dataset.notCopied; }
    });
  });
})();
