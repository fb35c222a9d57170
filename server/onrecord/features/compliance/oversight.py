"""Auditors read the system streams: what is read is on the record before it shows.

(1) read            one page; nothing leaves
(2) record          `stream.read` in the stream `identity`: which stream, first and last number
(3) show            exactly that page
"""

from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.values import Facts
from onrecord.core.ports import Bridge
from onrecord.features.compliance.access import IDENTITY, READ, AccessLog
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import Officer, StoredRecord
from onrecord_archive.events.ids import StreamId


class Oversight:
    """Shows system streams to auditors."""

    def __init__(self, *, store: ComplianceStore, read: Bridge, access: AccessLog) -> None:
        self._store = store
        self._read = read
        self._access = access

    async def page(
        self, auditor: Officer, stream: StreamId, *, before: int | None, limit: int
    ) -> list[StoredRecord]:
        """Return a stream's newest records below `before`, the newest first.

        Raises NotFound (`no_such_stream`), Unavailable. An empty page is not recorded.
        """
        if await self._read(self._store.system_stream, stream) is None:
            raise NotFound("no_such_stream", "There is no such system stream.")
        found = await self._read(self._store.latest, stream, before, limit)  # (1)
        if found:
            facts: Facts = {"stream": stream, "first": found[-1].conv_seq}
            facts |= {"last": found[0].conv_seq, "count": len(found)}
            await self._access.record_in(IDENTITY, auditor, READ, facts)  # (2)
        return found  # (3)
