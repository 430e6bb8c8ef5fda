"""Walks from the home page over every link of the portal, one page per template, and looks at each with a visitor's eyes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "data" / "axe-core-4.14.1" / "axe.min.js"
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
_NOT_PAGES = re.compile(
    r"^/(lang|evidence|claim-papers|appeal-papers|api|static|logout)/|/(file|template)$|/back$|\.pdf$|^/transfer-letters/\d+$"
)
_NUMBERS = re.compile(r"/\d+(?=/|$)")
_KEYS = re.compile(r"/(?=[^/]*[0-9A-Z])[A-Za-z0-9_-]{8,}(?=/|$)")
_LINKS = "as => as.filter(a => !a.closest('[data-no-walk]')).map(a => a.href)"


def kind_of(path: str) -> str:
    """The page's kind: its path with ids and keys left out."""
    return _KEYS.sub("/key", _NUMBERS.sub("/id", path))


@dataclass
class Walk:
    """Which kinds of pages were seen, each under the address where it was first met."""

    address: str
    page: Page
    look: Callable[[str, Page], None]
    seen: dict[str, str] = field(default_factory=dict)

    def from_home(self, most: int = 80) -> "Walk":
        """Follow links breadth first from the home page, each kind of page once."""
        waiting = ["/"]
        while waiting and len(self.seen) < most:
            path = waiting.pop(0)
            kind = kind_of(urlsplit(path).path)
            if kind in self.seen:
                continue
            self.seen[kind] = path
            waiting += self.visit(path)
        return self

    def visit(self, path: str) -> list[str]:
        """Open a page, prove that it is one, look at it, and return the paths that it leads to."""
        answer = self.page.goto(self.address + path)
        assert answer and answer.ok, (path, answer and answer.status)
        assert self.page.locator("h1").count() == 1, f"{path} needs one h1"
        self.look(path, self.page)
        return self.ours(self.page.eval_on_selector_all("a[href]", _LINKS))

    def ours(self, links: list[str]) -> list[str]:
        """The pages of the portal among them."""
        ours = [urlsplit(link) for link in links if link.startswith(self.address + "/")]
        paths = [link.path + (f"?{link.query}" if link.query else "") for link in ours]
        return [path for path in dict.fromkeys(paths) if not _NOT_PAGES.search(urlsplit(path).path)]


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.1 A and AA on the page as it stands."""
    # By the debugger's door: the page's own policy lets no foreign script in.
    page.evaluate(AXE.read_text() + ";0")
    wanted = {"runOnly": {"type": "tag", "values": _WCAG}, "resultTypes": ["violations"]}  # the rest is only counted
    found = page.evaluate("wanted => axe.run(document, wanted)", wanted)
    return [
        f"{fault['id']} ({fault['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for fault in found["violations"]
        for node in fault["nodes"][:3]
    ]


_MISFITS = """
() => {
  const shown = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && element.clientWidth > 4 && !element.closest('.visually-hidden, .skip')
    && !(element.closest('thead') && element.closest('thead').clientWidth < 4);
  const all = selector => Array.from(document.querySelectorAll(selector)).filter(shown);
  const name = element => `${element.className || element.tagName} “${element.textContent.trim().slice(0, 60)}”`;
  const told = (fault, element) => `${fault}: ${name(element)}`;
  const root = document.documentElement, wide = root.scrollWidth - root.clientWidth;
  const cut = all('.btn, .chip, h1, h2, h3, label, legend, summary, .side-link, .menu-item, .count, thead th, tbody td')
    .filter(element => element.scrollWidth > element.clientWidth + 1);
  const broken = all('.btn, .chip:not(.may-wrap), .count')
    .filter(element => element.offsetHeight > (element.matches('.btn') ? 58 : 34));
  const small = all('button, a.btn, a.menu-item, a.side-link, select, textarea, summary, .tick, .choice, '
    + 'input:not([type=hidden], [type=checkbox], [type=radio], [type=file])')
    .filter(element => !element.closest('.combobox-select') && element.getBoundingClientRect().height < 39.5);
  const beyond = all('.menu-sheet, dialog').filter(element => {
    const {left, right} = element.getBoundingClientRect();
    return left < -1 || right > root.clientWidth + 1;
  });
  const lines = element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set(Array.from(range.getClientRects(), one => Math.round(one.top))).size;
  };
  const torn = Array.from(document.querySelectorAll('.whole')).filter(element => element.checkVisibility() && lines(element) > 1);
  return [
    ...torn.map(element => told('taken apart inside a word', element)),
    ...beyond.map(element => told('stands outside the window', element)),
    ...(wide > 0 ? [`scrolls sideways by ${wide} px`] : []),
    ...cut.map(element => told('cut off', element)),
    ...broken.map(element => told('breaks its line', element)),
    ...small.map(element => told('smaller than 40 px', element)),
  ];
}
"""


def misfits(page: Page) -> list[str]:
    """What does not fit the window: a page that scrolls sideways, words cut off, broken buttons, targets under 40 px."""
    return list(dict.fromkeys(page.evaluate(_MISFITS)))


_LABELS = "h1, h2, h3, th, label, legend, dt, button, .side-link, .menu-item, .chip, .btn, .note, option, summary, .field-help"
_TEXTS = """
([selector, language], root = document) => Array.from(root.querySelectorAll(selector)).flatMap(element => {
  const own = [];
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest('[lang]').lang === language && !node.parentElement.closest('[data-words-of-people]')) {
      own.push(node.textContent.trim());
    }
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    if (element.closest('[lang]').lang === language && element.getAttribute(name)) { own.push(element.getAttribute(name)); }
  }
  return own.filter(text => text);
})
"""
_THAI = re.compile(r"[ก-๛]")
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
# What is written in Latin letters in Thai offices too.
_ALSO_THAI = re.compile(
    r"\b(Excel|CSV|xlsx|xls|PDF|JPG|PNG|English|Ctrl|Alt|Shift|Enter|Esc|Tab|Space|[A-Z]{2}\d{4}[\w-]*|SB2570|CR2570|token|Token|REST|API|NHSO|"
    r"sha256|lgo_\w+|\w+@[\w.]+)\b"
)


def foreign_labels(page: Page, language: str) -> list[str]:
    """Labels of the page that are not in its language; data are marked with their own."""
    return _foreign(page.evaluate(_TEXTS, [_LABELS, language]), language)


def _foreign(found: list[str], language: str) -> list[str]:
    texts = dict.fromkeys(found)
    if language == "en":  # a name may stand inside an English sentence
        return [text for text in texts if _THAI.search(text) and not _LATIN_WORD.search(text)]
    return [text for text in texts if _LATIN_WORD.search(_ALSO_THAI.sub("", text)) and not _THAI.search(text)]


_READ = f"""
async ([path, selector, language]) => {{
  const answer = await fetch(path);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const links = {_LINKS};
  return [answer.ok, ({_TEXTS.strip()})([selector, language], page), links(Array.from(page.querySelectorAll("a[href]")))];
}}
"""


@dataclass
class Reader(Walk):
    """Reads the pages as they come, without showing them: quick, but blind to what scripts write."""

    language: str = "en"
    faults: list[str] = field(default_factory=list)

    def visit(self, path: str) -> list[str]:
        """Fetch a page, note its labels that are not in the language, and return the paths that it leads to."""
        ok, texts, links = self.page.evaluate(_READ, [path, _LABELS, self.language])
        assert ok, path
        self.faults += [f"{path}: {text}" for text in _foreign(texts, self.language)]
        return self.ours(links)
