/* The look-up page: prints the answer, and brings it into view where the question fills a small screen. */
(function () {
  "use strict";
  const { find } = window.portal;
  const print = find("[data-print]"), answer = find(".right-answer");
  if (!print) { return; }
  print.hidden = false;
  print.addEventListener("click", () => window.print());
  if (answer.getBoundingClientRect().bottom > window.innerHeight) { answer.scrollIntoView({ block: "nearest" }); }
})();
