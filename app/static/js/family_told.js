/* What the law asks of each person: only the facts that the relation needs are shown, the children of a married man are
   proposed his spouse's marriage, and what the law answers stands at the person. Without this script everything is shown. */
(function () {
  "use strict";
  const { find, all, family } = window.portal;
  const form = family.form;

  const box = (part) => find("input, select", part);
  const factOf = (row, name) => find("[name$='-" + name + "']", row);

  function principalSex() {
    const own = all("[data-member]", form).find((row) => { const kind = find("[name$='-relation']", row); return kind && kind.value === "SELF"; });
    return own ? factOf(own, "sex").value : form.dataset.principalSex;
  }

  function fits(part, relation, row) {
    if (!relation || !part.dataset.for.split(" ").includes(relation)) { return false; }
    if (part.dataset.limit === "male" && relation === "CHILD") { return principalSex() !== "F"; }
    return part.dataset.limit !== "nikah" || factOf(row, "marriage_paper").value === "NIKAH_CERT_TH";
  }

  /* For whom a fact is asked is said only where the relation is not known yet. */
  function hush(part) {
    const hint = find("[data-hint]", part), one = box(part);
    if (part.dataset.whose && hint.textContent.trim() === part.dataset.whose) { hint.textContent = ""; }
    if (one.dataset.help === part.dataset.whose) { one.dataset.help = ""; }
  }

  function fit(row) {
    const kind = find("[data-relation]", row), told = find("[data-told]", row);
    if (!kind || !told) { return; }
    told.hidden = !kind.value;
    for (const part of all("[data-for]", told)) {
      const shown = fits(part, kind.value, row);
      part.hidden = !shown;
      all("input, select", part).forEach((one) => { one.disabled = !shown; });
      const words = part.dataset["label" + kind.value.charAt(0) + kind.value.slice(1).toLowerCase()] || part.dataset.label;
      const label = find("[data-label-text]", part) || find("label", part);
      if (label.textContent.trim() !== words) { label.textContent = words; }
      hush(part);
    }
    const married = factOf(row, "marriage_date");
    if (kind.value === "SPOUSE") { married.dataset.needed = "1"; } else { delete married.dataset.needed; }
    find("[data-proposed]", row).hidden = kind.value !== "CHILD" || principalSex() !== "M";
  }

  const rowsOf = (relation) => all("[data-member]", form).filter((row) => { const kind = find("[data-relation]", row); return kind && kind.value === relation; });

  /* The marriage of the one spouse of a man is proposed for the children; what somebody typed there stays. */
  function propose() {
    const spouses = rowsOf("SPOUSE");
    if (principalSex() !== "M" || spouses.length !== 1 || factOf(spouses[0], "marriage_paper").value === "NIKAH_CERT_TH") { return; }
    const day = factOf(spouses[0], "marriage_date").value.trim();
    for (const child of rowsOf("CHILD")) {
      const married = factOf(child, "marriage_date");
      if (!day || married.value === day || (married.value.trim() && married.dataset.proposedDay !== married.value)) { continue; }
      married.value = day;
      married.dataset.proposedDay = day;
      married.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function refresh() { all("[data-member]", form).forEach(fit); }

  form.addEventListener("change", (event) => {
    if (!event.target.name) { return; }
    if (/-(relation|sex|marriage_paper)$/.test(event.target.name)) { refresh(); }
    if (/-(relation|sex|marriage_paper|marriage_date)$/.test(event.target.name)) { propose(); }
  });
  form.addEventListener("form-changed", () => { refresh(); propose(); });

  form.addEventListener("form-kept", (event) => {
    for (const line of event.detail.then) {
      const row = find("[data-member='" + line.row + "']", form), holder = row && find("[data-by-law]", row);
      if (holder && holder.innerHTML !== line.html) { holder.innerHTML = line.html; }
    }
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-use-paper]");
    if (!button) { return; }
    const papers = find("[data-papers]", button.closest("[data-member]"));
    family.tick(papers, button.dataset.usePaper, button.dataset.useWords, button.dataset.useAddress);
    button.remove();
    family.changed();
  });

  refresh();
})();
