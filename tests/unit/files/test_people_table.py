"""People from a CSV file, as Excel and others write it."""

import pytest

from onrecord.domain.errors import BadInput
from onrecord.files.people_table import MOST_BYTES, MOST_ROWS, TableRow, Wrong, read_people

PLAIN = "username,name,role,org,title,mail,language\nzosia,Zośia Żak,advisor,,Advisor,z@x.pl,pl\n"
ZOSIA = TableRow(2, "zosia", "Zośia Żak", "advisor", None, "Advisor", "z@x.pl", "pl")


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
        b'username,name\nanna,"Anna\n',
        b"x" * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_people(data)
    assert refused.value.code == "bad_table"


def test_a_file_has_so_many_people() -> None:
    rows = "".join(f"p{number},P\n" for number in range(MOST_ROWS + 1))
    with pytest.raises(BadInput) as refused:
        read_people(("username,name\n" + rows).encode())
    assert refused.value.code == "too_many_rows"
