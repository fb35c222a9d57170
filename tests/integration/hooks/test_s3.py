"""What the hook `s3` stores, how it is locked, and what the attack on its own bucket finds."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest

from onrecord_archive.contract import Attacking, Comparable, Delivery, Misconfigured
from onrecord_archive.sinks.s3.hook import S3
from onrecord_archive.testing import listed
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.between import Between, Harm, passes, running_between
from tests.integration.hooks.s3_store import DAYS, PREFIX, S3Store, s3_store
from tests.integration.hooks.share import records
from tests.rig.radosgw import Radosgw, User
from tests.unit.archive.building import Workshop
from tests.unit.hooks.stage import Stage, only, setting, until

T = TypeVar("T")
PUT_AGAIN = "overwrite an object"


@pytest.fixture
def store(radosgw: Radosgw, s3_user: User) -> Iterator[S3Store]:
    with s3_store(radosgw, s3_user) as made:
        yield made


@pytest.fixture
def between(radosgw: Radosgw) -> Iterator[Between]:
    with running_between(radosgw) as made:
        yield made


@pytest.fixture
def log() -> SampleLog:
    made = SampleLog()
    made.grow(4)
    return made


def batch_of(log: SampleLog) -> list[Delivery]:
    return [entry for entry in log.deliveries() if entry.kind == "record"]


def run(act: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(act())


def deliver(hook: S3, batch: list[Delivery]) -> dict[int, str]:
    receipts = run(lambda: hook.deliver(batch))
    return {receipt.archive_index: receipt.detail for receipt in receipts}


def test_a_receipt_names_the_version_and_its_etag(store: S3Store, log: SampleLog) -> None:
    receipts = deliver(store.new_hook(), batch_of(log))
    for each in store.found():
        held = each.held()
        about = store.client.head_object(
            Bucket=store.bucket, Key=each.key, VersionId=each.version_id
        )
        etag = about["ETag"].strip('"')
        assert receipts.pop(held.archive_index) == f"{each.version_id} {etag}"
    assert not receipts


def test_a_record_is_locked_from_its_time_on_as_its_class_says(
    store: S3Store, log: SampleLog
) -> None:
    deliver(store.new_hook(retention_days_by_class="default=3653 chat=1"), batch_of(log)[:1])
    (first,) = store.found()
    assert first.until == datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC) + timedelta(days=3653)


def test_a_record_whose_retention_is_over_is_locked_for_a_day(
    store: S3Store, log: SampleLog
) -> None:
    hook = store.new_hook(retention_days="1")
    receipts = deliver(hook, batch_of(log)[:1])
    (first,) = [store._read(each) for each in store._versions("records/")]
    assert first.until is not None
    assert first.until > datetime.now(UTC) + timedelta(hours=23)
    assert deliver(hook, batch_of(log)[:1]) == receipts


def test_a_stored_file_is_an_object_of_its_own_and_is_read_back(
    store: S3Store, tmp_path: Path
) -> None:
    workshop = Workshop(tmp_path)
    stored = workshop.store_file(b"An offer " * 2_000)
    workshop.log.integrate(workshop.log.size)
    entries = records(workshop)
    size = workshop.log.size
    workshop.close()
    hook = store.new_hook()
    deliver(hook, entries)
    deliver(store.new_hook(), entries)
    assert store.keys("blobs/") == [f"blobs/{stored.blob.ct}"]
    (named,) = [each.values for each in store.found() if "blob" in each.values]
    assert named["blob"] == f"blobs/{stored.blob.ct}"
    hook = store.new_hook()
    whole = run(lambda: hook.inventory(0, size))
    assert bytes.fromhex(stored.blob.ct) in {each.blob for each in whole}
    (version,) = store._versions("blobs/")
    store.gateway.lose(store.bucket, version["Key"], version["VersionId"])
    assert bytes.fromhex(stored.blob.ct) not in {
        each.blob for each in run(lambda: hook.inventory(0, size))
    }


def test_plaintext_is_an_object_of_its_own_and_a_record_has_one_version_with_and_without(
    store: S3Store, log: SampleLog
) -> None:
    sealed = batch_of(log)
    opened = [replace(entry, plaintext=log.plains[entry.archive_index]) for entry in sealed]
    hook = store.new_hook()
    for batch in (sealed[:3], opened, sealed):
        deliver(hook, batch)
    assert len(store.keys("records/")) == len(store.keys("plaintext/")) == len(sealed)
    assert all("plaintext" not in each.values for each in store.found())
    assert run(lambda: hook.inventory(0, log.size)) == [listed(entry) for entry in sealed]
    version = next(store._versions("plaintext/"))
    store.gateway.rewrite(
        store.bucket, version["Key"], version["VersionId"], b"?" * version["Size"]
    )
    found = run(lambda: hook.inventory(0, log.size))
    assert listed(sealed[0]) not in found
    assert found[1:] == [listed(entry) for entry in sealed[1:]]


def test_the_checkpoint_is_there_once_a_size(store: S3Store, log: SampleLog) -> None:
    batch = batch_of(log)
    deliver(store.new_hook(), batch[:2])
    deliver(store.new_hook(), [replace(each, checkpoint=log.checkpoint()) for each in batch])
    (name,) = store.keys("checkpoints/")
    notes = {sha256(each.checkpoint).hexdigest() for each in batch}
    assert name in {f"checkpoints/{log.size:012d}-{note}" for note in notes}


def test_a_longer_retention_is_told_and_a_replay_locks_longer_without_another_version(
    store: S3Store, log: SampleLog
) -> None:
    batch = batch_of(log)
    receipts = deliver(store.new_hook(), batch)
    longer = store.new_hook(retention_days=str(DAYS + 365))
    expected = [listed(entry) for entry in batch]
    assert not set(run(lambda: longer.inventory(0, log.size))) & set(expected)
    assert deliver(longer, batch) == receipts
    assert run(lambda: longer.inventory(0, log.size)) == expected
    shorter = store.new_hook()
    assert deliver(shorter, batch) == receipts
    assert run(lambda: shorter.inventory(0, log.size)) == expected


def test_what_hides_a_record_is_told_unless_it_is_a_delete_marker(
    store: S3Store, log: SampleLog
) -> None:
    """The newest version is what one gets who names none; a replay puts the record on top again."""
    batch = batch_of(log)
    hook = store.new_hook()
    deliver(hook, batch)
    expected = [listed(entry) for entry in batch]
    hidden, forged, weak = store.found()[:3]
    store.client.delete_object(Bucket=store.bucket, Key=hidden.key)
    assert run(lambda: hook.inventory(0, log.size)) == expected
    store.client.put_object(Bucket=store.bucket, Key=forged.key, Body=b"{}")
    store.client.put_object(Bucket=store.bucket, Key=weak.key, Body=weak.content)
    found = run(lambda: hook.inventory(0, log.size))
    indexes = {each.held().archive_index for each in (forged, weak)}
    assert {each.archive_index for each in found if each not in expected} == indexes
    deliver(hook, batch)
    assert set(run(lambda: hook.inventory(0, log.size))) == set(expected)


def test_a_listing_may_have_many_pages(
    store: S3Store, log: SampleLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord_archive.sinks.s3.bucket._PAGE", 2)
    batch = batch_of(log)
    receipts = deliver(store.new_hook(), batch)
    hook = store.new_hook()
    assert deliver(hook, batch) == receipts
    assert run(lambda: hook.inventory(0, log.size)) == [listed(entry) for entry in batch]


def test_nothing_is_read_twice_by_what_lies_beside_the_records(
    store: S3Store, log: SampleLog
) -> None:
    batch = batch_of(log)
    hook = store.new_hook()
    for name in ("records/0", "records/000000000002", "records/notes.txt", "plaintext/x"):
        store.client.put_object(Bucket=store.bucket, Key=PREFIX + name, Body=b"a note")
    deliver(hook, batch)
    assert run(lambda: hook.inventory(0, log.size)) == [listed(entry) for entry in batch]


def test_a_locked_bucket_refuses_every_attack(store: S3Store) -> None:
    hook = store.new_hook()
    assert isinstance(hook, Attacking)
    assert isinstance(hook, Comparable)
    attempts = run(hook.attack)
    assert [each.what for each in attempts if not each.refused] == []
    assert len(attempts) == 11
    assert store.keys("records/") == []
    run(hook.ping)
    assert [each.refused for each in run(hook.attack)] == [True] * 11


WEAK = {
    "shorten an object's retention": ("PUT", "retention"),
    "downgrade an object's lock to governance mode": ("PUT", "retention"),
    "take an object's retention away": ("PUT", "retention"),
    "delete an object's version": ("DELETE", "versionId"),
    "suspend the bucket's versioning": ("PUT", "?versioning"),
    "switch the bucket's Object Lock off": ("PUT", "?object-lock"),
}


def test_what_a_weak_store_lets_through_is_found(store: S3Store, between: Between) -> None:
    """A store that takes what S3 must refuse, in the place of the real one."""

    def takes(method: str, path: str) -> Harm | None:
        weak = any(method == each and part in path for each, part in WEAK.values())
        return Harm(status=204 if method == "DELETE" else 200) if weak else None

    between.script = takes
    hook = store.new_hook(endpoint=between.endpoint)
    accepted = {each.what: each.answer for each in run(hook.attack) if not each.refused}
    assert set(accepted) == set(WEAK)
    assert accepted["suspend the bucket's versioning"] == "it was accepted, and taken back"


def test_a_store_that_removes_what_it_says_it_keeps_is_found(
    store: S3Store, between: Between
) -> None:
    """Its operator removes the version, or another version is the old one's, behind a refusal."""

    def removes(method: str, path: str) -> Harm | None:
        if method != "DELETE" or "versionId" not in path:
            return None
        key, _, query = path.removeprefix(f"/{store.bucket}/").partition("?")
        store.gateway.lose(store.bucket, key, query.partition("versionId=")[2].partition("&")[0])
        return Harm(status=403)

    between.script = removes
    hook = store.new_hook(endpoint=between.endpoint)
    found = {each.what: each.answer for each in run(hook.attack) if not each.refused}
    assert found.pop("the object and its lock are unchanged after all that") == "it is gone"
    assert found[PUT_AGAIN] == "it is gone"


