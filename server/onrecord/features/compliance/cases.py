"""Cases: why somebody in compliance looks. An officer sees their own and nobody else's."""

import asyncio
import re
from typing import NoReturn

from msgspec import Struct

from onrecord.core.domain.errors import BadInput, Conflict, NotFound
from onrecord.core.domain.texts import is_blank, one_line
from onrecord.core.domain.values import Facts
from onrecord.core.ports import Bridge
from onrecord.features.compliance.access import KIND, OPENED, AccessLog, stream_of
from onrecord.features.compliance.bodies import Case, CaseLooks, Cases
from onrecord.features.compliance.records import access_record, shown_of
from onrecord.features.compliance.scope import OWN_REASON, reason_needed, scope_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import Officer, SystemStreamRow
from onrecord_archive.format.record import format_time

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_REASON = 500
"""Characters, as features/compliance/bodies.py's Reason."""


class OpenedCase(Struct, frozen=True):
    """A case that this officer may use, and what a look's record says of it."""

    id: str
    reason: str

    def facts(self, reason: str | None) -> Facts:
        """Return the facts that every look of the case has; *reason*: why this one."""
        return {"case": self.id, "reason": _plain(reason or "") or self.reason}

    def has_own(self, reason: str | None) -> bool:
        """Whether a look says more than why there is the case."""
        own = _plain(reason or "").casefold()
        return bool(own) and own != _plain(self.reason).casefold()


class Casework:
    """Opens cases and finds them again."""

    def __init__(self, *, store: ComplianceStore, read: Bridge, access: AccessLog) -> None:
        self._store = store
        self._read = read
        self._access = access
        self._opening = asyncio.Lock()

    async def open(self, officer: Officer, id: str, reason: str) -> tuple[Case, bool]:
        """Record a new case; True with it. The same officer and reason again: the case, False.

        Raises BadInput (`bad_case`), Conflict (`case_exists`), Unavailable.
        """
        reason = _plain(reason)
        if not _ID.fullmatch(id) or not reason:
            raise BadInput("bad_case", "A case needs an id of letters, digits, . _ - and a reason.")
        async with self._opening:
            row = await self._read(self._store.system_stream, stream_of(id))
            if row is not None:
                return self._same(row, officer, reason), False
            if await self._read(self._store.is_known, stream_of(id)):
                _taken()
            facts: Facts = {"case": id, "reason": reason}
            answer = await self._access.record(officer, id, OPENED, facts)
        if answer.conv_seq != 1:  # another node was quicker: the first record says whose it is
            _taken()
        at = format_time(answer.at)
        return Case(id, reason, at, at, 1), True

    def _same(self, row: SystemStreamRow, officer: Officer, reason: str) -> Case:
        case = _case(row)
        if row.opened.actor != officer.actor.id or _plain(case.reason) != reason:
            _taken()
        return case

    async def all(self, officer: Officer) -> Cases:
        """Return the officer's cases, the last used first."""
        rows = await self._read(self._store.system_streams, KIND, officer.actor.id)
        newest = sorted(rows, key=lambda row: (row.last_at, row.id), reverse=True)
        return Cases([_case(row) for row in newest])

    async def use(self, officer: Officer, id: str) -> OpenedCase:
        """Return a case for a look. Raises NotFound (`no_such_case`)."""
        case = _case(await self._own(officer, id))
        return OpenedCase(case.id, case.reason)

    async def facts(self, case: OpenedCase, address: str, reason: str | None) -> Facts:
        """Return the facts of a look that names a conversation, or one broadcast.

        Raises Conflict (`reason_needed`): it lies outside the case, and the look has no *reason*
        of its own (scope.py).
        """
        scope = await self._read(scope_of, self._store, case.id, address)
        if scope is None and not case.has_own(reason):
            raise reason_needed()
        return case.facts(reason) | (scope or OWN_REASON).facts()

    async def looks(
        self, officer: Officer, id: str, *, before: int | None, limit: int
    ) -> CaseLooks:
        """Return a case and its records, the newest first. Raises NotFound (`no_such_case`)."""
        row = await self._own(officer, id)
        found = await self._read(self._store.latest, row.id, before, limit)
        more = bool(found) and found[-1].conv_seq > 1
        return CaseLooks(_case(row), [access_record(record) for record in found], more)

    async def _own(self, officer: Officer, id: str) -> SystemStreamRow:
        row = await self._read(self._store.system_stream, stream_of(id))
        if row is None or row.kind != KIND or row.opened.actor != officer.actor.id:
            raise NotFound("no_such_case", "You have no such case.")
        return row


def _case(row: SystemStreamRow) -> Case:
    facts = shown_of(row.opened).get("payload", {})
    return Case(
        id=row.id.partition(":")[2],
        reason=str(facts.get("reason", "")),
        opened_at=format_time(row.opened.at),
        last_at=format_time(row.last_at),
        records=row.records,
    )


def _plain(reason: str) -> str:
    """Return a reason as the record has it: one line that turns and steers nothing."""
    plain = one_line(reason, LONGEST_REASON)
    return "" if is_blank(plain) else plain


def _taken() -> NoReturn:
    detail = "This case was opened by somebody else, or for another reason. Choose another id."
    raise Conflict("case_exists", detail)
