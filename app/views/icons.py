"""The icons of a page are drawn within it, each once: no further file is waited for, and none changes the page when it comes.

What a script fetches into a page has no head of its own; there an icon names the file that holds them all.
"""

import logging
import re
from functools import cache
from pathlib import Path

from flask import Flask, current_app, g, url_for
from markupsafe import Markup

_FILE = "icons/sprite.svg"
log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Give templates `begin_icons`, `icon_address` and `icons_drawn`."""
    app.jinja_env.globals.update(begin_icons=_begin, icon_address=_address, icons_drawn=_drawn)


def _begin() -> str:
    """From here on the icons of this page are gathered."""
    g.icons = {}
    return ""


def _address(name: str) -> str:
    """Where the drawing of an icon is: in the page that gathers, else in the file."""
    icons = g.get("icons")
    if icons is None:
        return f"{url_for('static', filename=_FILE)}#{name}"
    icons[name] = None
    return f"#icon-{name}"


def _drawn() -> Markup:
    """The drawings of the icons gathered so far; one that the file does not hold is told in the log and left out."""
    symbols = _symbols(Path(current_app.static_folder or ""))
    names = g.pop("icons", ())
    if missing := [name for name in names if name not in symbols]:
        log.error("icons that %s does not hold: %s", _FILE, ", ".join(missing))
    return Markup("").join(symbols[name] for name in names if name in symbols)


@cache
def _symbols(static: Path) -> dict[str, Markup]:
    """The file's drawings by name, under the ids that they have in a page."""
    found = re.findall(r'<symbol id="([^"]+)"(.*?</symbol>)', (static / _FILE).read_text(), re.DOTALL)
    return {name: Markup(f'<symbol id="icon-{name}"{rest}') for name, rest in found}  # noqa: S704 - our own file
