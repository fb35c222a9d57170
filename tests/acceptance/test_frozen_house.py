"""The archive of an earlier commit, and what was made from it, still verifies and opens.

`tests/fixtures/house` is what `freeze_house.py` beside it left: an archive with each type of record
and its key store, and per language a bundle of each stream and a client's own copy. Both verifiers
pass them, the product's and the second one. A bundle's page and a copy's are held, byte for byte,
to the records: a sentence that reads otherwise today is seen here.
"""

import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.epoch_key import parse_opening_key
from tests.rig.second_opinion import Answer, of_archive, of_bundle, of_copy

HOUSE = Path(__file__).parents[1] / "fixtures" / "house"
BUNDLES = sorted(HOUSE.glob("bundle-*.zip"))
COPIES = sorted(HOUSE.glob("copy-*.zip"))
ELSEWHERE = {"file.stored"}
"""Needs a sealed file: the banks of `test_upgrade.py` have one."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    with tarfile.open(HOUSE / "archive.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def policy(house: Path) -> Policy:
    return parse_policy((house / "policy").read_text(encoding="utf-8"))


def test_the_archive_verifies_and_each_record_opens(house: Path, policy: Policy) -> None:
    key = parse_opening_key((house / "opening.key").read_bytes())
    answer = of_archive(house / "archive", policy, stores=[house / "keys"], opening=[key])
    assert answer.status == 0


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_a_bundle_verifies(path: Path, policy: Policy) -> None:
    assert of_bundle(path, policy).status == 0


@pytest.mark.parametrize("path", COPIES, ids=lambda path: path.stem)
def test_a_copy_verifies(path: Path, policy: Policy) -> None:
    assert of_copy(path, policy).status == 0


def test_every_type_of_then_is_in_a_bundle_of_each_language_and_still_declared() -> None:
    then = set(json.loads((HOUSE / "types.json").read_text(encoding="utf-8")))
    assert then <= set(PAYLOADS)
    for language in ("en", "pl"):
        seen: set[str] = set()
        for path in HOUSE.glob(f"bundle-*-{language}.zip"):
            with zipfile.ZipFile(path) as bundle:
                lines = bundle.read("records.jsonl").splitlines()
            seen |= {json.loads(line)["shown"]["type"] for line in lines}
        assert seen == then - ELSEWHERE


@pytest.mark.parametrize(
    ("path", "verified"),
    [*((path, of_bundle) for path in BUNDLES), *((path, of_copy) for path in COPIES)],
    ids=lambda value: getattr(value, "stem", None),
)
def test_control_a_sentence_that_reads_otherwise_is_seen(
    path: Path,
    verified: Callable[[Path, Policy], Answer],
    policy: Policy,
    tmp_path: Path,
) -> None:
    other = tmp_path / path.name
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for member in before.infolist():
            content = before.read(member)
            if member.filename == "transcript.html":
                assert b"</h1>" in content
                content = content.replace(b"</h1>", b".</h1>", 1)
            after.writestr(member, content)
    assert verified(other, policy).status == 1
