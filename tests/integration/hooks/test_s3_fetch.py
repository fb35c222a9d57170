"""An auditor copies the bucket of the hook `s3` into a folder, and reads it there."""

import asyncio
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from onrecord_archive.__main__ import main
from tests.integration.hooks.s3_store import PREFIX, S3Store, s3_store
from tests.integration.hooks.share import records, windows
from tests.rig.radosgw import Radosgw, User
from tests.unit.archive.building import Workshop


@pytest.fixture
def store(radosgw: Radosgw, s3_user: User) -> Iterator[S3Store]:
    with s3_store(radosgw, s3_user) as made:
        yield made


@pytest.fixture
def workshop(tmp_path: Path, store: S3Store) -> Workshop:
    """An archive of six records and a file, all of which the hook has delivered."""
    made = Workshop(tmp_path)
    made.write(6)
    made.store_file(b"An offer " * 2_000)
    made.log.integrate(made.log.size)
    asyncio.run(store.new_hook().deliver(records(made)))
    (tmp_path / "policy").write_text(made.policy.encode(), encoding="utf-8")
    made.close()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


def fetch(store: S3Store, folder: Path, *more: str) -> int:
    options = store.options()
    named = [
        part
        for name in ("bucket", "endpoint", "access_key_file", "secret_key_file", "ca_file")
        for part in (f"--{name.replace('_', '-')}", options[name])
    ]
    timeout = ("--timeout", options["timeout"])
    return main(["fetch", str(folder), "--prefix", PREFIX, *named, *timeout, *more])


def fetched(store: S3Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Copy the bucket; return what is said of it, and with which status."""
    status = fetch(store, folder, "--json")
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {"status": status, **told}


def check(workshop: Workshop, folder: Path) -> int:
    return main(["check-fetched", str(folder), "--policy", str(workshop.root / "policy")])


def test_a_bucket_is_copied_and_read(
    store: S3Store, workshop: Workshop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = fetched(store, folder, capsys)
    assert (told["status"], told["objects"], told["bad"], told["covered"]) == (0, 9, [], [])
    assert (told["unlocked"], told["locked_until"][:4]) == (0, "2033")
    assert check(workshop, folder) == 0
    said = capsys.readouterr().out
    assert "7 records and 1 files are what their names and leaves say.\nNot shown: " in said


def test_a_copy_goes_on_where_it_was_and_mends_what_the_folder_has_wrong(
    store: S3Store, workshop: Workshop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch(store, folder) == 0
    whole = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    gone, changed, kept, *_ = sorted(whole)
    gone.unlink()
    changed.write_bytes(b"half")
    before = kept.stat().st_mtime_ns
    capsys.readouterr()
    assert fetched(store, folder, capsys)["objects"] == 9
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == whole
    assert kept.stat().st_mtime_ns == before


def test_what_somebody_put_on_top_or_hid_changes_nothing(
    store: S3Store, workshop: Workshop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, *_ = store.found()
    store.client.put_object(Bucket=store.bucket, Key=first.key, Body=b"{}")
    store.client.delete_object(Bucket=store.bucket, Key=second.key)
    store.client.put_object(Bucket=store.bucket, Key=f"{PREFIX}records/../../out", Body=b"{}")
    told = fetched(store, folder, capsys)
    assert (told["status"], told["objects"], told["bad"]) == (0, 9, [])
    assert told["covered"] == [first.key.removeprefix(PREFIX)]
    assert not (folder.parent / "out").exists()
    assert check(workshop, folder) == 0


def test_control_what_the_stores_operator_changed_is_found(
    store: S3Store, workshop: Workshop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = store.found()[0]
    store.rewrite(changed.held().archive_index, lambda content: content[:-1] + b" ")
    assert fetched(store, folder, capsys)["bad"] == [changed.key.removeprefix(PREFIX)]
    assert fetch(store, folder) == 1
    assert check(workshop, folder) == 3
    assert "1 records are not there." in capsys.readouterr().out


def test_the_bucket_of_a_hook_that_gets_the_log_becomes_an_archive_that_verifies(
    store: S3Store, workshop: Workshop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (entries,) = windows(workshop, 0, 2**53)
    hook = store.new_hook(wants="log")
    assert hook.wants == "log"

    async def deliver() -> None:
        for _ in range(2):  # what comes again is there already
            await hook.deliver(entries)
        found = await hook.inventory(0, len(entries))
        assert [each.archive_index for each in found] == list(range(len(entries)))
        assert {each.leaf for each in found} == {sha256(each.leaf).digest() for each in entries}

    asyncio.run(deliver())
    assert {each.key for each in store.found() if each.until is None} == set()
    assert fetched(store, folder, capsys)["status"] == 0
    made = workshop.root / "made"
    policy = ("--policy", str(workshop.root / "policy"))
    assert main(["assemble", str(folder), *policy, "-o", str(made)]) == 0
    assert main(["verify", str(made), *policy]) == 0


def test_what_stands_in_the_way_is_said(
    store: S3Store, workshop: Workshop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (store.folder / "secret").write_text("wrong\n")
    assert fetch(store, folder) == 2
    assert "it answers SignatureDoesNotMatch" in capsys.readouterr().err
