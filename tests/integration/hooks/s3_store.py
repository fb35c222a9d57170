"""A bucket as a bank would make it for the hook `s3`, read as HOOKS.md says and by other code."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import rfc8785

from onrecord_archive.sinks.s3.hook import S3, open_s3
from onrecord_archive.testing import Held
from onrecord_archive.testing.log import SampleLog
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.radosgw import Radosgw, User

DAYS = 2557
PREFIX = "onrecord/"


@dataclass(frozen=True)
class Found:
    """A version of a record's object, whatever is in it."""

    key: str
    version_id: str
    content: bytes
    until: datetime | None
    modified: datetime

    @property
    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.content)
        assert rfc8785.dumps(values) == self.content
        assert sha256(self.content).hexdigest() == self.key[-69:-5]
        assert self.key == f"{PREFIX}records/{values['archive_index']:012d}-{self.key[-69:]}"
        return values

    def held(self) -> Held:
        values = self.values
        leaf, body = values["leaf"].encode(), base64.b64decode(values["body"], validate=True)
        assert values["v"] == 1
        assert sha256(body).hexdigest() == json.loads(leaf)["ct"]
        at = datetime.fromisoformat(json.loads(leaf)["at"])
        assert self.until is not None
        assert self.until >= at + timedelta(days=DAYS)
        return Held(values["archive_index"], leaf, body)


class S3Store:
    """One bucket with Object Lock, the hook's keys in files, and what stands in between."""

    def __init__(self, gateway: Radosgw, user: User, folder: Path, *, locks: bool = True) -> None:
        self.gateway = gateway
        self.user = user
        self.folder = folder
        self.bucket = f"b{uuid4().hex}"
        self.client = gateway.client(user)
        self.client.create_bucket(Bucket=self.bucket, ObjectLockEnabledForBucket=locks)
        self.set_keys(user)
        self._hooks: list[S3] = []
        self._read_before: dict[str, Found] = {}

    def set_keys(self, user: User) -> None:
        """Have the files name another user's keys."""
        (self.folder / "access").write_text(user.access_key + "\n")
        (self.folder / "secret").write_text(user.secret_key + "\n")

    def options(self, **changed: str) -> dict[str, str]:
        return {
            "bucket": self.bucket,
            "endpoint": self.gateway.endpoint,
            "access_key_file": str(self.folder / "access"),
            "secret_key_file": str(self.folder / "secret"),
            "ca_file": str(self.gateway.tls.ca),
            "prefix": PREFIX,
            "retention_days": str(DAYS),
            "timeout": str(PATIENCE),
            **changed,
        }

    def hook(self, log: SampleLog) -> S3:
        return self.new_hook()

    def new_hook(self, **changed: str) -> S3:
        """Return a hook of a new process; those before it are gone."""
        self.let_go()
        self._hooks.append(open_s3(self.options(**changed)))
        return self._hooks[-1]

    def let_go(self) -> None:
        for hook in self._hooks:
            hook.abandon()
        self._hooks.clear()

    def close(self) -> None:
        self.let_go()

    def keys(self, folder: str = "") -> list[str]:
        """The keys of all versions, each as often as it has versions."""
        return [each["Key"].removeprefix(PREFIX) for each in self._versions(folder)]

    def found(self) -> list[Found]:
        """The versions of records, in order of arrival."""
        versions = [self._read(each) for each in self._versions("records/")]
        return sorted(versions, key=lambda each: (each.modified, each.key))

    def held(self) -> Sequence[Held]:
        return [each.held() for each in self.found()]

    def set_available(self, available: bool) -> None:
        if available:
            self.gateway.start_gateway()
        else:
            self.gateway.stop_gateway()

    def lose(self, archive_index: int) -> None:
        """The storage's operator removes a record, which its lock does not prevent."""
        for each in self.of_entry(archive_index):
            self.gateway.lose(self.bucket, each.key, each.version_id)

    def spoil(self, archive_index: int) -> None:
        """The storage's operator changes a record's bytes below S3."""
        self.rewrite(archive_index, lambda content: content.replace(b"default", b"changed"))

    def rewrite(self, archive_index: int, change: Callable[[bytes], bytes]) -> None:
        (each,) = self.of_entry(archive_index)
        self.gateway.rewrite(self.bucket, each.key, each.version_id, change(each.content))
        self._read_before.clear()

    def of_entry(self, archive_index: int) -> list[Found]:
        return [each for each in self.found() if f"records/{archive_index:012d}-" in each.key]

    def _versions(self, folder: str) -> Iterator[dict[str, Any]]:
        pages = self.client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=PREFIX + folder):
            yield from page.get("Versions", ())

    def _read(self, version: dict[str, Any]) -> Found:
        """Return a version, which is read once: what S3 has under a version's id never changes."""
        key, version_id = version["Key"], version["VersionId"]
        if version_id in self._read_before:
            return self._read_before[version_id]
        answer = self.client.get_object(Bucket=self.bucket, Key=key, VersionId=version_id)
        with answer["Body"] as body:
            content = body.read()
        until = answer.get("ObjectLockRetainUntilDate")
        assert until is None or answer["ObjectLockMode"] == "COMPLIANCE"
        modified = version["LastModified"].astimezone(UTC)
        found = Found(key, version_id, content, until, modified)
        return self._read_before.setdefault(version_id, found)


@contextmanager
def s3_store(gateway: Radosgw, user: User, *, locks: bool = True) -> Iterator[S3Store]:
    with TemporaryDirectory() as folder:
        store = S3Store(gateway, user, Path(folder), locks=locks)
        try:
            yield store
        finally:
            store.close()
