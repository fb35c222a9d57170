"""A bucket with Object Lock: puts that are read back, versions, and what was read of them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import ClientError

from onrecord_archive.contract import Misconfigured, Retry
from onrecord_archive.sinks.s3.client import Access, Wire, code_of, open_client, translated
from onrecord_archive.sinks.s3.objects import Object, index_of

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

T = TypeVar("T")

COMPLIANCE: Final = "COMPLIANCE"
_LEAST: Final = timedelta(days=1)
"""An object whose retention is already over is locked for so long all the same."""
_PAGE: Final = 256
"""Versions in one answer: a window of the hook, and what else may be in it."""
NOT_THERE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "404"})
"""Error codes of what does not exist."""
_NO_LOCK: Final = "ObjectLockConfigurationNotFoundError"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object, as listings name it; `name` is below the hook's prefix."""

    name: str
    version_id: str
    etag: str

    @property
    def receipt(self) -> str:
        """What a receipt says of it."""
        return f"{self.version_id} {self.etag}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it was read: its bytes and until when nobody may remove it; None: not locked."""

    content: bytes
    until: datetime | None

    def is_locked(self, until: datetime) -> bool:
        """Tell whether it is locked so long."""
        return self.until is not None and self.until >= until


class Bucket:
    """An open bucket. Its methods block, are safe in several threads, and raise HookErrors."""

    def __init__(self, access: Access, prefix: str) -> None:
        """Read the keys. Raises Misconfigured."""
        self._wire = Wire(access)
        self.client: S3Client = open_client(access, self._wire)
        self.name = access.bucket
        self.prefix = prefix

    def require_lock(self) -> None:
        """Return if the bucket is there and has Object Lock."""
        with translated():
            self.client.head_bucket(Bucket=self.name)
            try:
                answer = self.client.get_object_lock_configuration(Bucket=self.name)
            except ClientError as error:
                if code_of(error) != _NO_LOCK:
                    raise
                answer = {}  # type: ignore[typeddict-item]
        if answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise Misconfigured(f"the bucket {self.name} has no Object Lock")

    def keep(
        self,
        given: Object,
        until: datetime,
        newest: Version | None,
        archive_index: int | None = None,
    ) -> Version:
        """Have an object with these bytes, locked until then at least; return its version.

        `newest` is the version that a listing showed. One with the bytes is kept, and locked longer
        where its lock ends too early. A new one is read back.
        """
        if newest is not None:
            stored = self.read(newest)
            if stored is not None and stored.content == given.content:
                if not stored.is_locked(until):
                    self._lock_longer(newest, _to_come(until))
                return newest
        until = _to_come(until)
        written = self.put(given, until, archive_index)
        stored = self.read(written)
        if stored is None or stored.content != given.content:
            raise Misconfigured(f"{given.name} has other bytes when it is read back")
        _require_locked(written, stored, until)
        return written

    def put(self, given: Object, until: datetime, archive_index: int | None = None) -> Version:
        """Put a new, locked version with MD5 and SHA-256 of its bytes; return it."""
        with translated(archive_index):
            answer = self.client.put_object(
                Bucket=self.name,
                Key=self.key(given.name),
                Body=given.content,
                ContentMD5=_base64(md5(given.content, usedforsecurity=False).digest()),
                ChecksumSHA256=_base64(sha256(given.content).digest()),
                ObjectLockMode=COMPLIANCE,
                ObjectLockRetainUntilDate=until,
            )
        version_id = answer.get("VersionId", "")
        if version_id in ("", "null"):
            raise Misconfigured(f"the bucket {self.name} gave no version id: it locks nothing")
        return Version(given.name, version_id, answer["ETag"].strip('"'))

    def read(self, version: Version) -> Stored | None:
        """Return a version's bytes and lock, None where it is not there."""
        with translated():
            try:
                answer = self.client.get_object(
                    Bucket=self.name, Key=self.key(version.name), VersionId=version.version_id
                )
            except ClientError as error:
                if code_of(error) in NOT_THERE:
                    return None
                raise
            with answer["Body"] as body:
                content = body.read()
        locked = answer.get("ObjectLockMode") == COMPLIANCE
        return Stored(content, answer.get("ObjectLockRetainUntilDate") if locked else None)

    def versions(self, start: str, *, after: str = "") -> Iterator[Version]:
        """Yield the versions of all objects whose names begin so, by name, each's newest first.

        `after` is the name below which none is wanted. Delete markers are passed over.
        """
        marker: dict[str, Any] = {"KeyMarker": self.key(after)} if after else {}
        while True:
            with translated():
                page = self.client.list_object_versions(
                    Bucket=self.name, Prefix=self.key(start), MaxKeys=_PAGE, **marker
                )
            for each in page.get("Versions", ()):
                name = each["Key"].removeprefix(self.prefix)
                yield Version(name, each["VersionId"], each["ETag"].strip('"'))
            if not page.get("IsTruncated"):
                return
            marker = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }

    def newest(self, name: str) -> Version | None:
        """Return the newest version of one object, None where there is none."""
        return next((each for each in self.versions(name) if each.name == name), None)

    def key(self, name: str) -> str:
        """Return an object's key in the bucket."""
        return self.prefix + name

    def _lock_longer(self, version: Version, until: datetime) -> None:
        with translated():
            self.client.put_object_retention(
                Bucket=self.name,
                Key=self.key(version.name),
                VersionId=version.version_id,
                Retention={"Mode": COMPLIANCE, "RetainUntilDate": until},
            )
        stored = self.read(version)
        if stored is None:
            raise Retry(f"{version.name} is gone since it was listed")
        _require_locked(version, stored, until)

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()


def between(bucket: Bucket, folder: str, first: int, end: int) -> Iterator[tuple[int, Version]]:
    """Yield each version below a folder that is of an entry from `first` to before `end`."""
    for version in bucket.versions(folder, after=f"{folder}{first:012d}"):
        if version.name >= f"{folder}{end:012d}":
            return
        index = index_of(version.name)
        if index is not None:
            yield index, version


def newest_of(versions: Iterable[Version]) -> Mapping[str, Version]:
    """Return the newest version of each object in a listing."""
    found: dict[str, Version] = {}
    for each in versions:
        found.setdefault(each.name, each)
    return found


def results_of(jobs: Iterable[Future[T]]) -> list[T]:
    """Return what jobs give. An error is raised, and has those that wait not begin.

    None of them is running when this returns.
    """
    submitted = list(jobs)
    try:
        return [job.result() for job in submitted]
    finally:
        for job in submitted:
            job.cancel()
        wait(submitted)


def _to_come(until: datetime) -> datetime:
    """Return the end of a lock that a store takes: one that is over is none."""
    return max(until, datetime.now(UTC).replace(microsecond=0) + _LEAST)


def _require_locked(version: Version, stored: Stored, until: datetime) -> None:
    if not stored.is_locked(until):
        raise Misconfigured(
            f"{version.name} is not locked until {until:%Y-%m-%d} when it is read back: the bucket"
            " must lock, and the keys must be allowed to read it (s3:GetObjectRetention)"
        )


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()