def test_a_weak_store_gets_nothing_and_a_removed_record_is_named(
    store: S3Store, between: Between
) -> None:
    """The server's part as well: attack, delivery, comparison; each ends on the record."""
    stage = Stage()
    stage.log.grow(5)
    lost = stage.records()[2]

    async def scene() -> None:
        between.script = lambda method, path: Harm(status=204) if method == "DELETE" else None
        hook = store.new_hook(endpoint=between.endpoint)
        async with stage.running(setting(hook, compare_hours=0)) as dispatcher:
            await until(lambda: only(dispatcher).unprotected)
            assert store.keys("records/") == []
            between.script = passes
            await until(lambda: stage.is_done(dispatcher))
            store.lose(lost)
            dispatcher.compare("copy")
            await until(lambda: only(dispatcher).compared)

    asyncio.run(scene())
    facts = stage.notes.facts()
    assert "delete an object's version" in facts[0]["succeeded"]
    assert facts[1]["succeeded"] == ()
    assert facts[2]["named"] == (f"{lost} missing",)


@pytest.mark.parametrize("versioning", ["", "Enabled", "Suspended"])
def test_a_bucket_without_a_lock_is_refused(
    radosgw: Radosgw, s3_user: User, log: SampleLog, versioning: str
) -> None:
    with s3_store(radosgw, s3_user, locks=False) as store:
        if versioning:
            store.client.put_bucket_versioning(
                Bucket=store.bucket, VersioningConfiguration={"Status": versioning}
            )
        hook = store.new_hook()
        with pytest.raises(Misconfigured, match="has no Object Lock"):
            run(hook.ping)
        with pytest.raises(Misconfigured):
            run(hook.attack)
        with pytest.raises(Misconfigured):
            deliver(hook, batch_of(log))
        assert store.keys("records/") == []


def test_a_lock_in_governance_mode_is_found_by_the_attack(
    store: S3Store, log: SampleLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bucket's default is weaker than a record's lock; with the default the attack succeeds."""
    store.client.put_object_lock_configuration(
        Bucket=store.bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )
    deliver(store.new_hook(), batch_of(log)[:1])
    (first,) = store.found()
    assert first.held().archive_index == batch_of(log)[0].archive_index
    monkeypatch.setattr("onrecord_archive.sinks.s3.bucket.COMPLIANCE", "GOVERNANCE")
    monkeypatch.setattr("onrecord_archive.sinks.s3.attack.COMPLIANCE", "GOVERNANCE")
    hook = store.new_hook()
    weak = {each.what for each in run(hook.attack) if not each.refused}
    assert {"shorten an object's retention", "delete an object's version"} <= weak
