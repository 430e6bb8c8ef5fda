/* The drawer of the frame: what an officer asked for, how far it is, and a word when it is done.
   Asks again only while something runs; every word comes from the page that answers. */
(function () {
  "use strict";
  const { find, all } = window.portal;
  const drawer = find("[data-activity]");
  if (!drawer) { return; }
  const sheet = find("[data-activity-sheet]", drawer), count = find("[data-activity-count]", drawer);
  const EVERY = 1500, LONGEST = 15000;
  let running = drawer.dataset.activityRunning.split(",").filter(Boolean);
  let pause = EVERY, timer = 0;

  async function newest() {
    const answer = await fetch(drawer.dataset.activity);
    if (!answer.ok || answer.redirected) { return null; }
    const page = document.createElement("template");
    page.innerHTML = await answer.text();
    return page.content;
  }

  /* The parts that change are put over the old ones, so that the focus stays where it is. */
  function show(news) {
    const known = all("[data-job]", sheet).map((job) => job.dataset.job);
    const jobs = all("[data-job]", news);
    if (known.join() !== jobs.map((job) => job.dataset.job).join()) {
      sheet.replaceChildren(news.cloneNode(true));
      return;
    }
    jobs.forEach((job) => {
      const old = find("[data-job='" + job.dataset.job + "']", sheet);
      const hasEnded = "jobOver" in job.dataset && !("jobOver" in old.dataset);
      if (hasEnded) { old.replaceWith(job.cloneNode(true)); return; }
      find("[data-job-state]", old).innerHTML = find("[data-job-state]", job).innerHTML;
    });
  }

  function showInPage(news) {
    all("[data-job-row]").forEach((row) => {
      const job = find("[data-job='" + row.dataset.jobRow + "'] [data-job-state]", news);
      if (job) { find("[data-job-state]", row).innerHTML = job.innerHTML; }
    });
  }

  function tellOf(job) {
    const { jobTold, jobKind, jobFile, jobFileWords } = job.dataset;
    if (jobTold) { window.portal.tell(jobTold, jobKind, jobFile && { address: jobFile, words: jobFileWords }); }
  }

  async function look() {
    clearTimeout(timer);
    let news = null;
    try { news = await newest(); } catch (error) { /* away for a moment: ask again, less often */ }
    if (!news) {
      pause = Math.min(pause * 2, LONGEST);
    } else {
      pause = EVERY;
      const ended = all("[data-job-over]", news).filter((job) => running.includes(job.dataset.job));
      running = all("[data-job]:not([data-job-over])", news).map((job) => job.dataset.job);
      show(news);
      showInPage(news);
      count.textContent = running.length;
      count.hidden = running.length === 0;
      ended.forEach(tellOf);
      if (ended.some((job) => find("[data-job-row='" + job.dataset.job + "']"))) { location.reload(); }
    }
    if (running.length) { timer = setTimeout(look, pause); }
  }

  drawer.addEventListener("toggle", () => { if (drawer.open) { look(); } });
  if (running.length) { timer = setTimeout(look, EVERY / 2); }
})();
