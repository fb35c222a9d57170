"""What entries of the streams do to people and their requests when an older database came back."""

from base64 import b64decode
from datetime import datetime
from typing import Final

from onrecord.core.domain.ids import derived_id
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.core.store.restoring import Doing, Effects, Facts, Safe, person_of, values
from onrecord.database.statements import Tx, nullable, query, sql
from onrecord.features.people import picture_store, status_store
from onrecord.features.people.approval_store import REQUEST
from onrecord.features.people.picture_forms import Picture
from onrecord.features.people.requests import Request, request_facts
from onrecord.features.people.store import (
    FORGET_PASSWORD,
    POSITION_PARTS,
    UPDATE_ACCOUNT,
    UPDATE_PERSON,
    destroy,
    end_access,
    let_back,
    suspend,
)
from onrecord.features.people.warrants import OFFICE
from onrecord.features.sign_in.entries import owed_by
from onrecord.features.sign_in.store import note_owed
from onrecord.protocol.people import POSITION
from onrecord_archive.format.record import parse_time

INSERT_PERSON = sql(
    """INSERT INTO person (id, name, kind, org, role, outside, active, {fields})
    VALUES (?, ?, ?, ?, ?, ?, 1, {marks}) ON CONFLICT (id) DO NOTHING""",
    **POSITION_PARTS,
)
INSERT_ACCOUNT = sql(
    """INSERT INTO account (person, username, password_hash, mail, locale, epoch, owner)
    VALUES (?, ?, NULL, ?, NULL, 0, ?) ON CONFLICT (person) DO NOTHING"""
)
ROLE = query(str, "SELECT role FROM person WHERE id = ?")
LOCALE = nullable(str, "SELECT locale FROM account WHERE person = ?")
REQUEST_OVER = sql(
    "UPDATE approval_request SET state = ? WHERE id = ? AND state IN ('pending', 'approved')"
)
WAITING = query(
    Request,
    """{request} WHERE r.state = 'pending' OR (r.state = 'approved' AND r.client IS NOT NULL)
    ORDER BY r.asked_at, r.id""",
    request=REQUEST,
)
# Nobody who has ever done anything is somebody whom one administrator may still become.
ENROL_ACTORS = sql(
    """UPDATE account SET enrolled_at = 0
    WHERE enrolled_at IS NULL AND person IN (SELECT DISTINCT actor FROM journal)"""
)
# An old record may have given a role to who had not signed in: it waits, as after an upgrade. Where
# no administrator has, nobody could agree to it: it was break-glass.
OFFICES_WAIT = sql(
    """UPDATE account SET awaits = (SELECT role FROM person p WHERE p.id = account.person)
    WHERE enrolled_at IS NULL
    AND person IN (SELECT id FROM person WHERE role IN ('compliance', 'auditor', 'administrator'))
    AND EXISTS (SELECT 1 FROM account e JOIN person q ON q.id = e.person
        WHERE e.enrolled_at IS NOT NULL AND q.role = 'administrator')"""
)
TAKE_OFFICES = sql(
    """UPDATE person SET role = 'employee'
    WHERE role IN ('compliance', 'auditor', 'administrator')
    AND id IN (SELECT person FROM account WHERE awaits IS NOT NULL AND enrolled_at IS NULL)"""
)


def _added(doing: Doing, facts: Facts) -> None:
    public = values(facts, "person", "name", "kind", "org", "role")
    outside = int(_outside(facts, doing.firm))
    doing.tx.run(INSERT_PERSON, (*public, outside, *values(facts, *POSITION)))
    doing.tx.run(INSERT_ACCOUNT, values(facts, "person", "username", "mail", "owner"))


def _changed(doing: Doing, facts: Facts) -> None:
    tx = doing.tx
    _added(doing, facts)
    person = values(facts, "person")
    if facts["role"] in OFFICE and tx.only(ROLE, person) != facts["role"]:
        end_access(tx, person_of(facts), doing.at)
    public = (*values(facts, "name", "kind", "org", "role"), int(_outside(facts, doing.firm)))
    tx.run(UPDATE_PERSON, (*public, *values(facts, *POSITION), *person))
    locale = tx.one(LOCALE, person)
    tx.run(UPDATE_ACCOUNT, (*values(facts, "username", "mail"), locale, *person))


def _outside(facts: Facts, firm: str) -> bool:
    return facts["kind"] == "client" or facts["org"] != firm


