"""Guards over the whole source: layers, one commit, scope, sizes, hooks (house 1-3, 6; decisions 9, 19, 22)."""

import ast
import subprocess
import sys

from app.models import Model, ReadsModel
from app.models.base import AgencyOwned, AgencyTouched
from app.models.tables import OPEN, OWNED, REACHED, SYSTEM
from app.services import releases
from tests.house import source

FAB_HOOKS = {"pre_add", "post_add", "pre_update", "post_update", "pre_delete", "post_delete"}
# Who may see beyond the actor's scope: the named crossings and the verbs' own checks of law (decisions 8, 9).
MAY_WIDEN = {
    "app/services/transaction.py",
    "app/services/clock.py",
    "app/services/facts.py",
    "app/services/submissions.py",
}
MAY_WIDEN_BELOW = ("app/services/crossings/", "app/services/round", "app/services/demo/")


def test_arrows_point_one_way():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        capture_output=True, text=True, cwd=source.ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_table_has_one_kind():
    kinds = [OWNED, REACHED, OPEN, SYSTEM]
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
    assert set(Model.metadata.tables) == frozenset().union(*kinds)
    assert set(ReadsModel.metadata.tables) == {"read_access"}


def test_every_owned_table_carries_its_agency():
    owned = {
        mapper.local_table.name
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, AgencyOwned | AgencyTouched)
    }
    assert owned == OWNED


def test_one_migration_head_each():
    assert [len(releases.heads(branch)) for branch in releases.VERSION_TABLES] == [1, 1]


def test_one_file_commits():
    found = {
        source.name(path)
        for path in source.files("app", "jobs")
        for call in source.calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    }
    assert found == {"app/services/transaction.py"}


def test_no_logic_hides_in_appbuilder_hooks():
    found = {source.name(p) for p in source.files("app") for f in source.functions(p) if f.name in FAB_HOOKS}
    assert found == set()


def test_only_named_services_widen_the_scope():
    found = {
        source.name(path)
        for path in source.files("app", "jobs")
        for call in source.calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "widened"
    }
    strangers = {name for name in found if name not in MAY_WIDEN and not name.startswith(MAY_WIDEN_BELOW)}
    assert strangers == set()


def test_files_and_functions_stay_small():
    long_files = [
        source.name(path)
        for path in source.files(*source.FOLDERS)
        if len(path.read_text(encoding="utf-8").splitlines()) > 300
    ]
    assert long_files == []
    long_functions = [
        f"{source.name(path)}:{function.name}"
        for path in source.files("app", "jobs", "card_bridge", "scripts")
        for function in source.functions(path)
        if function.end_lineno is not None and function.end_lineno - function.lineno >= 40
    ]
    assert long_functions == []


def test_every_module_and_public_function_says_what_it_is():
    silent = [
        source.name(path)
        for path in source.files("app", "jobs", "card_bridge")
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(source.tree(path))
    ]
    assert silent == []


def test_nothing_reads_what_a_stranger_lacks():
    marks = ("../" + "shared", "/" + "work/")
    found = [
        source.name(path)
        for path in source.files(*source.FOLDERS)
        if any(mark in path.read_text(encoding="utf-8") for mark in marks)
    ]
    assert found == []
