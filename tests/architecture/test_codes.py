"""Codes are stable and documented: none is made up in passing."""

import ast

from onrecord.http.problems import _BY_STATUS
from tests.architecture.rules.codes import codes, documented, unknown_codes
from tests.architecture.rules.source import PACKAGES, ROOT, listed, name_of, parsed, python_files

README = ROOT / "server" / "README.md"
# What a request or a frame can reach. The command line's own codes are in its --help.
REACHABLE = ("core", "database", "features", "http", "protocol", "ws")
COMMANDS_ONLY = frozenset({"backup.py"})
PLANTED = 'raise NotAllowed("moon_phase", "Not tonight.")'


def test_every_code_is_documented() -> None:
    document = README.read_text(encoding="utf-8")
    folders = [PACKAGES["onrecord"] / name for name in REACHABLE]
    files = python_files(*folders)
    findings = [
        each
        for path in files
        if path.name not in COMMANDS_ONLY
        for each in unknown_codes(name_of(path), parsed(path), document)
    ]
    assert not findings, listed(findings)
    general = {code for code, _ in _BY_STATUS.values()} | {"pending", "internal_error"}
    assert general <= documented(document)


def test_a_code_that_is_not_documented_is_found() -> None:
    """Control."""
    document = README.read_text(encoding="utf-8")
    (finding,) = unknown_codes("planted.py", ast.parse(PLANTED), document)
    assert str(finding) == "planted.py:1: moon_phase is not among the codes of the protocol"


def test_codes_are_found_at_all() -> None:
    """Control: the rule reads the modules that refuse most."""
    path = PACKAGES["onrecord"] / "features" / "people" / "people.py"
    assert {code for _, code in codes(parsed(path))} >= {"username_taken", "bad_name"}
