"""The hook `replica`: a second archive directory, compared with each signed root it reaches.

It has the first archive's bytes in the first archive's layout, so that the verifier, the reader and
a restore work on it as they are. Key stores are no part of it: `keys.copies` lists those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from onrecord_archive.contract import Delivery, Listed, Misconfigured, Receipt, ReplayFrom
from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.sinks.opened import Opened
from onrecord_archive.sinks.options import Options, read_file
from onrecord_archive.sinks.replica.listing import CopyListing
from onrecord_archive.sinks.replica.log import Missing, ReplicaLog

_BATCH: Final = 256


def open_replica(values: Mapping[str, str]) -> Replica:
    """Return the hook for its options; the entry point `replica`. Raises Misconfigured.

    path: an existing directory, empty or a copy begun before; policy_file: the log's policy.
    """
    options = Options(values)
    path = options.path("path")
    policy_file = options.path("policy_file")
    options.finish()
    try:
        policy = parse_policy(read_file(policy_file, "the policy").decode())
    except (BadFormat, UnicodeDecodeError) as error:
        raise Misconfigured(f"the policy in {policy_file}: {error}") from error
    return Replica(path, policy)


class Replica:
    """Writes the copy."""

    wants: Literal["records", "log"] = "log"
    batch_size = _BATCH

    def __init__(self, path: Path, policy: Policy) -> None:
        """Take the directory and the keys that must have signed; touches nothing yet."""
        self._listing = CopyListing(path)
        self._log = Opened(lambda: ReplicaLog(path, policy))

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Add a batch to the copy; see contract.Hook.

        A cancelled call goes on in its thread, and the next one waits for it.
        """

        def add(log: ReplicaLog) -> None:
            try:
                log.add(batch)
            except Missing as error:
                raise ReplayFrom(error.size, str(error)) from error

        await self._log.use(add)
        return [Receipt(entry.archive_index) for entry in batch]

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back what the copy has; see contract.Comparable."""
        return await self._log.beside(lambda: self._listing.listed(first, end))

    async def ping(self) -> None:
        """Return if the copy is open and in its place; raises a HookError if not."""
        await self._log.use(ReplicaLog.require_same_directory)

    async def close(self) -> None:
        """Close the copy."""
        await self._log.close()

    def abandon(self) -> None:
        """Let go of the files, as the operating system does for a process that is gone. Blocks."""
        self._log.abandon()
