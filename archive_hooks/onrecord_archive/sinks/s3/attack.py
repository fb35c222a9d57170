"""The attack of the hook `s3` on its own bucket: what WORM must refuse, tried with the hook's keys.

It puts one small object, locked for a day, and tries to remove it, to change it and to weaken its
lock or the bucket's. At the end the object is read back: a refusal that was none is found too.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from onrecord_archive.contract import Attempt, HookError
from onrecord_archive.sinks.s3.bucket import COMPLIANCE, NOT_THERE, Bucket, Version
from onrecord_archive.sinks.s3.client import code_of, is_refusal, translated
from onrecord_archive.sinks.s3.objects import PROBE, Object

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.literals import BucketVersioningStatusType
    from types_boto3_s3.type_defs import (
        ObjectLockConfigurationTypeDef,
        ObjectLockRetentionTypeDef,
    )

_LOCKED: Final = timedelta(days=1)
_SHORTER: Final = timedelta(hours=1)


def attack(bucket: Bucket) -> list[Attempt]:
    """Try everything; see contract.Attacking. Blocks. Raises HookErrors."""
    content = f"OnRecord tries this bucket's lock: {secrets.token_hex(16)}".encode()
    probe = Object(f"{PROBE}{sha256(content).hexdigest()}", content)
    until = datetime.now(UTC).replace(microsecond=0) + _LOCKED
    version = bucket.keep(probe, until, None)
    attacked = _Attacked(bucket, version, content, until)
    return [
        *attacked.on_retention(),
        *attacked.on_the_object(),
        *attacked.on_the_bucket(),
        attacked.unchanged("the object and its lock are unchanged after all that"),
    ]


class _Attacked:
    """The probe, and what is tried on it."""

    def __init__(self, bucket: Bucket, version: Version, content: bytes, until: datetime) -> None:
        self._bucket = bucket
        self._client: S3Client = bucket.client
        self._version = version
        self._key = bucket.key(version.name)
        self._content = content
        self._until = until

    def on_retention(self) -> list[Attempt]:
        """Try to weaken the object's lock."""
        return [
            self._retain(
                "shorten an object's retention",
                {"Mode": COMPLIANCE, "RetainUntilDate": self._until - _SHORTER},
            ),
            self._retain(
                "downgrade an object's lock to governance mode",
                {"Mode": "GOVERNANCE", "RetainUntilDate": self._until},
            ),
            self._retain("take an object's retention away", {}),
        ]

    def on_the_object(self) -> list[Attempt]:
        """Try to remove the object, and to hide it so that it cannot be read."""
        return [
            self._tried(
                "store an object whose MD5 is wrong",
                lambda: self._client.put_object(
                    Bucket=self._bucket.name,
                    Key=self._key,
                    Body=self._content,
                    ContentMD5=b64encode(md5(b"", usedforsecurity=False).digest()).decode(),
                ),
            ),
            self._tried(
                "delete an object's version",
                lambda: self._client.delete_object(
                    Bucket=self._bucket.name,
                    Key=self._key,
                    VersionId=self._version.version_id,
                    BypassGovernanceRetention=True,
                ),
            ),
            self._survives(
                "overwrite an object",
                lambda: self._bucket.put(
                    Object(self._version.name, self._content + b" (overwritten)"), self._until
                ),
            ),
            self._survives(
                "delete an object without naming its version",
                lambda: self._client.delete_object(Bucket=self._bucket.name, Key=self._key),
            ),
        ]

    def on_the_bucket(self) -> list[Attempt]:
        """Try to weaken the bucket; what succeeded is taken back where that is possible."""
        name, client = self._bucket.name, self._client

        def versioning(status: BucketVersioningStatusType) -> object:
            return client.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": status}
            )

        def locking(configuration: ObjectLockConfigurationTypeDef) -> object:
            return client.put_object_lock_configuration(
                Bucket=name, ObjectLockConfiguration=configuration
            )

        with translated():
            as_it_was = client.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
        return [
            self._tried(
                "suspend the bucket's versioning",
                lambda: versioning("Suspended"),
                undo=lambda: versioning("Enabled"),
            ),
            self._tried(
                "switch the bucket's Object Lock off",
                lambda: locking({"ObjectLockEnabled": "Disabled"}),  # type: ignore[typeddict-item]
                undo=lambda: locking(as_it_was),
            ),
            self._tried("delete the bucket", lambda: client.delete_bucket(Bucket=name)),
        ]

    def unchanged(self, what: str, answer: str = "") -> Attempt:
        """Tell whether the version can still be read, with the lock that was set."""
        stored = self._bucket.read(self._version)
        if stored is None:
            return Attempt(what, refused=False, answer="it is gone")
        if stored.content != self._content:
            return Attempt(what, refused=False, answer="it has other bytes")
        if not stored.is_locked(self._until):
            return Attempt(what, refused=False, answer="its lock ends earlier")
        return Attempt(what, refused=True, answer=answer or "it is as it was stored")

    def _retain(self, what: str, retention: ObjectLockRetentionTypeDef) -> Attempt:
        return self._tried(
            what,
            lambda: self._client.put_object_retention(
                Bucket=self._bucket.name,
                Key=self._key,
                VersionId=self._version.version_id,
                Retention=retention,
                BypassGovernanceRetention=True,
            ),
        )

    def _survives(self, what: str, act: Callable[[], object]) -> Attempt:
        """Do what S3 allows; it must leave the version as it was."""
        tried = self._tried(what, act)
        return (
            tried if tried.refused else self.unchanged(what, "a new version, the old one is there")
        )

    def _tried(
        self, what: str, act: Callable[[], object], undo: Callable[[], object] | None = None
    ) -> Attempt:
        """Do what S3 must refuse. Raises a HookError where the answer says neither."""
        try:
            with translated():
                act()
        except HookError as error:
            cause = error.__cause__
            if not isinstance(cause, ClientError) or not is_refusal(cause):
                raise
            code = code_of(cause)
            return Attempt(what, refused=code not in NOT_THERE, answer=code)
        return Attempt(what, refused=False, answer=_accepted(undo))


def _accepted(undo: Callable[[], object] | None) -> str:
    """Take back what was accepted, where that is possible; return what to say of it."""
    if undo is None:
        return "it was accepted"
    try:
        with translated():
            undo()
    except HookError:
        return "it was accepted, and could not be taken back"
    return "it was accepted, and taken back"
