"""People from a CSV file, as Excel and others write it."""

import json
from pathlib import Path

import pytest

from onrecord.core.domain.errors import BadInput
from onrecord.features.people.table import (
    COLUMNS,
    HEADINGS,
    MOST_BYTES,
    MOST_ROWS,
    TableRow,
    Wrong,
    read_people,
)

LOCALES = Path(__file__).parents[3] / "client_web" / "src" / "locales"

PLAIN = "username,name,role,org,title,mail,language\nzosia,Zośia Żak,advisor,,Advisor,z@x.pl,pl\n"
ZOSIA = TableRow(2, "zosia", "Zośia Żak", "advisor", mail="z@x.pl", language="pl", title="Advisor")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_headings_that_the_console_names_are_read(language: str) -> None:
    words = json.loads((LOCALES / f"console.{language}.json").read_text(encoding="utf-8"))
    prefix = "console.import.heading."
    named = {key.removeprefix(prefix): text for key, text in words.items() if prefix in key}
    assert set(named) == set(COLUMNS)
    assert {column: HEADINGS[text] for column, text in named.items()} == {c: c for c in COLUMNS}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + PLAIN.replace(",", ";").replace("\n", "\r\n").encode(), "utf-8"),
        (PLAIN.replace(",", ";").encode("cp1250"), "windows-1250"),
        (PLAIN.replace(",", "\t").encode("utf-16"), "utf-16"),
        (PLAIN.replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_each_spelling_of_a_spreadsheet_is_the_same_people(data: bytes, encoding: str) -> None:
    table = read_people(data)
    assert (list(table.rows), table.encoding, table.ignored) == ([ZOSIA], encoding, ())


def test_a_first_line_may_name_the_separator_and_lines_are_counted_with_it() -> None:
    data = 'sep=;\r\nLogin;"Imię i nazwisko";Rola;Pokój\r\n\r\nola;"Ola, Nowak";Doradca;12\r\n'
    table = read_people(data.encode())
    assert table.rows == (TableRow(4, "ola", "Ola, Nowak", "advisor"),)
    assert table.ignored == ("Pokój",)


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        (",Anna,,,,,", Wrong("missing", "username")),
        ("anna,,,,,,", Wrong("missing", "name")),
        ("anna,An\u202ena,,,,,", Wrong("too_long", "name")),
        ("anna,Anna,boss,,,,", Wrong("bad_role", "role")),
        ("anna,Anna,client,,,,", Wrong("org_missing", "org")),
        ("anna,Anna,,,,anna,", Wrong("bad_mail", "mail")),
        ("anna,Anna,,,,,de", Wrong("bad_language", "language")),
        (f"anna,{'A' * 201},,,,,", Wrong("too_long", "name")),
        ('anna,"An\nna",,,,,', Wrong("too_long", "name")),
        ("anna,Anna,,,,,,more", Wrong("cells")),
        ("ZOSIA,Another,,,,,", Wrong("twice", "username")),
    ],
)
def test_what_is_wrong_is_said_by_line_and_column(cells: str, wrong: Wrong) -> None:
    first, second = read_people((PLAIN + cells + "\n").encode()).rows
    assert (first.wrong, second.line, second.wrong) == ((), 3, (wrong,))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"PK\x03\x04\x00\x00",
        b"name,role\nAnna,advisor\n",
        b"username,name,login\na,A,b\n",
        b'username,"name\nanna,Anna\n',
        b"x" * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_people(data)
    assert refused.value.code == "bad_table"


def test_each_line_that_is_no_csv_is_named_and_the_others_are_read() -> None:
    data = b'username,name\nanna,"Anna\nben,Ben\neve,"Eve" Ito\nmarek,"Marek\nNowak"\nzoe,Zoe\n'
    rows = read_people(data).rows
    quote = (Wrong("quote"),)
    assert [(row.line, row.name, row.wrong) for row in rows] == [
        (2, "", quote),
        (3, "Ben", ()),
        (4, "", quote),
        (5, "Marek\nNowak", (Wrong("too_long", "name"),)),
        (7, "Zoe", ()),
    ]


def test_lines_are_named_by_their_number_in_the_file_below_a_separator() -> None:
    (row,) = read_people(b'sep=;\nusername;name\nanna;"Anna\n').rows
    assert (row.line, row.wrong) == (3, (Wrong("quote"),))


def test_a_file_of_nothing_but_open_quotes_is_refused_with_the_lines() -> None:
    with pytest.raises(BadInput, match=r"2, 3, 4, .*52\.") as refused:
        read_people(b"username,name\n" + b'a,"A\n' * 1001)
    assert refused.value.code == "bad_table"


def test_a_file_has_so_many_people() -> None:
    rows = "".join(f"p{number},P\n" for number in range(MOST_ROWS + 1))
    with pytest.raises(BadInput) as refused:
        read_people(("username,name\n" + rows).encode())
    assert refused.value.code == "too_many_rows"
