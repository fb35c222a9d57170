"""Bring accounts to where the streams say they are, after an older database came back.

Secrets are not on the record: who got a new password since needs a link, every session and link
ends, and tokens that were made since are gone. What waited for a second person or a time is over,
and who has ever done anything counts as enrolled, so that nobody alone can become them. All of it
can be done twice.
"""

from base64 import b64decode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from onrecord.core.domain.ids import derived_id
from onrecord.core.domain.values import CONFIG, SYSTEM, Origin, SystemEntry
from onrecord.database.columns import event_bytes, event_id, micros, moment
from onrecord.database.database import Database
from onrecord.database.statements import Tx, Value, sql
from onrecord.features.clients.addresses import parse_address
from onrecord.features.clients.assurance_store import END_WORD, FORGET_DEVICE, SET_MAIL
from onrecord.features.clients.passkey_store import REMOVE_PASSKEY
from onrecord.features.clients.store import FORGET_ADDRESS, REVOKE_INVITE
from onrecord.features.hours import store as hours_store
from onrecord.features.hours.plan import Away, Plan
from onrecord.features.hours.service import FirmHours, OwnHours
from onrecord.features.hours.text import holidays_in, week_of
from onrecord.features.notices import store as notice_store
from onrecord.features.notices.acceptances import Acceptance, Readers
from onrecord.features.notices.book import NoticeVersion
from onrecord.features.notices.service import Notice
from onrecord.features.people import picture_store, status_store
from onrecord.features.people.approval_store import REQUEST_COLUMNS, request_of
from onrecord.features.people.approvals import request_facts
from onrecord.features.people.picture_forms import Picture
from onrecord.features.people.statuses import Status
from onrecord.features.people.store import (
    FORGET_PASSWORD,
    UPDATE_ACCOUNT,
    UPDATE_PERSON,
    destroy,
    end_access,
    let_back,
    suspend,
)
from onrecord.features.people.warrants import OFFICE
from onrecord.features.relationships.coverage_store import forget_successor, succeed
from onrecord.features.sign_in.entries import STREAM as IDENTITY
from onrecord.features.sign_in.entries import owed_by
from onrecord.features.sign_in.store import ENROL, note_owed
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.format.record import parse_time

Facts = Mapping[str, object]
RESTORED = frozenset({IDENTITY.id, CONFIG.id})
"""The streams whose entries are applied again."""

