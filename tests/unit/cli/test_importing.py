"""The table of links that an import hands out."""

import csv
import io
from typing import get_args

import pytest
from msgspec.structs import replace

from onrecord.cli.importing import FAULTS, _list, _tell, _tell_done, as_cell, links_table
from onrecord.features.people.bodies import MadeLink
from onrecord.features.people.import_bodies import Fault, ImportedRow, ImportPreview, ImportRow


def test_links_are_a_table_of_those_who_got_one() -> None:
    link = MadeLink("https://chat.example/#link=a,b", "2026-12-01T00:00:00.000000Z")
    rows = [ImportedRow("anna", "added", link=link), ImportedRow("nina", "there")]
    heading, anna = csv.reader(io.StringIO(links_table(rows)))
    assert heading == ["username", "link", "expires_at"]
    assert anna == ["anna", link.url, link.expires_at]


@pytest.mark.parametrize("cell", ["=1+1", "+48", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert as_cell(cell) == f"'{cell}"


def test_what_stands_in_the_file_steers_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    evil = "Eve\x1b[2K\rAnna\u202e"
    row = ImportRow(2, "wrong", evil, evil, "Bank", [], "employee", mail=evil)
    _tell(ImportPreview([replace(row, alike=[evil], org_alike=[evil])], "utf-8", [evil]))
    _list([row])
    _tell_done([ImportedRow(evil, "refused", "bad_name", evil)])
    said = "".join(capfd.readouterr())
    assert said.count("Eve") == 8
    assert all(line.isprintable() for line in said.splitlines())


def test_each_fault_has_words() -> None:
    assert set(FAULTS) == set(get_args(Fault))
