"""The Thai catalogue: add words, compile them, and list what is missing, wrong or no longer used.

add FILE.tsv    lines english<TAB>thai, or english<TAB>english plural<TAB>thai; \\n \\t \\\\ escaped
add-one "Save" "บันทึก"
check           exit 1 and one line per problem
compile         writes the .mo files that the running portal reads
"""

import argparse
import fcntl
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
THAI = ROOT / "translations" / "th" / "LC_MESSAGES"

KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    # What a clause of the law says, and the helpers that make clauses.
    "Clause": (2,),
    "_clause": (2,),
    "_named": (2,),
    "_proven_by": (6,),
}

# What each catalogue must cover: (package or folder of this project, files; empty = all). Form fields and validators
# translate through WTForms' own domain even where Flask-AppBuilder wrote the sentence, so those two files count twice.
SOURCES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "messages": (("app", ()), ("jobs", ()), ("flask_appbuilder", ())),
    "wtforms": (("wtforms", ()), ("flask_wtf", ()), ("flask_appbuilder", ("fields.py", "validators.py"))),
}

PLACEHOLDER = re.compile(r"%%|%\(\w+\)[#0 +-]*[\d.]*[a-z]|%[sdrf]|\{[^{}]*\}")
ENGLISH_WORD = re.compile(r"[a-z]{2}")
THAI_LETTER = re.compile(r"[\u0e01-\u0e4e]")

Words = tuple[str | tuple[str, str], str]  # the English (with its plural, where it has one) and the Thai


def catalogue(domain: str) -> Path:
    """The .po file of a domain, "messages" or "wtforms"."""
    return THAI / f"{domain}.po"


def used(domain: str) -> Catalog:
    """Every English message that the code and the packages of `domain` can show, with where it stands."""
    found = Catalog()
    for name, files in SOURCES[domain]:
        collect(_folder(name), found, files)
    return found


def collect(folder: Path, found: Catalog, files: tuple[str, ...] = ()) -> None:
    """Add the messages of the code and templates under `folder` to `found`; of `files` only, where some are named.

    A template that cannot be parsed raises jinja2.TemplateSyntaxError.
    """
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    for file, line, english, _comments, context in extract_from_dir(folder, methods, options, keywords=KEYWORDS):
        if not files or file in files:
            found.add(english, locations=[(f"{folder.name}/{file}", line)], context=context)


def read(po: Path) -> Catalog:
    """The catalogue in the file `po`; a fresh Thai one if there is no file."""
    if not po.exists():
        header = f"# Thai of the LGO Portal, domain '{po.stem}'. Edited through scripts/messages.py only."
        return Catalog(
            "th",
            domain=po.stem,
            header_comment=header,
            project="LGO Portal",
            version="1",
            msgid_bugs_address="none",
            creation_date=datetime(2026, 11, 21, tzinfo=UTC),
            revision_date=datetime(2026, 11, 21, tzinfo=UTC),
            last_translator="LGO Portal",
            language_team="th",
            fuzzy=False,
        )
    with po.open("rb") as file:
        return read_po(file, locale="th", domain=po.stem, abort_invalid=True)


def add(po: Path, words: Iterable[Words]) -> int:
    """Add or replace entries in the file `po`, sorted by English; returns how many.

    Safe beside other writers. All or nothing: a ValueError names each entry that is empty, not Thai, or has other
    placeholders or outer blanks than its English.
    """
    words = list(words)
    faults = [fault for english, thai in words for fault in faults_of(_message(english, thai))]
    if faults:
        raise ValueError("\n".join(faults))
    with _alone_in(po.parent):
        catalog = read(po)
        for english, thai in words:
            catalog.delete(english if isinstance(english, str) else english[0])
            catalog.add(english, thai if isinstance(english, str) else (thai,))
        _write(po, catalog)
    return len(words)


