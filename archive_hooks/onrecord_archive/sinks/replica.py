"""The hook `replica`: a second archive directory, compared with each signed root it reaches.

It has the first archive's bytes in the first archive's layout, so that the verifier, the reader and
a restore work on it as they are. Key stores are no part of it: `keys.copies` lists those.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final, Literal

from onrecord_archive.checkpoint import Policy, parse_policy
from onrecord_archive.contract import Delivery, Misconfigured, Receipt, ReplayFrom, Retry
from onrecord_archive.errors import ArchiveError, BadFormat, SyncFailed, Unreadable, WriteFailed
from onrecord_archive.sinks.options import Options, read_file
from onrecord_archive.sinks.replica_log import Missing, ReplicaLog

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
    """Writes the copy in a thread; opens it at the first need and anew after each error."""

    wants: Literal["records", "log"] = "log"
    batch_size = _BATCH

    def __init__(self, path: Path, policy: Policy) -> None:
        """Take the directory and the keys that must have signed; touches nothing yet."""
        self._path = path
        self._policy = policy
        self._log: ReplicaLog | None = None
        self._turn = Lock()

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Add a batch to the copy; see contract.Hook.

        A cancelled call goes on in its thread, and the next one waits for it.
        """
        await asyncio.to_thread(self._run, lambda log: log.add(batch))
        return [Receipt(entry.archive_index) for entry in batch]

    async def ping(self) -> None:
        """Return if the copy is open and in its place; raises a HookError if not."""
        await asyncio.to_thread(self._run, lambda log: log.require_same_directory())

    async def close(self) -> None:
        """Close the copy."""
        await asyncio.to_thread(self.abandon)

    def abandon(self) -> None:
        """Let go of the files, as the operating system does for a process that is gone. Blocks."""
        with self._turn:
            self._close()

    def _run(self, act: Callable[[ReplicaLog], None]) -> None:
        """Act on the open copy; translate what goes wrong, and open it anew next time."""
        with self._turn:
            try:
                if self._log is None:
                    self._log = ReplicaLog(self._path, self._policy)
                act(self._log)
            except Missing as error:
                raise ReplayFrom(error.size, str(error)) from error
            except (WriteFailed, SyncFailed, Unreadable) as error:
                self._close()
                raise Retry(str(error)) from error
            except ArchiveError as error:
                self._close()
                raise Misconfigured(f"{type(error).__name__}: {error}") from error
            except OSError as error:
                self._close()
                raise Retry(f"{error.filename}: {error.strerror}") from error

    def _close(self) -> None:
        if self._log is not None:
            log, self._log = self._log, None
            log.close()
