"""The statements about what goes with an effect on somebody's account (features/people/told.py)."""

import msgspec

from onrecord.core.domain.errors import NotAllowed
from onrecord.database.columns import micros
from onrecord.database.statements import Tx, sql
from onrecord.features.clients.assurance_values import Begun, Step
from onrecord.features.people.told import Along, bad_role_code, no_such_request

MOVE = sql(
    "UPDATE approval_request SET state = ? WHERE id = ? AND state = 'pending' AND expires_at > ?"
)
BEGIN_STEPS = sql(
    "UPDATE approval_request SET step = ?, begun = ?"
    " WHERE id = ? AND state = 'approved' AND step = 0"
)
STEP = sql(
    "UPDATE approval_request SET step = ? WHERE id = ? AND state = 'approved' AND step < ?"
    " AND step > 0"
)
# Choosing another password ends all other sessions, so this one stands.
CHOSE = sql(
    "SELECT 1 FROM account a JOIN session s ON s.id = a.password_session"
    " WHERE a.password_session = ? AND s.epoch = a.epoch AND s.ended_at IS NULL"
)
ADMINISTERS = sql("SELECT 1 FROM person WHERE id = ? AND role = 'administrator' AND active = 1")
INSERT_NOTICE = sql(
    "INSERT INTO account_notice (id, person, at, mail, said, link) VALUES (?, ?, ?, ?, ?, ?)"
)


def go_along(tx: Tx, along: Along | None, link: bytes | None = None) -> None:
    """Store notices, and end the request. Raises NotFound (`no_such_request`): it is over.

    *link*: SHA-256 of the token of the link that the notices are about.
    Raises NotAllowed (`bad_role_code`: the password is not that of who was met any more;
    `wrong_role`: whose approval it is administers no more).
    """
    if along is None:
        return
    if along.by is not None and tx.one(ADMINISTERS, (along.by,)) is None:
        raise NotAllowed("wrong_role", "You are no administrator any more.")
    if along.met is not None and tx.one(CHOSE, (along.met,)) is None:
        raise bad_role_code()
    rows = [
        (each.id, each.person, micros(each.at), each.mail, msgspec.json.encode(each.said), link)
        for each in along.notices
    ]
    tx.many(INSERT_NOTICE, rows)
    if along.approves is not None:
        values = ("approved", along.approves, micros(along.at))
        if tx.run(MOVE, values) == 0:
            raise no_such_request()


def begin_steps(tx: Tx, reset: Begun) -> None:
    """Keep a reset that begins in its request's row. Raises NotFound (`no_such_request`)."""
    values = (reset.step, msgspec.json.encode(reset), reset.request)
    if tx.run(BEGIN_STEPS, values) == 0:
        raise no_such_request()


def note_step(tx: Tx, reset: Begun, step: Step) -> None:
    """Note how far a reset is, where a row keeps that. Raises NotFound (`no_such_request`)."""
    if reset.request is not None and tx.run(STEP, (step, reset.request, step)) == 0:
        raise no_such_request()