def read_tsv(path: Path) -> Iterator[Words]:
    """The entries of a tab-separated file; blank lines are skipped, a line of another shape is a ValueError."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        cells = [_unescape(cell) for cell in line.split("\t")]
        match cells:
            case [english, thai]:
                yield english, thai
            case [english, plural, thai]:
                yield (english, plural), thai
            case [blank] if not blank.strip():
                pass
            case _:
                raise ValueError(f"{path.name}:{number}: expected english<TAB>thai")


def compile_all(folder: Path = THAI) -> list[Path]:
    """Write the .mo beside every .po in `folder`; returns the files written."""
    return [_compile(po) for po in sorted(folder.glob("*.po"))]


def problems(wanted: Catalog, ours: Catalog) -> list[str]:
    """One line for each message of `wanted` that `ours` lacks or gets wrong, and for each of `ours` used nowhere."""
    lines = []
    for message in _entries(wanted):
        thai = ours.get(message.id, message.context)
        where = f"({message.locations[0][0]}:{message.locations[0][1]})" if message.locations else ""
        if thai is None:
            lines.append(f"missing: {_shown(message)} {where}")
        elif thai.id != message.id:
            lines.append(f"plural differs: {_shown(message)} {where}")
    for message in _entries(ours):
        lines += faults_of(message)
        if wanted.get(message.id, message.context) is None:
            lines.append(f"used nowhere: {_shown(message)}")
    return lines + [f"obsolete entry in file: {_shown(message)}" for message in ours.obsolete.values()]


def faults_of(message: Message) -> list[str]:
    """What is wrong with one entry by itself, each fault a line; empty when it is sound."""
    english, thai = _texts(message)
    if not thai.strip():
        return [f"no Thai: {_shown(message)}"]
    faults = []
    if message.fuzzy:
        faults.append(f"fuzzy: {_shown(message)}")
    if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(thai)):
        faults.append(f"other placeholders: {_shown(message)} -> {thai!r}")
    if _edges(english) != _edges(thai):
        faults.append(f"other blanks at the ends: {_shown(message)} -> {thai!r}")
    if ENGLISH_WORD.search(PLACEHOLDER.sub("", english)) and not THAI_LETTER.search(thai):
        faults.append(f"not Thai: {_shown(message)} -> {thai!r}")
    return faults


def check() -> list[str]:
    """The problems of all catalogues, each line led by its domain; empty when every word has its Thai."""
    return [f"{domain}: {line}" for domain in SOURCES for line in problems(used(domain), read(catalogue(domain)))]


def _folder(name: str) -> Path:
    inside = ROOT / name
    if inside.is_dir():
        return inside
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"package {name} is not installed")
    return Path(spec.submodule_search_locations[0])


def _entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _message(english: str | tuple[str, str], thai: str) -> Message:
    return Message(english, thai if isinstance(english, str) else (thai,))


def _texts(message: Message) -> tuple[str, str]:
    """The English that its Thai must match (of a plural pair, the plural) and the one Thai form."""
    english = message.id if isinstance(message.id, str) else message.id[-1]
    thai = message.string or ""
    return english, thai if isinstance(thai, str) else thai[0]


def _shown(message: Message) -> str:
    return " / ".join(map(repr, message.id)) if message.pluralizable else repr(message.id)


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _unescape(cell: str) -> str:
    known = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}
    return re.sub(r"\\[nt\\]", lambda match: known[match[0]], cell)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two writers never lose each other's entries."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(po: Path, catalog: Catalog) -> None:
    # No source locations and no wrapping: an entry's lines change only when its words do.
    draft = po.with_name(f".{po.name}.new")
    with draft.open("wb") as file:
        write_po(file, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    draft.replace(po)


def _compile(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    draft = po.with_name(f".{mo.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, read(po))
    return draft.replace(mo)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", choices=SOURCES, default="messages", help="catalogue for add and add-one")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("add", help="add or replace the entries of a TSV file").add_argument("file", type=Path)
    one = commands.add_parser("add-one", help="add or replace one entry")
    one.add_argument("english", type=_unescape)
    one.add_argument("thai", type=_unescape)
    commands.add_parser("check", help="list missing, wrong and unused entries")
    commands.add_parser("compile", help="write the .mo files")
    options = parser.parse_args(arguments)
    match options.command:
        case "add" | "add-one":
            return _add(options)
        case "compile":
            print(f"compiled {len(compile_all())} catalogues")
            return 0
        case _:
            found = check()
            print("\n".join(found) if found else "every word has its Thai")
            return 1 if found else 0


def _add(options: argparse.Namespace) -> int:
    try:
        words = list(read_tsv(options.file)) if options.command == "add" else [(options.english, options.thai)]
        print(f"{add(catalogue(options.domain), words)} entries written")
    except ValueError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
