"""The hook `s3`: each record as an object under Object Lock, in compliance mode.

`s3_objects` says what is stored under which name. An object is put with its MD5 and SHA-256 and
read back, bytes and lock, before it has a receipt: some stores check neither or drop the lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal
from urllib.parse import urlsplit

from onrecord_archive.contract import Attempt, Delivery, Listed, Misconfigured, Receipt
from onrecord_archive.sinks.attempt import Call
from onrecord_archive.sinks.opened import Opened
from onrecord_archive.sinks.options import Options
from onrecord_archive.sinks.s3.attack import attack
from onrecord_archive.sinks.s3.bucket import Bucket
from onrecord_archive.sinks.s3.client import Access
from onrecord_archive.sinks.s3.deliver import Delivering
from onrecord_archive.sinks.s3.objects import Retention
from onrecord_archive.sinks.s3.read_back import Reading

_BATCH: Final = 128
_MOST_DAYS: Final = 36_500


def open_s3(values: Mapping[str, str]) -> S3:
    """Return the hook for its options; the entry point `s3`. Raises Misconfigured.

    bucket, endpoint (https), access_key_file, secret_key_file, retention_days; optional
    wants (records or log), retention_days_by_class, region, ca_file, prefix, timeout (seconds),
    connections.
    """
    options = Options(values)
    endpoint = options.text("endpoint")
    access = Access(
        bucket=options.text("bucket"),
        endpoint=endpoint,
        region=options.text("region", "us-east-1"),
        access_key_file=options.path("access_key_file"),
        secret_key_file=options.path("secret_key_file"),
        ca_file=options.optional_path("ca_file"),
        timeout=options.number("timeout", 20.0, least=0.1, most=300.0),
        connections=options.whole("connections", 8, least=1, most=64),
    )
    wants: Literal["records", "log"] = options.choice("wants", "records", "log")
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
    hook = S3(access, retention, prefix)
    hook.wants = wants
    return hook


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
        self._retention = retention
        self._bucket = Opened(lambda: Bucket(access, prefix), reopens=True)  # keys may be new ones
        self._pool = ThreadPoolExecutor(access.connections, "s3-request")

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Store a batch; see contract.Hook.

        A cancelled call ends after the objects that are under way; the next one waits for that.
        """
        call = Call(batch)
        try:
            return await self._bucket.use(
                Delivering(self._retention, self._pool, batch, call).store
            )
        except asyncio.CancelledError:
            call.give_up()
            raise

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back the records and their files; see contract.Comparable.

        A version of a record is listed if its bytes, its plaintext and its lock are as they must
        be. The newest version of a record that is not so is listed as another.
        """
        reading = Reading(self._retention, self._pool)
        return await self._bucket.use(lambda bucket: reading.listed(bucket, first, end))

    async def attack(self) -> list[Attempt]:
        """Try to change and remove a locked object; see contract.Attacking."""
        return await self._bucket.use(attack)

    async def ping(self) -> None:
        """Return if the bucket is there and locks objects; raises a HookError if not."""
        await self._bucket.use(Bucket.require_lock)

    async def close(self) -> None:
        """Close the connections, after what is under way."""
        await self._bucket.close()

    def abandon(self) -> None:
        """Wait for what is under way, and let go of the connections. Blocks."""
        self._bucket.abandon()
