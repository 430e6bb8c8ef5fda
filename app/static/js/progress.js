/* While work goes on, its page asks how far it is and loads anew when the state is another one. */
(function () {
  "use strict";
  const { find } = window.portal;
  const place = find("[data-progress-of]");
  if (!place) { return; }
  const EVERY = 700, LONGEST = 15000;
  const state = () => find("[data-progress-state]", place).dataset.progressState;
  const begun = state();
  let pause = EVERY;

  async function look() {
    try {
      const answer = await fetch(place.dataset.progressOf);
      if (!answer.ok || answer.redirected) { throw new Error("away"); }
      place.innerHTML = await answer.text();
      pause = EVERY;
      if (state() !== begun) { location.reload(); return; }
    } catch (error) { /* away for a moment: ask again, less often */
      pause = Math.min(pause * 2, LONGEST);
    }
    setTimeout(look, pause);
  }
  setTimeout(look, EVERY);
})();
