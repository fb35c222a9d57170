"""A client's own copy has the files of their messages, and verifies with them."""

import json
import time
from hashlib import sha256
from pathlib import Path

import pytest

from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.proof_package.own_copy import FILES
from onrecord_archive.proof_package.reading import read_files
from tests.integration.uploads.conftest import TOM
from tests.rig.files import Sharer, browsing
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE


@pytest.fixture
def policy(bank: Installation) -> Policy:
    return parse_policy(bank.settings.paths.policy.read_text(encoding="utf-8"))


@pytest.fixture
def copy(bank: Installation, anna: Sharer, tmp_path: Path) -> Path:
    """Tom's copy, after a text, a marked file, one that was removed, and one never sent."""
    conv = str(bank.direct("anna", TOM))
    files = [anna.stored(conv, "offer.txt", b"the offer"), anna.stored(conv, "a.pdf", b"%PDF-1.7")]
    anna.send(conv, [file["id"] for file in files], "for you")
    wrong = anna.stored(conv, "wrong.txt", b"of another client")
    anna.remove(conv, anna.send(conv, [wrong["id"]], "oh")["event_id"])
    anna.stored(conv, "not for tom.txt", b"never sent")
    with browsing(bank, TOM) as tom:
        assert tom.ask("POST", "copy", json={"language": "en"}).status_code == 202
        deadline = time.monotonic() + PATIENCE
        while tom.ask("GET", "copy").json()["state"] != "ready":
            assert time.monotonic() < deadline
            time.sleep(0.1)
        target = tmp_path / "copy.zip"
        target.write_bytes(tom.ask("GET", "copy.zip").content)
    return target


def test_it_has_the_files_that_were_sent(copy: Path, policy: Policy, tmp_path: Path) -> None:
    assert verify_copy(copy, policy).from_joining_to_leaving
    files = read_files(copy, FILES)
    counts = json.loads(bytes(files["manifest.json"]))["records"]
    name = f"file-{sha256(b'the offer').hexdigest()}.txt"
    assert name in {each["file"] for each in counts["files"]}
    assert bytes(files[name]) == b"the offer"
    assert "a.pdf" in {each["name"] for each in counts["files_not_contained"]}, "takes a proof"
    assert "wrong.txt" in {each["name"] for each in counts["files_not_contained"]}, "was removed"
    everything = b"".join(bytes(data) for data in files.values())
    assert b"not for tom" not in everything
    assert b"of another client" not in everything
    assert b"never sent" not in everything
    folder = tmp_path / "folder"
    folder.mkdir()
    for each, data in files.items():
        (folder / each).write_bytes(data)
    verify_copy(folder, policy)
    (folder / name).write_bytes(b"another")
    not_verified(folder, policy)
    (folder / name).unlink()
    not_verified(folder, policy)
    (folder / name).write_bytes(b"the offer")
    (folder / ("file-" + "0" * 64)).write_bytes(b"")
    not_verified(folder, policy)


def not_verified(folder: Path, policy: Policy) -> None:
    with pytest.raises(NotVerified):
        verify_copy(folder, policy)
