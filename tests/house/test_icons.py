"""Every icon that a template or a table of looks names is in the one file that holds them."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import app.views

APP = Path(app.views.__file__).parents[1]
DRAWN = set(re.findall(r'<symbol id="([^"]+)"', (APP / "static" / "icons" / "sprite.svg").read_text()))


def test_templates_name_icons_that_are_drawn():
    named = {
        name: page.name
        for page in (APP / "templates").rglob("*.html")
        for name in re.findall(r"""ui\.icon\(["']([a-z0-9-]+)["']""", page.read_text())
    }
    assert len(named) > 50 and {name: page for name, page in named.items() if name not in DRAWN} == {}


def test_tables_of_looks_name_icons_that_are_drawn():
    looks = {
        f"{module.name}.{table}[{key}]": value[1]
        for module in iter_modules(app.views.__path__)
        for table, rows in vars(import_module(f"app.views.{module.name}")).items()
        if isinstance(rows, dict) and (table.endswith("LOOKS") or table == "looks")
        for key, value in rows.items()
        if isinstance(value, tuple) and len(value) > 1 and value[1]
    }
    assert len(looks) > 40 and {place: name for place, name in looks.items() if name not in DRAWN} == {}
