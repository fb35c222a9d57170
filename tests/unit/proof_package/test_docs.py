"""HOOKS.md, BUNDLE.md and COPY.md say what the code does."""

import inspect
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from onrecord.cli.hook_scaffold import rendered
from onrecord.core.hooks.comparison import Found
from onrecord_archive import contract
from onrecord_archive.contract import Delivery
from onrecord_archive.proof_package import own_copy
from onrecord_archive.proof_package.bundle import FILES
from onrecord_archive.sinks import siem, webhook
from onrecord_archive.sinks.journal_mail import hook as journal_mail
from onrecord_archive.sinks.kafka import hook as kafka
from onrecord_archive.sinks.nats import hook as nats
from onrecord_archive.sinks.replica import hook as replica

DOCS = Path(inspect.getfile(contract)).parents[1]
HOOKS = (DOCS / "HOOKS.md").read_text()
COPY = (DOCS / "COPY.md").read_text()
BUNDLE = (DOCS / "BUNDLE.md").read_text()


def first_column(page: str, heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([\w.-]+)", cell)}


def test_the_example_is_what_the_command_writes() -> None:
    shown = re.findall(r"^```python\n(.*?)^```", HOOKS, re.DOTALL | re.MULTILINE)
    written = rendered("filing")
    assert shown == [written["filing.py"], written["test_filing.py"]]


def test_each_member_of_a_delivery_is_explained() -> None:
    assert first_column(HOOKS, "What a hook gets") == set(Delivery.__dataclass_fields__)


@pytest.mark.parametrize("sink", [journal_mail, kafka, nats, replica, siem, webhook])
def test_each_option_is_explained_and_no_other(sink: Any) -> None:
    name = sink.__name__.split(".")[2]
    source = inspect.getsource(getattr(sink, f"open_{name}"))
    read = set(re.findall(r'options\.\w+\("(\w+)"', source))
    read |= set(re.findall(r'options\.both\("\w+", "(\w+)"', source))
    assert first_column(HOOKS, f"The hook `{name}`") == read


def test_each_difference_that_a_comparison_finds_is_explained() -> None:
    assert first_column(HOOKS, "Receipts are compared") == set(get_args(Found))


def test_each_file_of_a_bundle_is_explained_and_no_other() -> None:
    assert first_column(BUNDLE, "Files") == set(FILES)


def test_each_file_of_a_copy_is_explained_and_no_other() -> None:
    assert first_column(COPY, "Files") == set(own_copy.FILES)


SHARED = ("proof_package/verification.py", "format/strict.py", "format/notice_text.py")
"""What both checkers stand on."""


def codes_of(*modules: str) -> set[str]:
    """Return the codes that these modules refuse with."""
    source = "".join((DOCS / "onrecord_archive" / name).read_text() for name in modules)
    return set(re.findall(r'NotVerified\(\s*"(\w+)"', source))


def test_each_code_of_the_copys_checker_is_explained_and_no_other() -> None:
    raised = codes_of(*SHARED, "proof_package/copy_verifier.py")
    told = first_column(COPY, "What the checkers do")
    assert told == raised | {"checkpoint", "inclusion"}


def test_each_code_of_the_checker_is_explained_and_no_other() -> None:
    raised = codes_of(*SHARED, "proof_package/bundle_verifier.py")
    assert first_column(BUNDLE, "What the checker does") == raised | {"checkpoint", "inclusion"}
