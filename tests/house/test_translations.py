"""Every word that a person can meet has its Thai, and the tool that keeps the catalogue tells when one has not."""

import gettext
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog
from jinja2 import TemplateSyntaxError

from scripts import messages


def test_every_word_has_its_thai() -> None:
    assert messages.check() == []


@pytest.mark.parametrize(
    ("domain", "english", "place"),
    [
        ("messages", "Copy the selected roles?", "flask_appbuilder/security/views.py"),
        ("messages", "Record Count", "flask_appbuilder/templates/appbuilder/general/lib.html"),
        ("wtforms", "Not a valid week value.", "wtforms/fields/datetime.py"),
        ("wtforms", "File does not have an approved extension.", "flask_wtf/file.py"),
        ("wtforms", "Not a valid choice", "flask_appbuilder/fields.py"),
    ],
)
def test_the_words_of_packages_are_looked_for(domain: str, english: str, place: str) -> None:
    assert place in [file for file, _line in messages.used(domain)[english].locations]


def test_our_own_code_and_templates_are_read(tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "people.py").write_text(
        'title = lazy_gettext("People")\nmany = ngettext("%(num)d person", "%(num)d people", 2)\n'
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "people.html").write_text(
        "<h1>{{ _('Hello %(name)s', name=name) }}</h1>{% trans %}Good day{% endtrans %}"
    )
    found = Catalog()
    messages.collect(tmp_path, found)
    ids = [message.id for message in found if message.id]
    assert sorted(ids, key=str) == [("%(num)d person", "%(num)d people"), "Good day", "Hello %(name)s", "People"]


def test_a_template_that_cannot_be_parsed_is_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.html").write_text("{% if %}{{ _('Lost') }}")
    with pytest.raises(TemplateSyntaxError):
        messages.collect(tmp_path, Catalog())


def one(english: str | tuple[str, str], thai: str | tuple[str, ...], *, fuzzy: bool = False) -> Catalog:
    catalog = Catalog("th")
    catalog.add(english, thai, flags=("fuzzy",) if fuzzy else ())
    return catalog


EGG = ("%(num)d egg", "%(num)d eggs")


@pytest.mark.parametrize(
    ("english", "ours", "fault"),
    [
        ("Save", Catalog("th"), "missing"),
        ("Save", one("Save", ""), "no Thai"),
        ("Save", one("Save", "  "), "no Thai"),
        ("Save", one("Save", "Save"), "not Thai"),
        ("Save", one("Save", "บันทึก", fuzzy=True), "fuzzy"),
        ("Hello %(name)s", one("Hello %(name)s", "สวัสดี"), "other placeholders"),
        ("Hello %(name)s", one("Hello %(name)s", "สวัสดี %(nam)s"), "other placeholders"),
        ("Hello %(name)s", one("Hello %(name)s", "สวัสดี %(name)d"), "other placeholders"),
        ("Hello {name}", one("Hello {name}", "สวัสดี {ชื่อ}"), "other placeholders"),
        ("Full %%", one("Full %%", "เต็ม %"), "other placeholders"),
        ("Sign in with ", one("Sign in with ", "เข้าสู่ระบบด้วย"), "other blanks at the ends"),
        (EGG, one(EGG, ("ไข่",)), "other placeholders"),
        (EGG, one(EGG, ("",)), "no Thai"),
        (EGG, one("%(num)d egg", "ไข่ %(num)d ฟอง"), "plural differs"),
    ],
)
def test_a_fault_is_named(english: str | tuple[str, str], ours: Catalog, fault: str) -> None:
    wanted = Catalog()
    wanted.add(english, locations=[("app/views/people.py", 7)])
    [line] = messages.problems(wanted, ours)
    assert line.startswith(f"{fault}: ")


def test_a_word_that_is_used_nowhere_is_named() -> None:
    assert messages.problems(Catalog(), one("Farewell", "ลาก่อน")) == ["used nowhere: 'Farewell'"]


def test_a_sound_entry_has_no_fault() -> None:
    wanted = Catalog()
    wanted.add(EGG)
    assert messages.problems(wanted, one(EGG, ("ไข่ %(num)d ฟอง",))) == []


def test_added_words_replace_older_ones_and_leave_the_rest_as_it_was(tmp_path: Path) -> None:
    po = tmp_path / "messages.po"
    messages.add(po, [("Show", "ดู"), ("Add", "เพิ่ม"), (EGG, "ไข่ %(num)d ฟอง")])
    before = po.read_text("utf-8")
    messages.add(po, [("Show", "แสดง")])
    assert po.read_text("utf-8") == before.replace('"ดู"', '"แสดง"')
    assert before.index('"%(num)d egg"') < before.index('"Add"') < before.index('"Show"')


def test_one_wrong_entry_keeps_all_out(tmp_path: Path) -> None:
    po = tmp_path / "messages.po"
    with pytest.raises(ValueError, match="other placeholders: 'Hello %\\(name\\)s'"):
        messages.add(po, [("Save", "บันทึก"), ("Hello %(name)s", "สวัสดี")])
    assert not po.exists()


def test_a_table_of_words_is_read(tmp_path: Path) -> None:
    table = tmp_path / "words.tsv"
    table.write_text("Save\tบันทึก\n\nTwo\\nlines\tสอง\\nบรรทัด\none\tmany\tไทย\n", "utf-8")
    assert list(messages.read_tsv(table)) == [
        ("Save", "บันทึก"),
        ("Two\nlines", "สอง\nบรรทัด"),
        (("one", "many"), "ไทย"),
    ]
    table.write_text("Save\tบันทึก\nno tab here\n", "utf-8")
    with pytest.raises(ValueError, match=r"words\.tsv:2"):
        list(messages.read_tsv(table))


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    po = tmp_path / "messages.po"
    program = (
        "import sys; from pathlib import Path; from scripts import messages\n"
        "for n in range(10): messages.add(Path(sys.argv[1]), [(f'Word {sys.argv[2]}-{n}', 'คำ')])"
    )
    command = [sys.executable, "-c", program, str(po)]
    writers = [subprocess.Popen([*command, str(number)], cwd=messages.ROOT) for number in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert {message.id for message in messages.read(po) if message.id} == {
        f"Word {writer}-{n}" for writer in range(4) for n in range(10)
    }


def test_compiled_words_are_what_a_reader_gets(tmp_path: Path) -> None:
    folder = tmp_path / "th" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for domain in messages.SOURCES:
        (folder / f"{domain}.po").write_bytes(messages.catalogue(domain).read_bytes())
    assert [mo.name for mo in messages.compile_all(folder)] == ["messages.mo", "wtforms.mo"]
    words = gettext.translation("messages", tmp_path, ["th"])
    assert words.gettext("Save") == "บันทึก"
    forms = gettext.translation("wtforms", tmp_path, ["th"])
    short = ("Field must be at least %(min)d character long.", "Field must be at least %(min)d characters long.")
    assert {forms.ngettext(*short, n) % {"min": 8} for n in (1, 2)} == {"ข้อมูลต้องยาวอย่างน้อย 8 ตัวอักษร"}


def test_the_command_tells_by_its_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["check"]) == 0
    assert capsys.readouterr().out == "every word has its Thai\n"
    table = tmp_path / "words.tsv"
    table.write_text("Save\tSave\n", "utf-8")
    assert messages.main(["add", str(table)]) == 1
    assert "not Thai: 'Save'" in capsys.readouterr().err
