"""The hook `s3`: each record as an object under Object Lock, in compliance mode.

`s3_objects` says what is stored under which name. An object is put with its MD5 and SHA-256 and
read back, bytes and lock, before it has a receipt: some stores check neither or drop the lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal, TypeVar
from urllib.parse import urlsplit

from onrecord_archive.contract import (
    Attempt,
    Delivery,
    HookError,
    Listed,
    Misconfigured,
    Receipt,
)
from onrecord_archive.errors import ArchiveError
from onrecord_archive.sinks.options import Options
from onrecord_archive.sinks.s3_attack import attack
from onrecord_archive.sinks.s3_bucket import Bucket
from onrecord_archive.sinks.s3_client import Access
from onrecord_archive.sinks.s3_deliver import Delivering
from onrecord_archive.sinks.s3_objects import Retention
from onrecord_archive.sinks.s3_read_back import Reading

_BATCH: Final = 128
_MOST_DAYS: Final = 36_500

T = TypeVar("T")


def open_s3(values: Mapping[str, str]) -> S3:
    """Return the hook for its options; the entry point `s3`. Raises Misconfigured.

    bucket, endpoint (https), access_key_file, secret_key_file, retention_days; optional
    retention_days_by_class, region, ca_file, prefix, timeout (seconds), connections.
    """
    options = Options(values)
    endpoint = options.text("endpoint")
    ca_file = options.optional("ca_file")
    access = Access(
        bucket=options.text("bucket"),
        endpoint=endpoint,
        region=options.text("region", "us-east-1"),
        access_key_file=options.path("access_key_file"),
        secret_key_file=options.path("secret_key_file"),
        ca_file=None if ca_file is None else Path(ca_file),
        timeout=options.number("timeout", 20.0, least=0.1, most=300.0),
        connections=int(options.number("connections", 8, least=1, most=64)),
    )
    prefix = options.optional("prefix") or ""
    retention = Retention(
        _days("retention_days", options.text("retention_days")),
        _days_by_class(options.optional("retention_days_by_class") or ""),
    )
    options.finish()
    if not _is_https(endpoint):
        raise Misconfigured("the endpoint must begin with https://")
    if prefix and not prefix.endswith("/"):
        raise Misconfigured("the prefix must end with /")
    return S3(access, retention, prefix)


def _is_https(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _days(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= _MOST_DAYS):
        raise Misconfigured(f"the option {name} must be days between 1 and {_MOST_DAYS}")
    return int(value)


def _days_by_class(value: str) -> dict[str, int]:
    """Return what `client=3653 order=2557` says."""
    name, found = "retention_days_by_class", {}
    for word in value.split():
        class_, sign, days = word.partition("=")
        if not class_ or not sign or class_ in found:
            raise Misconfigured(f"the option {name} is to name each class once, as `client=3653`")
        found[class_] = _days(name, days)
    return found


class S3:
    """Puts the records of a batch, several streams at a time, each stream in order."""

    wants: Literal["records", "log"] = "records"
    batch_size = _BATCH

    def __init__(self, access: Access, retention: Retention, prefix: str = "") -> None:
        """Connect to nothing yet, and read no file."""
        self._access = access
        self._retention = retention
        self._prefix = prefix
        self._bucket: Bucket | None = None
        self._thread = ThreadPoolExecutor(1, "s3")
        self._pool = ThreadPoolExecutor(access.connections, "s3-request")

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Store a batch; see contract.Hook.

        A cancelled call ends after the objects that are under way; the next one waits for that.
        """
        delivering = Delivering(self._retention, self._pool)
        try:
            return await self._use(lambda bucket: delivering.store(bucket, batch))
        except asyncio.CancelledError:
            delivering.give_up()
            raise

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back the records and their files; see contract.Comparable.

        A version of a record is listed if its bytes, its plaintext and its lock are as they must
        be. The newest version of a record that is not so is listed as another.
        """
        reading = Reading(self._retention, self._pool)
        return await self._use(lambda bucket: reading.listed(bucket, first, end))

    async def attack(self) -> list[Attempt]:
        """Try to change and remove a locked object; see contract.Attacking."""
        return await self._use(attack)

    async def ping(self) -> None:
        """Return if the bucket is there and locks objects; raises a HookError if not."""
        await self._use(Bucket.require_lock)

    async def close(self) -> None:
        """Close the connections, after what is under way."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)

    def abandon(self) -> None:
        """Wait for what is under way, and let go of the connections. Blocks."""
        self._thread.submit(self._close).result()

    async def _use(self, act: Callable[[Bucket], T]) -> T:
        """Act in the hook's thread on the open bucket; raises HookErrors alone."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, act)

    def _guarded(self, act: Callable[[Bucket], T]) -> T:
        """Act; after an error the bucket is opened anew, with the keys that the files have then."""
        try:
            if self._bucket is None:
                self._bucket = Bucket(self._access, self._prefix)
            return act(self._bucket)
        except HookError:
            self._close()
            raise
        except ArchiveError as error:
            self._close()
            raise Misconfigured(f"{type(error).__name__}: {error}") from error

    def _close(self) -> None:
        if self._bucket is not None:
            bucket, self._bucket = self._bucket, None
            bucket.close()