INSERT_PERSON = sql(
    "INSERT INTO person (id, name, kind, org, role, outside, active, title, branch)"
    " VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (id) DO NOTHING"
)
INSERT_ACCOUNT = sql(
    "INSERT INTO account (person, username, password_hash, mail, locale, epoch, owner)"
    " VALUES (?, ?, NULL, ?, NULL, 0, ?) ON CONFLICT (person) DO NOTHING"
)
INSERT_ADDRESS = sql(
    "INSERT INTO client_address (address, way, person) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
)
ROLE = sql("SELECT role FROM person WHERE id = ?")
LOCALE = sql("SELECT locale FROM account WHERE person = ?")
NEW_EPOCHS = sql("UPDATE account SET epoch = epoch + 1")
END_SESSIONS = sql("UPDATE session SET ended_at = ? WHERE ended_at IS NULL")
END_TICKETS = sql("DELETE FROM session_ticket")
END_PUSHES = sql("DELETE FROM push_subscription")
END_LINKS = sql("DELETE FROM sign_in_link")
END_INVITES = sql(
    "UPDATE invite SET expires_at = ?"
    " WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?"
)
REQUEST_OVER = sql(
    "UPDATE approval_request SET state = ? WHERE id = ? AND state IN ('pending', 'approved')"
)
WAITS = "(r.state = 'pending' OR (r.state = 'approved' AND r.client IS NOT NULL))"
WAITING = sql(
    "SELECT {columns} FROM approval_request r WHERE {waits} ORDER BY r.asked_at, r.id",
    columns=REQUEST_COLUMNS,
    waits=WAITS,
)
# Nobody who has ever done anything is somebody whom one administrator may still become.
ENROL_ACTORS = sql(
    "UPDATE account SET enrolled_at = 0"
    " WHERE enrolled_at IS NULL AND person IN (SELECT DISTINCT actor FROM journal)"
)
REVOKE_TOKEN = sql("UPDATE api_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
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
JOURNALED = sql("SELECT event_id FROM journal WHERE event_id {blobs}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the stream `identity` or `config` says."""

    said: SystemEntry
    applied: bool = False
    """Whether this database has done it once: what was set or made since is still there."""


def journaled(database: Database, events: Sequence[EventId]) -> frozenset[EventId]:
    """Return which of these events the journal has."""
    with database.reading() as tx:
        wanted = tx.list_of([event_bytes(event) for event in events])
        return frozenset(event_id(row[0]) for row in tx.all(JOURNALED, (wanted,)))


def restore_accounts(
    database: Database, entries: Collection[SystemEntry], *, firm: str, at: datetime
) -> None:
    """Apply entries of the identity stream, in order, then end every session and link.

    Raises RowRefused when two people have one user name.
    """
    with database.writing() as tx:
        apply_entries(tx, [Entry(entry) for entry in entries], firm, at)
        make_safe(tx, at)


def apply_entries(tx: Tx, entries: Iterable[Entry], firm: str, at: datetime) -> None:
    """Apply entries of the identity stream, in order."""
    for entry in entries:
        effect = _EFFECTS.get(entry.said.type)
        if effect is not None and not (entry.applied and effect in _ONCE):
            effect(tx, entry.said.facts, firm, micros(at))


def make_safe(tx: Tx, at: datetime) -> None:
    """End every session, ticket, subscription and link, and all that waits; enrol who has acted."""
    tx.run(NEW_EPOCHS)
    tx.run(END_SESSIONS, (micros(at),))
    tx.run(END_TICKETS)
    tx.run(END_PUSHES)
    tx.run(END_LINKS)
    tx.run(END_INVITES, (micros(at), micros(at)))
    tx.run(ENROL_ACTORS)
    tx.run(OFFICES_WAIT)
    tx.run(TAKE_OFFICES)
    for request in [request_of(row) for row in tx.all(WAITING)]:
        tx.run(REQUEST_OVER, ("withdrawn", request.id))
        facts, id = request_facts(request), derived_id(request.id, "adopted")
        note_owed(tx, owed_by(SYSTEM, Origin("adopt"), "request.withdrawn", facts, id=id), at)


def _added(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del at
    outside = int(_outside(facts, firm))
    public = _values(facts, "person", "name", "kind", "org", "role")
    tx.run(INSERT_PERSON, (*public, outside, *_values(facts, "title", "branch")))
    tx.run(INSERT_ACCOUNT, _values(facts, "person", "username", "mail", "owner"))
    if "address" in facts:
        address = parse_address(str(facts["address"]))
        tx.run(INSERT_ADDRESS, (address.value, address.way, str(facts["person"])))


def _changed(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    _added(tx, facts, firm, at)
    person = _values(facts, "person")
    if facts["role"] in OFFICE and tx.only(ROLE, person)[0] != facts["role"]:
        end_access(tx, _person(facts), moment(at))
    public = (*_values(facts, "name", "kind", "org", "role"), int(_outside(facts, firm)))
    tx.run(UPDATE_PERSON, (*public, *_values(facts, "title", "branch"), *person))
    locale = tx.only(LOCALE, person)[0]
    tx.run(UPDATE_ACCOUNT, (*_values(facts, "username", "mail"), locale, *person))


def _deactivated(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    end_access(tx, _person(facts), moment(at))
    suspend(tx, _person(facts), moment(at))
    _succeeded(tx, facts, firm, at)


def _succeeded(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    if "successor" in facts:
        succeed(tx, _person(facts), PersonId(str(facts["successor"])))


def _activated(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    let_back(tx, _person(facts))
    forget_successor(tx, _person(facts))


def _sessions_ended(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    if facts.get("tokens"):  # with a new password, and in earlier entries, they went on
        end_access(tx, _person(facts), moment(at))


def _credentials_destroyed(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    destroy(tx, _person(facts), moment(at))


def _password_set(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    tx.run(FORGET_PASSWORD, _values(facts, "person"))


def _token_revoked(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    tx.run(REVOKE_TOKEN, (at, *_values(facts, "token")))


def _session_opened(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    tx.run(ENROL, (at, *_values(facts, "person")))


def _request_over(tx: Tx, facts: Facts, to: str) -> None:
    tx.run(REQUEST_OVER, (to, *_values(facts, "request")))


def _request_declined(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    _request_over(tx, facts, "declined")


def _request_withdrawn(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    _request_over(tx, facts, "withdrawn")


def _request_objected(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    _request_over(tx, facts, "objected")


def _request_approved(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    if facts.get("wanted") != "reset":  # that one is done with `client.reset`
        _request_over(tx, facts, "approved")


def _client_reset(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    """Shut them out as it did: a new link alone lets them in, which their advisor makes."""
    del firm
    person = _values(facts, "person")
    if "request" in facts:
        _request_over(tx, facts, "done")
    end_access(tx, _person(facts), moment(at))
    destroy(tx, _person(facts), moment(at))
    if facts.get("address_changed"):
        tx.run(FORGET_ADDRESS, person)
        tx.run(SET_MAIL, (None, *person))


def _client_left(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    end_access(tx, _person(facts), moment(at))
    suspend(tx, _person(facts), moment(at))
    destroy(tx, _person(facts), moment(at))
    tx.run(FORGET_ADDRESS, _values(facts, "person"))


def _passkey_removed(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    tx.run(REMOVE_PASSKEY, _values(facts, "person", "passkey"))


def _invite_ended(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    tx.run(REVOKE_INVITE, (at, *_values(facts, "invite")))


def _device_revoked(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    tx.run(FORGET_DEVICE, _values(facts, "person", "device"))


def _word_withdrawn(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    tx.run(END_WORD, _values(facts, "person"))


def _picture_set(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    picture_store.set_picture(tx, str(facts["person"]), _picture(facts))


def _picture_removed(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    picture_store.set_picture(tx, str(facts["person"]), None)


def _firm_named(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    picture_store.name_firm(tx, str(facts["name"]))


def _firm_picture_set(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    picture_store.picture_firm(tx, _picture(facts))


def _firm_picture_removed(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del facts, firm, at
    picture_store.picture_firm(tx, None)


def _notice_published(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    kind: Readers = "employee" if facts.get("kind") == "employee" else "client"
    notice = Notice(str(facts["locale"]), str(facts["title"]), str(facts["text"]), kind)
    from_at = parse_time(str(facts["from"]))
    version = NoticeVersion(str(facts["notice"]), notice, from_at, moment(at), str(facts["by"]))
    notice_store.add_version(tx, version)


def _notice_withdrawn(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    notice_store.withdraw_version(tx, str(facts["notice"]), at)


def _notice_accepted(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    if "accepted_at" not in facts:  # from before it stood there: they are asked again
        return
    person, notice = PersonId(str(facts["person"])), bytes.fromhex(str(facts["notice"]))
    called, when = (str(facts["locale"]), str(facts["title"])), str(facts["accepted_at"])
    notice_store.add_acceptance(tx, Acceptance(person, notice, *called, parse_time(when)))


def _hours_set(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    plan = None
    if "zone" in facts:
        holidays = holidays_in("\n".join(_lines(facts, "holidays")))
        plan = Plan(str(facts["zone"]), week_of(_lines(facts, "week")), tuple(holidays))
    hours_store.set_firm_hours(tx, FirmHours(plan, _texts(facts), moment(at)))


def _own_hours_set(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm
    zone, week, away = None, None, None
    if "zone" in facts:
        zone, week = str(facts["zone"]), week_of(_lines(facts, "week"))
    if "away_until" in facts:
        starts, until = (parse_time(str(facts[name])) for name in ("away_from", "away_until"))
        away = Away(starts, until)
    own = OwnHours(zone, week, away, _texts(facts), moment(at), moment(at))
    hours_store.set_own_hours(tx, str(facts["person"]), own)


def _status_set(tx: Tx, facts: Facts, firm: str, at: int) -> None:
    del firm, at
    until = parse_time(str(facts["until"])) if "until" in facts else None
    text = str(facts["text"]) if "text" in facts else None
    status_store.set_status(tx, str(facts["person"]), Status(text, bool(facts.get("quiet")), until))


def _lines(facts: Facts, name: str) -> Sequence[str]:
    lines = facts[name]
    return [str(line) for line in lines] if isinstance(lines, tuple | list) else []


def _texts(facts: Facts) -> dict[str, str]:
    named = {name.removeprefix("text_"): str(text) for name, text in facts.items()}
    return {name: text for name, text in named.items() if f"text_{name}" in facts}


def _picture(facts: Facts) -> Picture:
    return Picture(b64decode(str(facts["data"])))


_EFFECTS: dict[str, Callable[[Tx, Facts, str, int], None]] = {
    "person.added": _added,
    "person.changed": _changed,
    "person.deactivated": _deactivated,
    "successor.named": _succeeded,
    "person.activated": _activated,
    "sessions.ended": _sessions_ended,
    "credentials.destroyed": _credentials_destroyed,
    "password.set": _password_set,
    "token.revoked": _token_revoked,
    "session.opened": _session_opened,
    "device.revoked": _device_revoked,
    "request.approved": _request_approved,
    "request.declined": _request_declined,
    "request.withdrawn": _request_withdrawn,
    "request.objected": _request_objected,
    "client.reset": _client_reset,
    "client.left": _client_left,
    "client.withdrawn": _word_withdrawn,
    "passkey.removed": _passkey_removed,
    "invite.revoked": _invite_ended,
    "invite.superseded": _invite_ended,
    "picture.set": _picture_set,
    "picture.removed": _picture_removed,
    "notice.published": _notice_published,
    "notice.withdrawn": _notice_withdrawn,
    "notice.accepted": _notice_accepted,
    "hours.set": _hours_set,
    "hours.own_set": _own_hours_set,
    "status.set": _status_set,
    "firm.named": _firm_named,
    "firm.picture_set": _firm_picture_set,
    "firm.picture_removed": _firm_picture_removed,
}
_ONCE = (_password_set, _sessions_ended, _credentials_destroyed)
"""What only ends something: done again, it would end what came since."""
WITHOUT_EFFECT = frozenset(
    {
        # Its secret is not on the record: it is gone, and made anew.
        "link.created",
        "passkey.added",
        "token.created",
        # Each session, link and open invite ends in any case; an invite is renewed by its advisor.
        "session.ended",
        "session.locked",
        "session.unlocked",
        "invite.created",
        "invite.renewed",
        "link.report_closed",
        "link.reported",
        # Whoever it was about proves or confirms it again.
        "client.confirmed",
        "client.proved",
        # What it did is an entry, or a record of its conversation, of its own.
        "break_glass.used",
        "invites.passed",
        "relationship.changed",
        "request.made",
        # It says what happened, and changed nothing that lasts, or a choice that is made again.
        "letter.failed",
        "letter.ordered",
        "letter.sent",
        "letters.chosen",
        "passkey.used",
        "proof.refused",
        "role_code.refused",
        "role_code.shown",
        "sign_in.refused",
        "unlock.refused",
    }
)
"""The other types of these streams, with why nothing is to be done for them."""


def _outside(facts: Facts, firm: str) -> bool:
    return facts["kind"] == "client" or facts["org"] != firm


def _person(facts: Facts) -> PersonId:
    return PersonId(str(facts["person"]))


def _values(facts: Facts, *names: str) -> list[Value]:
    return [None if facts.get(name) is None else str(facts[name]) for name in names]
