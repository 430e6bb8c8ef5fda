"""Templates of Flask-AppBuilder that ours replace: each is the one that we read when we wrote ours."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import pytest

OURS = Path(__file__).parents[2] / "app" / "templates" / "appbuilder"
THEIRS = Path(str(find_spec("flask_appbuilder").origin)).parent / "templates" / "appbuilder"
READ = {
    "general/model/add.html": "321397131fa0a95f023ca86ada387c4f88aa56049b59dc3d4a088c7df08a7290",
    "general/model/edit.html": "a10db10430c6aa9fe27f160900d700ab1a2f7443b714e0c2550acb4f66fe3a66",
    "general/model/list.html": "7c11106ff27fb6d248f340f40b533d8c8d06f70db9724a1293bc4e6b3993e597",
    "general/model/show.html": "67a574db1dc124a2216ff7a685718044bfe0f78f85d67116915e09aee522a1ea",
    "general/widgets/form.html": "640a41d53d00a1841584ccd0fcc29e517d664e869b9505b9d7836f9da04b51ce",
    "general/widgets/list.html": "2a0fad48fe42239c756dbc963dcefa3cba1181c6d699378bc811dd081ebdb662",
    "general/widgets/search.html": "36c988fa2af397d9471690521224384abc13a4156b3bc744459f59ba7c7471c0",
    "general/widgets/show.html": "babd5b80d4e383c4a0a2a6d535f3aaf17285eb4e9d76e1bbf8f0cfe85586358a",
    "init.html": "63cd58ec542d996fa33839b677cbe2c089da35a0085222ad01b2bfcb8a119cb8",
}  # fmt: skip


def test_every_template_that_we_replace_is_watched():
    replaced = {str(path.relative_to(OURS)) for path in OURS.rglob("*.html")}
    assert replaced == set(READ)


@pytest.mark.parametrize("name", READ)
def test_the_template_that_ours_replaces_has_not_changed(name):
    found = hashlib.sha256((THEIRS / name).read_bytes()).hexdigest()
    assert found == READ[name], (
        f"Flask-AppBuilder changed {name}: read what is new in {THEIRS / name}, bring app/templates/appbuilder/{name} "
        f"up to date where it matters, and then write {found} here"
    )
