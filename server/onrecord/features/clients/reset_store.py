"""Every statement about resets that wait: requests that a client can stop (approval_store.py)."""

from datetime import datetime
from typing import NamedTuple

from msgspec import structs

from onrecord.database.columns import micros
from onrecord.database.rows import named
from onrecord.database.statements import query, sql
from onrecord.features.clients.assurance_values import Begun, Step
from onrecord.features.people.along_store import go_along
from onrecord.features.people.approval_store import REQUEST, ApprovalStore, add
from onrecord.features.people.requests import Request, Wait
from onrecord.features.people.told import Along
from onrecord.features.sign_in.store import HOLD_ACCOUNT, PERSON_COLUMNS, note_owed
from onrecord.features.sign_in.values import Owed, Person
from onrecord_archive.events.ids import PersonId


class BegunRow(NamedTuple):
    """A reset as it began, and how far it is."""

    begun: Begun
    step: Step


RESET_OF = query(
    Request,
    """{request} WHERE r.client = ?
    AND (r.state = 'approved' OR (r.state = 'pending' AND r.expires_at > ?))
    ORDER BY r.asked_at DESC, r.id DESC LIMIT 1""",
    request=REQUEST,
)
LAPSE = sql(
    "UPDATE approval_request SET state = 'lapsed'"
    " WHERE client = ? AND state = 'pending' AND expires_at <= ?"
)
BY_OBJECTION = query(Request, "{request} WHERE r.objection = ?", request=REQUEST)
WAIT = sql(
    "UPDATE approval_request SET takes_effect_at = ?, expires_at = ?"
    " WHERE id = ? AND state = 'pending'"
)
DUE = query(
    Request,
    """{request} WHERE r.client IS NOT NULL
    AND (r.state = 'approved'
        OR (r.state = 'pending' AND r.takes_effect_at <= ? AND r.expires_at > ?))
    ORDER BY r.asked_at, r.id""",
    request=REQUEST,
)
BEGIN_RESET = sql(
    """UPDATE approval_request SET state = 'approved'
    WHERE id = ? AND (state = 'approved' OR (state = 'pending' AND takes_effect_at <= ?))"""
)
BEGUN = query(BegunRow, "SELECT begun, step FROM approval_request WHERE id = ? AND step > 0")
END_RESET = sql("UPDATE approval_request SET state = 'done' WHERE id = ? AND state = 'approved'")
# What has begun took effect: nobody can say of it that it was declined.
DECLINE_RESET = sql(
    "UPDATE approval_request SET state = 'declined'"
    " WHERE id = ? AND state = 'approved' AND step = 0"
)
ADVISOR_OF = query(
    Person,
    """SELECT {columns} FROM relationship r JOIN person p ON p.id = r.owner
    JOIN account a ON a.person = p.id
    WHERE r.client = ? AND r.to_seq IS NULL AND p.active = 1 ORDER BY r.stream_key LIMIT 1""",
    columns=named(PERSON_COLUMNS),
)


class ResetStore(ApprovalStore):
    """Where resets wait. Every method blocks and is one transaction."""

    def add_reset(self, request: Request, objection: bytes) -> Request:
        """Insert, with the SHA-256 of what stops it, unless one of the client waits.

        Returns the one that waits then.
        """
        now = micros(request.asked_at)
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (request.person,))
            tx.run(LAPSE, (request.person, now))
            waits = tx.one(RESET_OF, (request.person, now))
            if waits is None:
                add(tx, request, objection)
        return waits or request

    def reset_of(self, client: PersonId, now: datetime) -> Request | None:
        """Return a client's reset that waits, or is about to be carried out."""
        with self._database.reading() as tx:
            return tx.one(RESET_OF, (client, micros(now)))

    def by_objection(self, secret: bytes) -> Request | None:
        """Return the reset that a letter's link is about, whatever its state."""
        with self._database.reading() as tx:
            return tx.one(BY_OBJECTION, (secret,))

    def reset_waits(self, wait: Wait, owed: Owed, *, at: datetime) -> None:
        """Note until when a reset waits, with what is owed for the letter that says so."""
        with self._database.writing() as tx:
            tx.run(WAIT, (micros(wait.takes_effect_at), micros(wait.expires_at), wait.request))
            note_owed(tx, owed, at)

    def resets_due(self, now: datetime) -> list[Request]:
        """Return those that were approved, or have waited long enough, the oldest first."""
        with self._database.reading() as tx:
            return tx.all(DUE, (micros(now), micros(now)))

    def begin_reset(self, id: str, now: datetime) -> bool:
        """Let nobody stop a reset any more; False when somebody did."""
        with self._database.writing() as tx:
            return tx.run(BEGIN_RESET, (id, micros(now))) == 1

    def begun(self, id: str) -> Begun | None:
        """Return how far a reset is that has begun; None: nothing of it was done."""
        with self._database.reading() as tx:
            row = tx.one(BEGUN, (id,))
        return None if row is None else structs.replace(row.begun, step=row.step)

    def end_reset(self, id: str) -> None:
        """Note that a reset was carried out."""
        with self._database.writing() as tx:
            tx.run(END_RESET, (id,))

    def decline_reset(self, id: str, owed: Owed, along: Along) -> None:
        """Note that a reset can't be carried out, what is owed, and who is told.

        One that has begun stays as it is, and nothing is noted.
        """
        with self._database.writing() as tx:
            if tx.run(DECLINE_RESET, (id,)) == 1:
                note_owed(tx, owed, along.at)
                go_along(tx, along)

    def advisor_of(self, client: PersonId) -> Person | None:
        """Return who answers for a client now."""
        with self._database.reading() as tx:
            return tx.one(ADVISOR_OF, (client,))
