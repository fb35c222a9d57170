"""What identity stores and takes out again, on both databases."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.ids import DeviceId, SessionId
from onrecord.core.failures import RowRefused
from onrecord.database.database import Database
from onrecord.database.options import StorageOptions
from onrecord.database.statements import sql
from onrecord.features.people.store import DEACTIVATE, NEXT_EPOCH, IdentityStore
from onrecord.features.sign_in.values import (
    ApiToken,
    Link,
    LinkUse,
    Owed,
    PasswordChange,
    Person,
    Session,
    Ticket,
    UsedLink,
)
from onrecord_archive.events.ids import EventId, PersonId

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
USE = LinkUse(NOW - timedelta(hours=1), "192.0.2.7", "Firefox")
ADA = Person(
    PersonId("a" * 32),
    "Ada",
    "employee",
    "Bank",
    "advisor",
    username="ada",
    mail="ada@bank.example",
    title="Advisor",
    locale="pl",
    has_password=True,
)
BOT = Person(PersonId("b" * 32), "Echo", "bot", "Bank", "employee", outside=True)
SCRIPT = ApiToken(SessionId("9" * 32), ADA.id, "script", NOW, NOW + timedelta(days=90))
SECRET, OTHER = b"s" * 32, b"o" * 32


def owed(number: int = 1) -> Owed:
    return Owed(EventId(f"{number:032x}"), b"{}")


def activate(store: IdentityStore, *, kept: timedelta = timedelta(days=7)) -> bool | None:
    return store.activate(ADA.id, kept_since=NOW - kept, destroyed=owed(99), at=NOW)


def session(number: int = 1, *, epoch: int = 0, at: datetime = NOW) -> Session:
    return Session(
        id=SessionId(f"{number:032x}"),
        person=ADA.id,
        audience="chat",
        auth="password",
        device=DeviceId(f"{number:032d}"),
        device_name="Phone",
        epoch=epoch,
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(hours=12),
    )


@pytest.fixture
def store(database: Database) -> IdentityStore:
    opened = IdentityStore(database)
    opened.add_person(ADA, "hash")
    opened.add_person(BOT, None)
    return opened


def test_a_person_comes_back_as_they_were(store: IdentityStore) -> None:
    assert store.person(ADA.id) == ADA
    assert store.person(PersonId("f" * 32)) is None
    assert store.people() == [ADA, BOT]
    assert store.username_taken("ada")
    assert not store.username_taken("bob")


def test_a_credential_is_found_by_name_while_active(store: IdentityStore) -> None:
    credential = store.credential("ada")
    assert credential is not None
    assert (credential.person, credential.password_hash) == (ADA, "hash")
    store.shut_out(ADA.id, owed(), deactivate=True, at=NOW)
    assert store.credential("ada") is None
    activate(store)
    credential = store.credential("ada")
    assert credential is not None
    assert (credential.person.epoch, credential.password_hash) == (1, "hash")


def test_what_is_kept_is_destroyed_once_and_says_so(store: IdentityStore) -> None:
    week, late = timedelta(days=7), NOW + timedelta(days=7)
    store.shut_out(ADA.id, owed(1), deactivate=True, at=NOW)
    assert store.overdue(late - week - timedelta(seconds=1), 10) == []
    assert store.overdue(late - week, 10) == [ADA.id]
    assert not store.destroy(BOT.id, owed(2), kept_since=NOW, at=late), "they are active"
    assert store.destroy(ADA.id, owed(3), kept_since=NOW, at=late)
    assert not store.destroy(ADA.id, owed(4), kept_since=NOW, at=late)
    assert store.overdue(late, 10) == []
    assert store.password_hash(ADA.id) is None
    assert {each.event_id for each in store.owed(9)} == {owed(1).event_id, owed(3).event_id}


def test_who_comes_back_enrols_anew_until_they_have_come_in(store: IdentityStore) -> None:
    store.shut_out(ADA.id, owed(1), deactivate=True, at=NOW)
    assert not activate(store)
    store.shut_out(ADA.id, owed(2), deactivate=True, at=NOW)
    assert activate(store, kept=timedelta())
    assert activate(store), "they have not come in"
    epoch = store.person(ADA.id)
    assert epoch is not None
    assert store.open_session(session(epoch=epoch.epoch), SECRET)
    assert not activate(store)


def test_a_new_password_and_what_it_ends_are_one_transaction(
    store: IdentityStore, database: Database
) -> None:
    kept = session(2)
    store.open_session(session(), SECRET)
    store.open_session(kept, OTHER)
    store.shut_out(BOT.id, owed(1), deactivate=False, at=NOW)
    to_newer = PasswordChange(ADA.id, "hash", "newer", kept.id)
    with pytest.raises(RowRefused):  # the same entry is owed already, so the last statement fails
        store.set_password(to_newer, owed(1), at=NOW)
    credential = store.credential("ada")
    assert credential is not None
    assert (credential.password_hash, store.sessions_of(ADA.id)) == ("hash", [session(), kept])
    stale = PasswordChange(ADA.id, "older", "newest", kept.id)
    assert store.set_password(stale, owed(3), at=NOW) is None
    assert store.set_password(to_newer, owed(2), at=NOW) == [session().id]
    credential = store.credential("ada")
    assert credential is not None
    kept = replace(kept, epoch=1)
    assert (credential.password_hash, store.sessions_of(ADA.id)) == ("newer", [kept])
    of_ended = PasswordChange(ADA.id, "newer", "thief's", session().id)
    assert store.set_password(of_ended, owed(4), at=NOW) is None


@pytest.mark.parametrize("way", ["link", "token"])
def test_who_is_being_shut_out_at_that_moment_is_given_no_way_in(
    store: IdentityStore, database: Database, options: StorageOptions, way: str
) -> None:
    link, token = (
        Link(ADA.id, "chat", NOW),
        SCRIPT,
    )
    with closing(Database(options)) as of_another_node, ThreadPoolExecutor(1) as beside:
        there = IdentityStore(of_another_node)
        with database.writing() as tx:
            tx.run(NEXT_EPOCH, (ADA.id,))
            tx.run(DEACTIVATE, (ADA.id,))
            late = (
                beside.submit(there.add_link, SECRET, link)
                if way == "link"
                else beside.submit(there.add_token, SECRET, token, epoch=0)
            )
            assert wait([late], timeout=0.2).not_done == {late}, "it did not wait"
        assert late.result() is False


def test_who_is_not_active_is_given_neither_link_nor_token(store: IdentityStore) -> None:
    link, token = (
        Link(ADA.id, "chat", NOW),
        SCRIPT,
    )
    store.shut_out(ADA.id, owed(), deactivate=True, at=NOW)
    assert not store.add_link(SECRET, link)
    assert not store.add_token(SECRET, token, epoch=1)
    activate(store)
    assert store.take_link(SECRET, "chat", USE) is None
    assert store.token(SECRET) is None
    assert store.add_link(SECRET, link)
    assert not store.add_token(SECRET, token, epoch=0)
    assert store.add_token(SECRET, token, epoch=1)


def test_a_user_name_is_unique(store: IdentityStore) -> None:
    with pytest.raises(Conflict):
        store.add_person(replace(BOT, id=PersonId("c" * 32), username="ada"), None)
    assert store.person(PersonId("c" * 32)) is None
    with pytest.raises(Conflict):
        store.update_person(BOT, replace(BOT, username="ada"))


def test_an_update_leaves_active_and_epoch_alone(store: IdentityStore) -> None:
    changed = replace(ADA, name="Ada L.", role="compliance", outside=True, mail=None)
    assert store.update_person(ADA, replace(changed, active=False, epoch=7)) == []
    assert store.person(ADA.id) == changed


def test_who_is_not_as_before_is_not_written(store: IdentityStore) -> None:
    assert store.update_person(ADA, replace(ADA, role="compliance")) == []
    assert store.update_person(ADA, replace(ADA, title="Dr")) is None
    read = replace(ADA, role="compliance")
    assert store.open_session(session(), SECRET)
    assert store.update_person(read, replace(read, title="Dr")) is None, "they are enrolled now"
    assert store.person(ADA.id) == replace(read, enrolled=True)


def test_a_session_is_found_by_its_secret_and_audience(store: IdentityStore) -> None:
    assert store.open_session(session(), SECRET)
    assert store.session(SECRET, "chat") == (session(), replace(ADA, enrolled=True))
    assert store.session(SECRET, "console") is None
    assert store.session(OTHER, "chat") is None


def test_a_session_of_another_epoch_is_not_opened(store: IdentityStore) -> None:
    assert not store.open_session(session(epoch=1), SECRET)
    store.shut_out(ADA.id, owed(), deactivate=True, at=NOW)
    assert not store.open_session(session(epoch=1), SECRET)
    activate(store)
    assert store.open_session(session(epoch=1), SECRET)


def test_sessions_are_listed_by_when_they_were_seen(store: IdentityStore) -> None:
    for number in (1, 2, 3):
        store.open_session(session(number), bytes([number]) * 32)
    store.touch([session(2).id], NOW + timedelta(minutes=1))
    store.touch([session(2).id, session(3).id], NOW - timedelta(minutes=1))
    listed = store.sessions_of(ADA.id)
    assert [each.id for each in listed] == [session(n).id for n in (2, 1, 3)]
    assert listed[0].seen_at == NOW + timedelta(minutes=1)


def test_ending_sessions_says_which_had_not_ended(store: IdentityStore) -> None:
    for number in (1, 2):
        store.open_session(session(number), bytes([number]) * 32)
    store.add_ticket(SECRET, Ticket(session(1).id, "https://x", NOW))
    both = [session(1).id, session(2).id]
    assert store.end_sessions([both[0]], owed(1), at=NOW) == [both[0]]
    assert store.end_sessions(both, owed(2), at=NOW) == [both[1]]
    assert store.end_sessions(both, owed(3), at=NOW) == []
    assert store.owed(10) == [owed(1), owed(2)]
    assert store.take_ticket(SECRET) is None
    assert store.sessions_of(ADA.id) == []


def test_an_old_session_is_forgotten(store: IdentityStore) -> None:
    store.open_session(session(1), SECRET)
    later = NOW + timedelta(days=8)
    store.open_session(session(2, at=later), OTHER)
    assert store.session(SECRET, "chat") is None


def test_a_ticket_is_taken_once(store: IdentityStore) -> None:
    store.open_session(session(), SECRET)
    ticket = Ticket(session().id, "https://chat.example", NOW)
    store.add_ticket(OTHER, ticket)
    assert store.take_ticket(OTHER) == (ticket, session(), replace(ADA, enrolled=True))
    assert store.take_ticket(OTHER) is None


def test_a_ticket_of_a_session_that_does_not_stand_is_none(store: IdentityStore) -> None:
    store.open_session(session(), SECRET)
    store.add_ticket(OTHER, Ticket(session().id, "https://chat.example", NOW))
    store.shut_out(ADA.id, owed(), deactivate=False, at=NOW)
    assert store.take_ticket(OTHER) is None


def test_a_link_is_taken_once_at_its_listener(store: IdentityStore) -> None:
    link = Link(ADA.id, "console", NOW)
    store.add_link(SECRET, link)
    assert store.take_link(SECRET, "chat", USE) is None
    assert store.take_link(SECRET, "console", USE) == ADA
    assert store.take_link(SECRET, "console", USE) is None
    assert store.used_link(SECRET) == UsedLink(ADA.id, ADA.name, USE)
    store.give_back_link(SECRET)
    assert store.used_link(SECRET) is None
    assert store.take_link(SECRET, "console", LinkUse(NOW, "", "")) is None  # too late
    assert store.take_link(SECRET, "console", USE) == ADA


def test_a_report_of_a_used_link_is_one_and_stays_until_it_is_closed(store: IdentityStore) -> None:
    store.add_link(SECRET, Link(ADA.id, "chat", NOW))
    assert not store.report_link(SECRET, "f" * 32, owed(1), at=NOW)  # not used
    store.take_link(SECRET, "chat", USE)
    store.shut_out(ADA.id, owed(2), deactivate=False, at=NOW)  # what was used stays known
    assert store.report_link(SECRET, "f" * 32, owed(3), at=NOW)
    assert not store.report_link(SECRET, "e" * 32, owed(4), at=NOW)
    assert store.reported_links() == [UsedLink(ADA.id, ADA.name, USE, "f" * 32, NOW)]
    assert store.close_link_report("f" * 32, owed(5), at=NOW)
    assert not store.close_link_report("f" * 32, owed(6), at=NOW)
    assert store.reported_links() == []
    assert len(store.owed(10)) == 3


def test_a_token_comes_back_until_it_is_revoked(store: IdentityStore) -> None:
    lasting = ApiToken(SessionId("1" * 32), ADA.id, "lasting", NOW, NOW + timedelta(days=90))
    later = NOW + timedelta(days=1)
    short = ApiToken(SessionId("2" * 32), ADA.id, "short", later, later, (600, 50))
    store.add_token(SECRET, lasting, epoch=0)
    store.add_token(OTHER, short, epoch=0)
    assert store.token(SECRET) == (lasting, ADA)
    assert store.token(OTHER) == (short, ADA)
    assert store.tokens_of(ADA.id) == [short, lasting]
    for at in (later, NOW):  # never back
        store.touch([lasting.id], at)
    used = replace(lasting, used_at=later)
    assert store.tokens_of(ADA.id) == [short, used]
    assert store.token(SECRET) == (used, ADA)
    assert store.revoke_token(lasting.id, owed(1), at=NOW)
    assert not store.revoke_token(lasting.id, owed(2), at=NOW)
    assert store.token(SECRET) is None
    assert store.owed(10) == [owed(1)]


def test_shutting_out_says_what_ended(store: IdentityStore) -> None:
    store.open_session(session(), SECRET)
    token = SCRIPT
    store.add_token(OTHER, token, epoch=0)
    store.add_link(b"l" * 32, Link(ADA.id, "chat", NOW))
    assert store.shut_out(ADA.id, owed(1), deactivate=False, at=NOW) == [session().id, token.id]
    assert store.token(OTHER) is None
    assert store.shut_out(ADA.id, owed(2), deactivate=True, at=NOW) == []
    assert store.take_link(b"l" * 32, "chat", USE) is None
    assert store.session(SECRET, "chat") is None


def test_what_is_owed_comes_oldest_first_and_is_struck_off(store: IdentityStore) -> None:
    store.shut_out(ADA.id, owed(2), deactivate=False, at=NOW)
    store.shut_out(ADA.id, owed(1), deactivate=False, at=NOW + timedelta(seconds=1))
    assert store.owed(1) == [owed(2)]
    store.settled(owed(2).event_id)
    assert store.owed(10) == [owed(1)]


def test_secrets_are_nowhere_in_the_directory_that_people_see(database: Database) -> None:
    IdentityStore(database).add_person(ADA, "hash")
    with database.reading() as tx:
        (row,) = tx.all(sql("SELECT * FROM person"))
    assert "hash" not in row
    assert "ada@bank.example" not in row
