"""Every statement about messages that wait to be sent (service.py). No projection."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.files import sendable
from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import Actor
from onrecord.core.store.heads import KeptSlot
from onrecord.core.store.journal import active_people
from onrecord.core.store.snapshot import published
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.rows import named
from onrecord.database.statements import query, sql
from onrecord.features.chat.writing_store import check_may_write
from onrecord.features.scheduled.planned import Place, Planned
from onrecord.features.scheduled.sealing import SealedWords
from onrecord.features.uploads import store as files
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import BlobId, PersonId, StreamId


class _Kept(NamedTuple):
    """A message that waits, but for its words, which are sealed."""

    planned: Planned
    sealed: bytes


_KEPT = "SELECT {planned}, sealed FROM scheduled WHERE"
_PLANNED = named(
    {
        "id": "id",
        "person": "person",
        "stream": "conversation",
        "at": "at",
        "written_at": "written_at",
        "words": "NULL",
        "state": "state",
        "code": "code",
        "detail": "detail",
    },
    "planned",
)
OF = query(_Kept, "{kept} person = ? ORDER BY at, id", planned=_PLANNED, kept=_KEPT)
ONE = query(_Kept, "{kept} person = ? AND id = ?", planned=_PLANNED, kept=_KEPT)
COUNT = query(int, "SELECT count(*) FROM scheduled WHERE person = ?")
ADD = sql(
    "INSERT INTO scheduled (id, person, conversation, at, written_at, sealed, state)"
    " VALUES (?, ?, ?, ?, ?, ?, 'waiting')"
)
CHANGE = sql(
    "UPDATE scheduled SET at = ?, written_at = ?, sealed = ?, state = 'waiting', code = NULL,"
    " detail = NULL WHERE person = ? AND id = ? AND state <> 'sending'"
)
CONFIRM = sql("UPDATE scheduled SET sealed = ? WHERE person = ? AND id = ? AND state <> 'sending'")
DROP = sql("DELETE FROM scheduled WHERE person = ? AND id = ? AND state <> 'sending'")
DUE = query(
    _Kept,
    """{kept} state <> 'refused' AND (at <= ? OR state = 'sending')
    AND (at, id, person) > (?, ?, ?) ORDER BY at, id, person LIMIT ?""",
    planned=_PLANNED,
    kept=_KEPT,
)
BEGIN = sql("UPDATE scheduled SET state = 'sending' WHERE person = ? AND id = ?")
PUT_BACK = sql("UPDATE scheduled SET state = ? WHERE person = ? AND id = ? AND state = 'sending'")
SENT = sql("DELETE FROM scheduled WHERE person = ? AND id = ?")
REFUSED = sql(
    "UPDATE scheduled SET state = 'refused', code = ?, detail = ? WHERE person = ? AND id = ?"
)
SWEEP = query(PersonId, "DELETE FROM scheduled WHERE state = 'refused' AND at < ? RETURNING person")
FIRST = (-1, "", "")


class ScheduledStore:
    """Where they wait. Every method blocks; what changes something is fsynced."""

    def __init__(self, database: Database, sealing: SealedWords, slots: Sequence[KeptSlot]) -> None:
        self._database = database
        self._slots = slots
        self._sealing = sealing

    def author(self, person: PersonId) -> Actor | None:
        """Return somebody whose account is active."""
        with self._database.reading() as tx:
            return active_people(tx, [person]).get(person)

    def check_may_write(self, actor: Actor, stream: StreamId) -> None:
        """Raise NotAllowed where somebody could not write now."""
        with self._database.reading() as tx:
            check_may_write(tx, self._slots, actor, stream)

    def sendable(self, person: PersonId, stream: StreamId, blobs: Sequence[BlobId]) -> list[File]:
        """Return files that somebody may send there. Raises NotFound (`no_such_file`)."""
        with published(self._database) as (tx, _):
            found = files.may_send(tx, person, blobs)
        return [sendable(found.get(blob), stream) for blob in blobs]

    def add(self, planned: Planned, most: int) -> Planned | None:
        """Keep one; return it, or the one that has its id; None: this person has so many."""
        with self._database.writing() as tx:
            known = tx.one(ONE, (planned.person, planned.id))
            if known is not None:
                return self._planned(known)
            if tx.only(COUNT, (planned.person,)) >= most:
                return None
            at, written_at = micros(planned.at), micros(planned.written_at)
            place = (planned.id, planned.person, planned.stream)
            tx.run(ADD, (*place, at, written_at, self._sealed(planned)))
        return planned

    def of(self, person: PersonId) -> list[Planned]:
        """Return a person's, the next one first."""
        with self._database.reading() as tx:
            return [self._planned(kept) for kept in tx.all(OF, (person,))]

    def one(self, person: PersonId, id: ClientId) -> Planned | None:
        """Return one of a person's."""
        with self._database.reading() as tx:
            kept = tx.one(ONE, (person, id))
        return None if kept is None else self._planned(kept)

    def change(self, planned: Planned) -> bool:
        """Replace words and time of one that is not being sent; it waits again. False: none is."""
        times = (micros(planned.at), micros(planned.written_at))
        values = (*times, self._sealed(planned), planned.person, planned.id)
        with self._database.writing() as tx:
            return tx.run(CHANGE, values) == 1

    def confirm(self, planned: Planned) -> bool:
        """Replace the words alone of one that is not being sent. False: there is none."""
        with self._database.writing() as tx:
            return tx.run(CONFIRM, (self._sealed(planned), planned.person, planned.id)) == 1

    def drop(self, person: PersonId, id: ClientId) -> bool:
        """Forget one that is not being sent. False: there is none."""
        with self._database.writing() as tx:
            return tx.run(DROP, (person, id)) == 1

    def due(self, now: datetime, after: Place | None, most: int) -> list[Planned]:
        """Return those whose time has come, begun ones too, the longest due first.

        *after*: behind that place.
        """
        place = FIRST if after is None else (micros(after.at), after.id, after.person)
        with self._database.reading() as tx:
            return [self._planned(kept) for kept in tx.all(DUE, (micros(now), *place, most))]

    def sweep(self, before: datetime) -> list[PersonId]:
        """Forget those that were refused and whose time was before; return whose they were."""
        with self._database.writing() as tx:
            return sorted(set(tx.all(SWEEP, (micros(before),))))

    def begin(self, id: ClientId, person: PersonId, due: datetime | None) -> Planned | None:
        """Mark one as being sent, and return it as it was before; None: it is there no more.

        With *due*, one that waits for a later time, or was refused, is not begun either.
        """
        with self._database.writing() as tx:
            kept = tx.one(ONE, (person, id))
            before = None if kept is None else self._planned(kept)
            if before is None or not _is_due(before, due):
                return None
            tx.run(BEGIN, (person, id))
        return before

    def put_back(self, before: Planned) -> None:
        """Let one that was begun be again what it was."""
        with self._database.writing() as tx:
            tx.run(PUT_BACK, (before.state, before.person, before.id))

    def end(self, planned: Planned, refusal: Refusal | None) -> None:
        """Forget one that was begun, or keep it as refused."""
        place = (planned.person, planned.id)
        with self._database.writing() as tx:
            if refusal is None:
                tx.run(SENT, place)
            else:
                tx.run(REFUSED, (refusal.code, refusal.detail, *place))

    def _sealed(self, planned: Planned) -> bytes:
        return self._sealing.seal(planned.said(), planned.person, planned.id)

    def _planned(self, kept: _Kept) -> Planned:
        planned = kept.planned
        return replace(planned, words=self._sealing.open(kept.sealed, planned.person, planned.id))


def _is_due(planned: Planned, due: datetime | None) -> bool:
    if due is None or planned.state == "sending":
        return True
    return planned.state == "waiting" and planned.at <= due
