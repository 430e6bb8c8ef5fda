"""Nothing typed is lost: every form of more than a question, a file or a secret keeps what is typed (js/house/kept.js)."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "app" / "templates"
_FORM = re.compile(r"<form\b((?:\{[{%].*?[%}]\}|[^>])*)>(.*?)</form>", re.S)
_TYPED = re.compile(r"<textarea|form-control|form-select|ui\.field\(|day_box\(")
QUESTION, FILE, SECRET = (
    "one question, asked anew in a moment",
    "a file, which no browser gives back",
    "a secret or a code",
)
# Templates whose forms without `ui.keeps` are nothing more than this.
KEEPS_NOTHING = {
    "appeals/appeal.html": FILE, "appeals/ask.html": QUESTION, "approvals/filters.html": QUESTION,
    "approvals/queue.html": QUESTION,
    "card/officer.html": QUESTION, "card/own_pin.html": SECRET, "card/pin.html": SECRET, "card/policies.html": QUESTION,
    "changes/ask.html": QUESTION, "changes/transfer_ask.html": QUESTION, "claims/claim.html": FILE, "claims/list.html": QUESTION,
    "hospital_statements/list.html": FILE, "lists.html": QUESTION, "login.html": SECRET, "other_schemes/ask.html": QUESTION,
    "other_schemes/files.html": FILE, "own_phone.html": SECRET, "passwords/form.html": SECRET, "refunds/ask.html": QUESTION,
    "refunds/list.html": QUESTION, "register/list.html": QUESTION, "reports/report.html": QUESTION, "rights/ask.html": QUESTION,
    "rosters/upload.html": FILE, "search.html": QUESTION, "shell/top.html": QUESTION,
}  # fmt: skip


def _forms(page: Path) -> list[tuple[str, str]]:
    found = [form for form in _FORM.findall(page.read_text()) if 'method="post"' in form[0]]
    return [(head, body) for head, body in found if _TYPED.search(body)]


def test_each_form_keeps_what_is_typed_or_is_told_why_not():
    pages = {str(page.relative_to(TEMPLATES)): _forms(page) for page in TEMPLATES.rglob("*.html")}
    without = {
        name
        for name, forms in pages.items()
        for head, _body in forms
        if "ui.keeps(" not in head and "data-autosave" not in head
    }
    assert without == set(KEEPS_NOTHING), "give it {{ ui.keeps() }} and {{ ui.kept_words() }}"
    assert sum("ui.keeps(" in head for forms in pages.values() for head, _body in forms) > 25


def test_each_form_that_keeps_says_that_it_gave_back():
    for page in TEMPLATES.rglob("*.html"):
        forms = [body for head, body in _FORM.findall(page.read_text()) if "ui.keeps(" in head]
        assert all("ui.kept_words()" in body or "generated" in body for body in forms), page
