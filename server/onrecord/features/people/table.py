"""People from a CSV file, as spreadsheets write it: each row with what is wrong with it.

Facts that the code follows from:
  * Excel writes "CSV UTF-8" with a byte order mark, plain "CSV" in the system's code page (1250 in
    Poland), and "Unicode text" as UTF-16 with tabs.
  * Its delimiter is the system's list separator: a semicolon in Poland, a comma elsewhere. A first
    line `sep=;` names it.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, get_args

from msgspec import Struct

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.texts import is_one_line
from onrecord.features.people.import_bodies import Column, Fault, ImportRole
from onrecord.protocol.people import POSITION, PositionOf

COLUMNS: Final[tuple[Column, ...]] = get_args(Column)
REQUIRED: Final[tuple[Column, ...]] = ("username", "name")
ROLES: Final[tuple[ImportRole, ...]] = get_args(ImportRole)
MOST_ROWS: Final = 5000
MOST_BYTES: Final = 1024 * 1024
LONGEST: Final = 200
MOST_BROKEN: Final = 50
"""Lines that are not CSV: each is read to the end of the file."""
SEPARATORS: Final = ";,\t"
BOM_16: Final = (b"\xff\xfe", b"\xfe\xff")

_OWN_NAMES: Final[dict[str, Column]] = {column: column for column in COLUMNS}
HEADINGS: Final[Mapping[str, Column]] = {
    **_OWN_NAMES,
    "login": "username",
    "user name": "username",
    "nazwa użytkownika": "username",
    "full name": "name",
    "imię i nazwisko": "name",
    "nazwisko i imię": "name",
    "rola": "role",
    "organisation": "org",
    "organization": "org",
    "firm": "org",
    "firma": "org",
    "position": "title",
    "stanowisko": "title",
    "office": "branch",
    "oddział": "branch",
    "placówka": "branch",
    "email": "mail",
    "e-mail": "mail",
    "telephone": "phone",
    "mobile": "phone",
    "telefon": "phone",
    "locale": "language",
    "język": "language",
    "doradca": "advisor",
    "opiekun": "advisor",
}
"""What a column may be called, in any case."""
_OWN_ROLES: Final[dict[str, ImportRole]] = {role: role for role in ROLES}
ROLE_WORDS: Final[Mapping[str, ImportRole]] = {
    **_OWN_ROLES,
    "pracownik": "employee",
    "doradca": "advisor",
    "klient": "client",
    "zgodność": "compliance",
    "audytor": "auditor",
}
_LANGUAGES: Final = {"": None, "en": "en", "english": "en", "pl": "pl", "polski": "pl"}
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Wrong(Struct, frozen=True):
    """What is wrong with a row, and in which column; `cells` is about all of it."""

    fault: Fault
    column: Column | None = None


class TableRow(PositionOf[str], frozen=True):
    """One person. `line`: where it begins in the file, the first line being 1."""

    line: int
    username: str
    name: str
    role: ImportRole | None
    org: str | None = None
    mail: str | None = None
    language: str | None = None
    phone: str | None = None
    advisor: str | None = None
    wrong: tuple[Wrong, ...] = ()


class PeopleTable(Struct, frozen=True):
    """A read file. `ignored`: columns that nobody knows, by their heading."""

    rows: tuple[TableRow, ...]
    encoding: Literal["utf-8", "utf-16", "windows-1250"]
    ignored: tuple[str, ...]


def read_people(data: bytes) -> PeopleTable:
    """Return the people of a file. Raises BadInput (`bad_table`, `too_many_rows`)."""
    text, encoding = _text(data)
    lines = list(_lines(text))
    if not lines:
        raise BadInput("bad_table", "The file is empty. Its first line names the columns.")
    (line, heading), rows = lines[0], lines[1:]
    if heading is None:
        detail = f"Line {line} is not CSV: a quotation mark in it is not closed."
        raise BadInput("bad_table", detail)
    columns, ignored = _columns(heading)
    if len(rows) > MOST_ROWS:
        detail = f"A file has at most {MOST_ROWS} people. Divide it."
        raise BadInput("too_many_rows", detail)
    return PeopleTable(tuple(_checked(rows, columns)), encoding, ignored)


def _text(data: bytes) -> tuple[str, Literal["utf-8", "utf-16", "windows-1250"]]:
    if len(data) > MOST_BYTES:
        raise BadInput("bad_table", "The file has more than 1 MiB. Divide it.")
    if b"\0" in data and data[:2] not in BOM_16:
        raise BadInput("bad_table", "This is no CSV file. Save the table as CSV.")
    try:
        if data[:2] in BOM_16:
            return data.decode("utf-16"), "utf-16"
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1250", "replace"), "windows-1250"


def _lines(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield (line, cells) of every row that is not empty; None: the line is not CSV.

    Reading goes on below such a line. Raises BadInput (`bad_table`) once there are too many.
    """
    body, first = text, 1
    named = re.match(r"sep=([;,\t])\r?\n", text)
    if named is not None:
        body, first = text[named.end() :], 2
    separator = named.group(1) if named else _separator(body)
    lines = list(io.StringIO(body, newline=""))
    begins, broken = 0, list[int]()
    while begins < len(lines):
        after = begins
        reader = csv.reader(lines[after:], delimiter=separator, strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield first + begins, [cell.strip() for cell in cells]
                begins = after + reader.line_num
        except csv.Error as error:
            broken.append(first + begins)
            if len(broken) > MOST_BROKEN:
                told = ", ".join(str(line) for line in broken)
                raise BadInput("bad_table", f"These lines are not CSV: {told}.") from error
            yield first + begins, None
            begins += 1


def _separator(body: str) -> str:
    heading = body.partition("\n")[0]
    return max(SEPARATORS, key=heading.count)


def _columns(heading: Sequence[str]) -> tuple[list[Column | None], tuple[str, ...]]:
    columns = [HEADINGS.get(" ".join(name.lower().split())) for name in heading]
    for column in REQUIRED:
        if column not in columns:
            detail = f"The first line must name the columns; `{column}` is not among them."
            raise BadInput("bad_table", detail)
    known = [column for column in columns if column is not None]
    if len(set(known)) != len(known):
        raise BadInput("bad_table", "The first line names a column twice.")
    pairs = zip(heading, columns, strict=True)
    return columns, tuple(name for name, column in pairs if column is None and name)


def _checked(
    rows: Sequence[tuple[int, list[str] | None]], columns: Sequence[Column | None]
) -> Iterator[TableRow]:
    seen: set[str] = set()
    for line, cells in rows:
        if cells is None:
            yield _row(line, {}, (Wrong("quote"),))
            continue
        found: dict[Column, str] = {
            column: cell for column, cell in zip(columns, cells, strict=False) if column is not None
        }
        wrong = list(_wrong(found))
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            wrong.append(Wrong("cells"))
        username = found.get("username", "").casefold()
        if username in seen:
            wrong.append(Wrong("twice", "username"))
        seen.add(username)
        yield _row(line, found, tuple(wrong))


def _wrong(found: Mapping[Column, str]) -> Iterator[Wrong]:
    for column in REQUIRED:
        if not found.get(column):
            yield Wrong("missing", column)
    for column, value in found.items():
        if len(value) > LONGEST or not is_one_line(value):
            yield Wrong("too_long", column)
    if found.get("role", "").lower() not in ("", *ROLE_WORDS):
        yield Wrong("bad_role", "role")
    elif ROLE_WORDS.get(found.get("role", "").lower()) == "client" and not found.get("org"):
        yield Wrong("org_missing", "org")
    if found.get("advisor") and ROLE_WORDS.get(found.get("role", "").lower()) != "client":
        yield Wrong("not_a_client", "advisor")
    if found.get("mail") and not _MAIL.fullmatch(found["mail"]):
        yield Wrong("bad_mail", "mail")
    if found.get("language", "").lower() not in _LANGUAGES:
        yield Wrong("bad_language", "language")


def _row(line: int, found: Mapping[Column, str], wrong: tuple[Wrong, ...]) -> TableRow:
    role = found.get("role", "").lower() or "employee"
    return TableRow(
        line=line,
        username=found.get("username", ""),
        name=found.get("name", ""),
        role=ROLE_WORDS.get(role),
        org=found.get("org") or None,
        mail=found.get("mail") or None,
        phone=found.get("phone") or None,
        language=_LANGUAGES.get(found.get("language", "").lower()),
        advisor=found.get("advisor") or None,
        wrong=wrong,
        **{field: found.get(field) or None for field in POSITION},
    )
