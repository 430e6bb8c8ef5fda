/* The style guide's button that shows a word in the corner. */
(function () {
  "use strict";
  window.portal.all("[data-tell]").forEach((button) => {
    button.addEventListener("click", () => window.portal.tell(button.dataset.tell, "success"));
  });
})();
