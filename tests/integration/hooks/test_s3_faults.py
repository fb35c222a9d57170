"""Faults between the hook `s3` and its store: each record is there, once, and nothing is lost."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord_archive.contract import (
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    Retry,
)
from onrecord_archive.sinks.s3.bucket import Bucket, Version
from onrecord_archive.sinks.s3.hook import S3
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.between import Between, Harm, running_between
from tests.integration.hooks.s3_store import S3Store, s3_store
from tests.rig.radosgw import Radosgw, User


@pytest.fixture
def store(radosgw: Radosgw, s3_user: User) -> Iterator[S3Store]:
    with s3_store(radosgw, s3_user) as made:
        yield made


@pytest.fixture
def between(radosgw: Radosgw) -> Iterator[Between]:
    with running_between(radosgw) as made:
        yield made


@pytest.fixture
def batch() -> list[Delivery]:
    return records(6)


def records(count: int) -> list[Delivery]:
    log = SampleLog()
    log.grow(count)
    return [entry for entry in log.deliveries() if entry.kind == "record"]


def drain(hook: S3, batch: list[Delivery]) -> list[HookError]:
    """Deliver all, as OnRecord does; return what went wrong on the way."""
    errors: list[HookError] = []

    async def deliver() -> None:
        waiting = batch
        while waiting:
            assert len(errors) < 500, errors[-1]
            receipts: tuple[Receipt, ...] = ()
            try:
                receipts = tuple(await hook.deliver(waiting[: hook.batch_size]))
            except HookError as error:
                errors.append(error)
                receipts = error.receipts
            done = {receipt.archive_index for receipt in receipts}
            waiting = [entry for entry in waiting if entry.archive_index not in done]

    asyncio.run(deliver())
    return errors


def error_of(hook: S3, batch: list[Delivery]) -> HookError:
    with pytest.raises(HookError) as caught:
        asyncio.run(hook.deliver(batch))
    return caught.value


def indexes(store: S3Store) -> list[int]:
    return sorted(held.archive_index for held in store.held())


def given(batch: list[Delivery]) -> list[int]:
    return [entry.archive_index for entry in batch]


def harm_once(between: Between, harm: Harm, *, method: str, nth: int = 3) -> None:
    """Do this to the n-th request of a record by this method, and to no other."""
    seen = 0

    def script(each: str, path: str) -> Harm | None:
        nonlocal seen
        seen += each == method and "/records/" in path
        return harm if each == method and "/records/" in path and seen == nth else None

    between.script = script


@pytest.mark.parametrize(
    ("method", "harm"),
    [
        ("PUT", Harm(cut=True)),
        ("PUT", Harm(status=500, arrives=True)),
        ("PUT", Harm(status=503, headers={"retry-after": "3"})),
        ("PUT", Harm(damaged=True)),
        ("GET", Harm(delay=2.5)),
    ],
    ids="cut answer-lost busy damaged late".split(),
)
def test_a_record_is_there_once_whatever_becomes_of_one_request(
    store: S3Store, between: Between, batch: list[Delivery], method: str, harm: Harm
) -> None:
    harm_once(between, harm, method=method)
    hook = store.new_hook(
        endpoint=between.endpoint, connections="2", timeout="2" if harm.delay else "120"
    )
    errors = drain(hook, batch)
    assert {type(error) for error in errors} == {Retry}
    if harm.headers:
        assert isinstance(errors[0], Retry)
        assert errors[0].retry_after == 3
    assert indexes(store) == given(batch)


def test_a_store_that_is_slow_gets_a_batch_in_pieces(
    store: S3Store, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call ends with the receipts that it has, before the server gives it up."""
    monkeypatch.setattr("onrecord_archive.sinks.attempt.LONGEST_S", 0.0)
    errors = drain(store.new_hook(connections="1"), batch)
    assert len(errors) == len(batch) - 1
    assert {str(error) for error in errors} == {"it is slow: the rest comes in the next call"}
    assert indexes(store) == given(batch)


@pytest.mark.proofs("long")
def test_a_store_that_takes_ten_seconds_is_waited_for(
    store: S3Store, between: Between, batch: list[Delivery]
) -> None:
    between.script = lambda method, path: Harm(delay=10) if method == "PUT" else None
    errors = drain(store.new_hook(endpoint=between.endpoint, timeout="60"), batch)
    assert {type(error) for error in errors} <= {Retry}
    assert indexes(store) == given(batch)


