"""What the options of the hook `s3` may be, and what a store's answers mean."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError

from onrecord_archive.contract import HookError, Misconfigured, Rejected, Retry
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.note import parse_note
from onrecord_archive.registry import HookUnavailable, open_hook
from onrecord_archive.sinks.attempt import Call
from onrecord_archive.sinks.s3 import client as s3_client
from onrecord_archive.sinks.s3.bucket import Bucket, Stored, Version
from onrecord_archive.sinks.s3.client import Access, Wire, is_refusal, open_client, translated
from onrecord_archive.sinks.s3.deliver import Delivering
from onrecord_archive.sinks.s3.hook import open_s3
from onrecord_archive.sinks.s3.objects import CHECKPOINTS, Object, Retention, checkpoint_of
from onrecord_archive.testing.log import SampleLog


def options(**changed: str) -> dict[str, str]:
    given = {
        "bucket": "records",
        "endpoint": "https://s3.bank.example",
        "access_key_file": "/nowhere/access",
        "secret_key_file": "/nowhere/secret",
        "retention_days": "2557",
        **changed,
    }
    return {name: value for name, value in given.items() if value}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bucket": ""}, "bucket is missing"),
        ({"endpoint": ""}, "endpoint is missing"),
        ({"endpoint": "http://s3.bank.example"}, "must begin with https"),
        ({"endpoint": "https://"}, "must begin with https"),
        ({"endpoint": "https://[s3"}, "must begin with https"),
        ({"retention_days": ""}, "retention_days is missing"),
        ({"retention_days": "0"}, "must be days between 1 and 36500"),
        ({"retention_days": "seven years"}, "must be days"),
        ({"retention_days_by_class": "client"}, "name each class once"),
        ({"retention_days_by_class": "client=0"}, "must be days"),
        ({"retention_days_by_class": "client=9 client=8"}, "name each class once"),
        ({"prefix": "onrecord"}, "must end with /"),
        ({"timeout": "0"}, "timeout must lie between"),
        ({"connections": "65"}, "connections must lie between"),
        ({"retention": "2557"}, "unknown options: retention"),
    ],
)
def test_options_that_are_none_are_refused(changed: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        open_s3(options(**changed))


def test_a_retention_is_by_class_and_ends_at_a_full_second() -> None:
    log = SampleLog()
    log.grow(1)
    leaf = decode_leaf(log.entries[-1][0])
    assert isinstance(leaf, RecordLeaf)
    assert leaf.at == "2026-11-24T09:00:00.000000Z"
    assert str(Retention(10, {}).until(leaf)) == "2026-12-04 09:00:01+00:00"
    assert str(Retention(10, {"default": 20}).until(leaf)) == "2026-12-14 09:00:01+00:00"
    assert Retention(10, {"client": 30, "default": 20}).longest.days == 30


def answered(status: int, code: str = "", **headers: str) -> ClientError:
    response: Any = {
        "Error": {"Code": code} if code else {},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return ClientError(response, "PutObject")


def meaning_of(error: Exception) -> HookError:
    with pytest.raises(HookError) as caught, translated(archive_index=7):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (403, "AccessDenied", Misconfigured),
        (403, "InvalidAccessKeyId", Misconfigured),
        (403, "SignatureDoesNotMatch", Misconfigured),
        (403, "UserSuspended", Misconfigured),
        (403, "RequestTimeTooSkewed", Misconfigured),
        (404, "NoSuchBucket", Misconfigured),
        (404, "ObjectLockConfigurationNotFoundError", Misconfigured),
        (400, "InvalidRequest", Misconfigured),
        (301, "PermanentRedirect", Misconfigured),
        (403, "QuotaExceeded", Retry),
        (400, "BadDigest", Retry),
        (400, "RequestTimeout", Retry),
        (409, "OperationAborted", Retry),
        (429, "", Retry),
        (503, "SlowDown", Retry),
        (500, "", Retry),
        (400, "EntityTooLarge", Rejected),
    ],
)
def test_what_an_answer_means(status: int, code: str, meaning: type[HookError]) -> None:
    error = meaning_of(answered(status, code))
    assert type(error) is meaning
    assert (code or str(status)) in str(error)


def test_a_store_says_how_long_to_wait() -> None:
    error = meaning_of(answered(503, "SlowDown", **{"retry-after": "17"}))
    assert isinstance(error, Retry)
    assert error.retry_after == 17


def test_a_wrong_clock_is_said() -> None:
    assert "clock" in str(meaning_of(answered(403, "RequestTimeTooSkewed")))


def test_no_answer_is_a_retry() -> None:
    assert type(meaning_of(ReadTimeoutError(endpoint_url="x"))) is Retry
    assert type(meaning_of(ConnectionResetError())) is Retry


def test_only_what_the_store_has_judged_is_a_refusal() -> None:
    refusals = [(403, "AccessDenied"), (409, "InvalidBucketState"), (400, "BadDigest")]
    assert all(is_refusal(answered(*each)) for each in refusals)
    others = [(503, "SlowDown"), (403, "SignatureDoesNotMatch"), (403, "RequestTimeTooSkewed")]
    assert not any(is_refusal(answered(*each)) for each in others)


def test_without_boto3_the_start_is_refused_with_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    for name in [each for each in sys.modules if each.startswith("onrecord_archive.sinks.s3")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(HookUnavailable, match=r"pip install 'onrecord\[s3\]'"):
        open_hook("worm", "s3", options())
    monkeypatch.undo()
    assert importlib.import_module(s3_client.__name__) is s3_client


def test_the_machine_s_own_settings_of_aws_change_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[default]\nendpoint_url = https://elsewhere.example\n")
    for name, value in {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_PROFILE": "of-somebody-else",
        "AWS_ENDPOINT_URL": "https://elsewhere.example",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_SESSION_TOKEN": "another's",
        "AWS_MAX_ATTEMPTS": "9",
    }.items():
        monkeypatch.setenv(name, value)
    asked: list[AWSPreparedRequest] = []

    class Noting(Wire):
        def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
            asked.append(request)
            raise ReadTimeoutError(endpoint_url=request.url)

    (tmp_path / "key").write_text("key")
    key, endpoint = tmp_path / "key", "https://s3.bank.example"
    access = Access("records", endpoint, "eu", key, key, ca_file=None, timeout=1.0, connections=1)
    client = open_client(access, Noting(access))
    with pytest.raises(ReadTimeoutError):
        client.head_bucket(Bucket="records")
    (request,) = asked
    assert request.url == "https://s3.bank.example/records"
    assert "x-amz-security-token" not in {name.lower() for name in request.headers}


def test_keys_come_from_files_of_their_own(tmp_path: Path) -> None:
    hook = open_s3(options(access_key_file=str(tmp_path / "access")))
    with pytest.raises(Misconfigured, match=f"the access key {tmp_path}/access cannot be read"):
        asyncio.run(hook.ping())
    (tmp_path / "access").write_text("\n")
    with pytest.raises(Misconfigured, match="is empty"):
        asyncio.run(hook.ping())


def test_a_store_that_does_not_know_a_request_has_refused_it() -> None:
    answer = {"Error": {"Code": "NotImplemented"}, "ResponseMetadata": {"HTTPStatusCode": 501}}
    error = ClientError(answer, "PutBucketVersioning")  # type: ignore[arg-type]
    assert is_refusal(error)
    with pytest.raises(Misconfigured, match="NotImplemented"), translated():
        raise error


class Shelf(Bucket):
    """A bucket with one object, whose lock has ended."""

    def __init__(self, given: Object) -> None:
        self._given = given
        self.until: datetime | None = datetime.now(UTC) - timedelta(days=30)

    def read(self, version: Version) -> Stored | None:
        return Stored(self._given.content, self.until)

    def _lock_longer(self, version: Version, until: datetime) -> None:
        self.until = until


def test_a_lock_that_is_over_is_made_longer_up_to_a_day_that_comes() -> None:
    """A store takes no lock that ends in the past, and the hook would stand still."""
    given, now = Object("records/1", b"leaf"), datetime.now(UTC)
    shelf, there = Shelf(given), Version("records/1", "v", "e")
    assert shelf.keep(given, now - timedelta(days=10), there) == there
    assert shelf.until is not None
    assert shelf.until > now


class Heads(Bucket):
    """A bucket with versions, the newest first; what is put lies on top of them."""

    def __init__(self, *there: tuple[str, bytes, datetime | None]) -> None:
        self.there: dict[Version, Stored] = {}
        for name, content, until in there:
            self.there[Version(name, str(len(self.there)), "")] = Stored(content, until)

    def versions(self, start: str, *, after: str = "") -> Iterator[Version]:
        yield from sorted(
            (each for each in self.there if each.name.startswith(start) and each.name > after),
            key=lambda each: each.name,
        )

    def read(self, version: Version) -> Stored | None:
        return self.there[version]

    def put(self, given: Object, until: datetime, archive_index: int | None = None) -> Version:
        version = Version(given.name, str(len(self.there)), "")
        self.there = {version: Stored(given.content, until), **self.there}
        return version

    def _lock_longer(self, version: Version, until: datetime) -> None:
        self.there[version] = Stored(self.there[version].content, until)


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize("there", ["the note", "its text", "something else", ""])
def test_a_head_is_there_where_it_says_what_was_signed_and_is_locked(
    there: str, *, locked: bool
) -> None:
    """Else whoever may write there keeps each head away, by one that is no head before it."""
    log = SampleLog()
    log.grow(1)
    batch = [each for each in log.deliveries() if each.kind == "record"]
    note = batch[-1].checkpoint
    head, text = checkpoint_of(note), parse_note(note).text
    signed_again = f"{text}\n— other AAAAAAAA\n".encode()
    content = {"the note": note, "its text": signed_again, "something else": b"no head"}.get(there)
    name = head.name if content == note else f"{head.name.partition('-')[0]}-{'0' * 64}"
    until = datetime.now(UTC) + timedelta(days=1) if locked else None
    bucket = Heads() if content is None else Heads((name, content, until))
    with ThreadPoolExecutor(1) as pool:
        delivering = Delivering(Retention(10, {}), pool, batch, Call(batch))
        assert len(delivering.store(bucket)) == 1
    heads = [bucket.read(each) for each in bucket.versions(CHECKPOINTS)]
    good = [each for each in heads if each and each.until and each.content != b"no head"]
    assert [parse_note(each.content).text for each in good] == [text]
