"""The published formats are described to the last member (DESIGN 6)."""

import json
import re
import tomllib
from itertools import chain

import pytest

from onrecord.features.chat import bodies as rest
from onrecord.protocol import frames
from tests.architecture.rules.documents import undocumented, words_in_code
from tests.architecture.rules.source import CLIENT, ROOT, listed
from tools import published_reference, roles_reference
from tools.wire_reference import reference

FORMATS = ROOT / "archive_hooks" / "README.md"
WIRE = ROOT / "docs" / "wire.md"
PUBLISHED = ROOT / "archive_hooks" / "PUBLISHED.md"
ROLES = ROOT / "docs" / "roles.md"
# Both halves of a record are JSON objects without a type of their own in the archive's code.
SHOWN = "v event_id type stream conv_seq msg_no prev actor participants at payload files"
KEPT = "device auth addresses claimed_at client_id blob_keys"
READABLE = re.compile(r"live store\b[^.]*\breadable by whoever controls the server")
"""What P8 has said in these words (DESIGN 2)."""
STORED = "tile entries tails blobs checkpoint checkpoints"


def test_every_member_of_the_archives_formats_is_described() -> None:
    text = FORMATS.read_text(encoding="utf-8")
    modules = ["onrecord_archive.format.leaf", "onrecord_archive.format.epoch_key"]
    findings = list(undocumented(FORMATS.name, text, modules))
    assert not findings, listed(findings)


def test_both_halves_of_a_record_and_the_folders_are_described() -> None:
    known = words_in_code(FORMATS.read_text(encoding="utf-8"))
    assert [word for word in f"{SHOWN} {KEPT} {STORED}".split() if word not in known] == []


def test_every_member_of_the_wire_is_described() -> None:
    text = WIRE.read_text(encoding="utf-8")
    findings = list(undocumented(WIRE.name, text, [frames.__name__, rest.__name__]))
    assert not findings, listed(findings)


def test_the_reference_of_the_wire_is_fresh() -> None:
    fresh = WIRE.read_text(encoding="utf-8") == reference()
    assert fresh, "run: make reference"


def test_the_table_of_roles_is_fresh() -> None:
    fresh = ROLES.read_text(encoding="utf-8") == roles_reference.reference()
    assert fresh, "run: make reference"


def test_the_published_hashes_are_fresh() -> None:
    fresh = PUBLISHED.read_text(encoding="utf-8") == published_reference.reference()
    assert fresh, "run: make reference"


def silent(security: str, words: str, views: str) -> list[str]:
    """Where nothing says who can read the live store."""
    said = {"SECURITY.md": security, "the console's words": json.loads(words)["console.readable"]}
    wanting = [where for where, text in said.items() if not READABLE.search(" ".join(text.split()))]
    return wanting + ["the console"] * ('say("console.readable")' not in views)


def who_reads() -> tuple[str, str, str]:
    """What SECURITY.md and the console say."""
    views = (CLIENT / "views" / "console").glob("*.tsx")
    texts = (ROOT / "SECURITY.md", CLIENT / "locales" / "console.en.json", *views)
    security, words, *shown = (path.read_text(encoding="utf-8") for path in texts)
    return security, words, "".join(shown)


@pytest.mark.promise("P8")
def test_security_and_the_console_say_who_can_read_the_live_store() -> None:
    assert silent(*who_reads()) == []


@pytest.mark.promise("P8", planted=True)
def test_control_where_they_do_not_it_is_missed() -> None:
    security, _, views = who_reads()
    security = security.replace("whoever controls", "nobody who runs")
    words = json.dumps({"console.readable": "The archive is sealed."})
    assert silent(security, words, "") == ["SECURITY.md", "the console's words", "the console"]
    assert silent(*who_reads()[:2], views.replace("console.readable", "")) == ["the console"]


def test_control_a_member_that_is_not_in_code_is_found() -> None:
    document = "A leaf has ct. `v` `class` `kind` `key_id` and\n```\nname length sha256\n```\n"
    found = {
        finding.what for finding in undocumented("x.md", document, ["onrecord_archive.format.leaf"])
    }
    assert "ct of RecordLeaf (onrecord_archive.format.leaf) is not described" in found
    assert not any(what.startswith(("v of", "class of", "name of", "sha256 of")) for what in found)


def declared_packages() -> set[str]:
    """What pyproject.toml and the client's package.json ask for, without versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *chain(*project["dependency-groups"].values())]
    client = json.loads((ROOT / "client_web" / "package.json").read_text(encoding="utf-8"))
    python = {re.split(r"[\[<>=!~ ]", line)[0] for line in asked}
    return python | set(client["dependencies"]) | set(client["devDependencies"])


def test_every_dependency_has_a_line_that_says_what_for() -> None:
    text = (ROOT / "server" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    cells = [row.split("|")[1] for row in text.splitlines() if row.startswith("| ")]
    told = {name.strip().lower() for cell in cells for name in cell.split(",")}
    assert sorted(name for name in declared_packages() if name.lower() not in told) == []