def play(store: S3Store, between: Between, batch: list[Delivery], seed: int) -> None:
    """Deliver while one request in eight is harmed, and anything may come again."""
    chance = random.Random(seed)

    def script(method: str, path: str) -> Harm | None:
        if chance.random() > 1 / 8:
            return None
        harms = [Harm(cut=True), Harm(status=500, arrives=True), Harm(status=503)]
        return chance.choice(harms)

    between.script = script
    hook = store.new_hook(endpoint=between.endpoint)
    drain(hook, batch)
    drain(store.new_hook(endpoint=between.endpoint), batch[chance.randrange(len(batch)) :])


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(n, marks=pytest.mark.proofs("sampled")) for n in range(2, 12))]
)
def test_each_record_is_there_once_whatever_happens_to_requests(
    store: S3Store, between: Between, seed: int
) -> None:
    batch = records(8 if seed == 1 else 200)
    play(store, between, batch, seed)
    assert indexes(store) == given(batch)


def test_the_check_sees_a_hook_that_gives_a_receipt_for_nothing(
    store: S3Store, between: Between, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, lost = Bucket.keep, f"records/{batch[4].archive_index:012d}-"

    def drops_one(
        self: Bucket,
        given: object,
        until: datetime,
        newest: Version | None,
        index: int | None = None,
    ) -> Version:
        if str(getattr(given, "name", "")).startswith(lost):
            return Version(lost, "never", "stored")
        return keep(self, given, until, newest, index)  # type: ignore[arg-type]

    monkeypatch.setattr(Bucket, "keep", drops_one)
    play(store, between, batch, 1)
    assert set(given(batch)) - set(indexes(store)) == {batch[4].archive_index}


def test_the_check_sees_a_hook_that_does_not_look_what_is_there(
    store: S3Store, between: Between, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord_archive.sinks.s3.deliver.newest_of", lambda versions: {})
    play(store, between, batch, 1)
    assert len(indexes(store)) > len(batch)


def test_other_bytes_than_were_put_get_no_receipt(
    store: S3Store, between: Between, batch: list[Delivery]
) -> None:
    harm_once(between, Harm(status=200, body=b"{}"), method="GET", nth=1)
    error = error_of(store.new_hook(endpoint=between.endpoint), batch[:1])
    assert isinstance(error, Misconfigured)
    assert "has other bytes" in str(error)
    assert error.receipts == ()


def test_a_version_whose_lock_cannot_be_read_gets_no_receipt(
    store: S3Store, between: Between, batch: list[Delivery]
) -> None:
    harm_once(between, Harm(forgets_lock=True), method="GET", nth=1)
    error = error_of(store.new_hook(endpoint=between.endpoint), batch[:1])
    assert isinstance(error, Misconfigured)
    assert "is not locked until" in str(error)
    assert error.receipts == ()


def test_a_record_that_the_store_never_takes_stops_its_own_stream_alone(
    store: S3Store, between: Between, batch: list[Delivery]
) -> None:
    refused = batch[1]
    too_large = Harm(status=400, body=b"<Error><Code>EntityTooLarge</Code></Error>")
    between.script = lambda method, path: (
        too_large if method == "PUT" and f"/{refused.archive_index:012d}-" in path else None
    )
    error = error_of(store.new_hook(endpoint=between.endpoint), batch)
    assert isinstance(error, Rejected)
    assert error.archive_index == refused.archive_index
    others = [entry for entry in batch if entry.stream != refused.stream]
    assert set(given(others)) <= {receipt.archive_index for receipt in error.receipts}
    assert set(given(others)) <= set(indexes(store))
    assert refused.archive_index not in indexes(store)


@pytest.mark.parametrize(
    "how", ["stopped", pytest.param("killed", marks=pytest.mark.proofs("long"))]
)
def test_a_store_that_goes_away_in_the_middle_of_a_batch_has_each_record_once(
    store: S3Store, between: Between, batch: list[Delivery], how: str
) -> None:
    gateway, gone = store.gateway, False

    def script(method: str, path: str) -> Harm | None:
        nonlocal gone
        if method == "PUT" and between.count("PUT", "/records/") == 5 and not gone:
            gone = True
            (gateway.kill_gateway if how == "killed" else gateway.stop_gateway)()
        return None

    between.script = script
    try:
        error = error_of(store.new_hook(endpoint=between.endpoint), batch)
    finally:
        gateway.start_gateway()
    assert isinstance(error, Retry)
    assert len(error.receipts) < len(batch)
    drain(store.new_hook(endpoint=between.endpoint), batch)
    assert indexes(store) == given(batch)


def test_keys_that_were_revoked_are_an_operators_and_new_ones_are_read_by_the_same_hook(
    radosgw: Radosgw, batch: list[Delivery]
) -> None:
    user = radosgw.new_user()
    with s3_store(radosgw, user) as store:
        hook = store.new_hook()
        asyncio.run(hook.deliver(batch[:3]))
        radosgw.admin("user", "suspend", f"--uid={user.name}")
        assert isinstance(error_of(hook, batch), Misconfigured)
        radosgw.admin("user", "enable", f"--uid={user.name}")
        radosgw.admin("key", "rm", "--key-type=s3", f"--access-key={user.access_key}")
        assert isinstance(error_of(hook, batch), Misconfigured)
        renewed = radosgw.renew_keys(user)
        store.set_keys(renewed)
        store.client = radosgw.client(renewed)
        assert drain(hook, batch) == []
        assert indexes(store) == given(batch)


def test_a_bucket_that_is_full_is_a_retry(radosgw: Radosgw, batch: list[Delivery]) -> None:
    user = radosgw.new_user()
    quota = ("quota", "--quota-scope=user", f"--uid={user.name}")
    with s3_store(radosgw, user) as store:
        radosgw.admin("quota", "set", *quota[1:], "--max-objects=0")
        radosgw.admin("quota", "enable", *quota[1:])
        hook = store.new_hook()
        error = error_of(hook, batch)
        assert isinstance(error, Retry)
        assert "QuotaExceeded" in str(error)
        radosgw.admin("quota", "disable", *quota[1:])
        drain(hook, batch)
        assert indexes(store) == given(batch)


def test_another_bucket_or_key_is_an_operators(store: S3Store, batch: list[Delivery]) -> None:
    error = error_of(store.new_hook(bucket="not-there"), batch)
    assert isinstance(error, Misconfigured)
    assert "NoSuchBucket" in str(error)
    (store.folder / "secret").write_text("another")
    error = error_of(store.new_hook(), batch)
    assert isinstance(error, Misconfigured)
    assert "SignatureDoesNotMatch" in str(error)


BEHIND = """
import asyncio, sys
from onrecord_archive.contract import Misconfigured
from onrecord_archive.sinks.s3.hook import open_s3
hook = open_s3(dict(each.split("=", 1) for each in sys.argv[1:]))
try:
    asyncio.run(hook.ping())
except Misconfigured as error:
    print(error)
try:
    asyncio.run(hook.attack())
except Misconfigured as error:
    print(error)
"""


def test_a_clock_that_is_an_hour_off_is_said(store: S3Store) -> None:
    options = [f"{name}={value}" for name, value in store.options().items()]
    done = subprocess.run(
        ["faketime", "-f", "+1h", sys.executable, "-c", BEHIND, *options],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert "set this machine's clock" in done.stdout


def test_a_store_without_a_valid_certificate_gets_nothing(
    store: S3Store, batch: list[Delivery], tmp_path: Path
) -> None:
    """One that has expired, one of another authority, and TLS 1.2."""
    expired, foreign = DemoTls(tmp_path / "expired"), DemoTls(tmp_path / "foreign")
    for tls, at in (
        (expired, datetime.now(UTC) - timedelta(days=400)),
        (foreign, datetime.now(UTC)),
    ):
        tls.folder.mkdir()
        ensure_certificates(tls, at)
    with ExitStack() as stack:
        cases = [
            (expired, running_between(store.gateway, expired), Misconfigured),
            (store.gateway.tls, running_between(store.gateway, foreign), Misconfigured),
            (store.gateway.tls, running_between(store.gateway, old=True), Retry),
        ]
        for tls, running, meaning in cases:
            between = stack.enter_context(running)
            hook = store.new_hook(endpoint=between.endpoint, ca_file=str(tls.ca))
            assert type(error_of(hook, batch)) is meaning
            assert between.requests == []