def _deactivated(doing: Doing, facts: Facts) -> None:
    end_access(doing.tx, person_of(facts), doing.at)
    suspend(doing.tx, person_of(facts), doing.at)


def _activated(doing: Doing, facts: Facts) -> None:
    let_back(doing.tx, person_of(facts))


def _sessions_ended(doing: Doing, facts: Facts) -> None:
    if facts.get("tokens"):  # with a new password, and in earlier entries, they went on
        end_access(doing.tx, person_of(facts), doing.at)


def _credentials_destroyed(doing: Doing, facts: Facts) -> None:
    destroy(doing.tx, person_of(facts), doing.at)


def _password_set(doing: Doing, facts: Facts) -> None:
    doing.tx.run(FORGET_PASSWORD, values(facts, "person"))


def _client_reset(doing: Doing, facts: Facts) -> None:
    """Shut them out as it did: a new link alone lets them in, which their advisor makes."""
    if "request" in facts:
        _request_over(doing, facts, "done")
    end_access(doing.tx, person_of(facts), doing.at)
    destroy(doing.tx, person_of(facts), doing.at)


def _client_left(doing: Doing, facts: Facts) -> None:
    _deactivated(doing, facts)
    destroy(doing.tx, person_of(facts), doing.at)


def _request_over(doing: Doing, facts: Facts, to: str) -> None:
    doing.tx.run(REQUEST_OVER, (to, *values(facts, "request")))


def _request_declined(doing: Doing, facts: Facts) -> None:
    _request_over(doing, facts, "declined")


def _request_withdrawn(doing: Doing, facts: Facts) -> None:
    _request_over(doing, facts, "withdrawn")


def _request_objected(doing: Doing, facts: Facts) -> None:
    _request_over(doing, facts, "objected")


def _request_approved(doing: Doing, facts: Facts) -> None:
    if facts.get("wanted") != "reset":  # that one is done with `client.reset`
        _request_over(doing, facts, "approved")


def _picture_set(doing: Doing, facts: Facts) -> None:
    picture_store.set_picture(doing.tx, str(facts["person"]), _picture(facts))


def _picture_removed(doing: Doing, facts: Facts) -> None:
    picture_store.set_picture(doing.tx, str(facts["person"]), None)


def _firm_named(doing: Doing, facts: Facts) -> None:
    picture_store.name_firm(doing.tx, str(facts["name"]))


def _firm_picture_set(doing: Doing, facts: Facts) -> None:
    picture_store.picture_firm(doing.tx, _picture(facts))


def _firm_picture_removed(doing: Doing, facts: Facts) -> None:
    del facts
    picture_store.picture_firm(doing.tx, None)


def _picture(facts: Facts) -> Picture:
    return Picture(b64decode(str(facts["data"])))


def _status_set(doing: Doing, facts: Facts) -> None:
    until = parse_time(str(facts["until"])) if "until" in facts else None
    text = str(facts["text"]) if "text" in facts else None
    person, quiet = str(facts["person"]), bool(facts.get("quiet"))
    status_store.set_status(doing.tx, person, text, until, quiet=quiet)


EFFECTS: Final[Effects] = {
    "person.added": _added,
    "person.changed": _changed,
    "person.deactivated": _deactivated,
    "person.activated": _activated,
    "sessions.ended": _sessions_ended,
    "credentials.destroyed": _credentials_destroyed,
    "password.set": _password_set,
    "client.reset": _client_reset,
    "client.left": _client_left,
    "request.approved": _request_approved,
    "request.declined": _request_declined,
    "request.withdrawn": _request_withdrawn,
    "request.objected": _request_objected,
    "picture.set": _picture_set,
    "picture.removed": _picture_removed,
    "firm.named": _firm_named,
    "firm.picture_set": _firm_picture_set,
    "firm.picture_removed": _firm_picture_removed,
    "status.set": _status_set,
}


def _make_safe(tx: Tx, at: datetime) -> None:
    """Enrol who has acted, have offices wait that nobody agreed to, withdraw requests."""
    tx.run(ENROL_ACTORS)
    tx.run(OFFICES_WAIT)
    tx.run(TAKE_OFFICES)
    for request in tx.all(WAITING):
        tx.run(REQUEST_OVER, ("withdrawn", request.id))
        facts, id = request_facts(request), derived_id(request.id, "adopted")
        note_owed(tx, owed_by(SYSTEM, Origin("adopt"), "request.withdrawn", facts, id=id), at)


SAFE: Final[Safe] = _make_safe
