"""The table of links that an import hands out."""

import csv
import io
from typing import get_args

import pytest

from onrecord.cli.importing import FAULTS, links_table, plain
from onrecord.wire.administration import MadeLink
from onrecord.wire.imports import Fault, ImportedRow


def test_links_are_a_table_of_those_who_got_one() -> None:
    link = MadeLink("https://chat.example/#link=a,b", "2026-12-01T00:00:00.000000Z")
    rows = [ImportedRow("anna", "added", link=link), ImportedRow("nina", "there")]
    heading, anna = csv.reader(io.StringIO(links_table(rows)))
    assert heading == ["username", "link", "expires_at"]
    assert anna == ["anna", link.url, link.expires_at]


@pytest.mark.parametrize("cell", ["=1+1", "+48", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert plain(cell) == f"'{cell}"


def test_each_fault_has_words() -> None:
    assert set(FAULTS) == set(get_args(Fault))
