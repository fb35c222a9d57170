"""One text to many: a message to each alone, on one record, said once whatever happens between."""

from typing import Any

import httpx2
import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Fatal, OnRecordError, Unavailable
from onrecord.core.domain.ids import ClientId, client_id, direct_stream_id, event_id_of, new_id
from onrecord.core.domain.values import Actor, Command, Origin, StreamRef, SystemEntry
from onrecord.core.settled import Unsettled
from onrecord.core.store.rebuild import rebuild
from onrecord.features.broadcasts import service as broadcasts
from onrecord.features.broadcasts.record_store import BroadcastStore
from onrecord.features.broadcasts.recorded import STREAM
from onrecord.features.broadcasts.service import Broadcasts, derived_id
from onrecord.features.compliance.service import ComplianceStore
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload
from tests.fakes.recorder import FailingRecorder
from tests.integration.house import House
from tests.integration.tables import published_rows

SENT = BroadcastSent.type

TEXT = "The branch closes at noon."
FULL = Unavailable("archive_unavailable", "The archive cannot be written now.", retry_after=2.0)
LOST = Unavailable("database_unavailable", "The database cannot be reached at the moment.")
PASSWORD = Origin("password")


class Desk:
    """Anna, who writes to many, and to whom."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.anna = self.hired("anna", role="advisor")
        self.ben, self.cleo = self.hired("ben"), self.hired("cleo")

    def hired(self, name: str, **changes: str) -> Actor:
        return self.house.run(self.house.office.hire(name, **changes)).actor

    def send(self, *people: Actor, id: str | None = None, text: str = TEXT) -> httpx2.Response:
        recipients = [person.id for person in people]
        body = {"id": id or new_id(SystemClock()), "text": text, "recipients": recipients}
        return self.house.signed_in("anna").post("/api/v1/broadcasts", json=body)

    def messages(self, who: str) -> list[tuple[int, dict[str, Any]]]:
        """What somebody reads: the members of each conversation, and its messages."""
        client = self.house.signed_in(who)
        found = []
        for conv in client.get("/api/v1/conversations").json():
            page = client.get(f"/api/v1/conversations/{conv['id']}/timeline").json()
            sent = (each for each in page["events"] if each["type"] == "message.sent")
            found += [(len(conv["members"]), each) for each in sent]
        return found

    def broadcasts(self, *errors: OnRecordError, passes: int = 0) -> Broadcasts:
        recorder = FailingRecorder(self.house.office.records, reversed(errors), passes)
        return self.house.reopened(recorder)[Broadcasts]

    def do(
        self, actor: Actor, stream: StreamId, body: Payload | SystemEntry, id: str = "", **more: Any
    ) -> EventId:
        """Have something recorded, and nothing that follows from it."""
        given = ClientId(id or new_id(SystemClock()))
        event = event_id_of(actor.id, given)
        command = Command(event, stream, actor, PASSWORD, body, given, **more)
        self.house.run(self.house.office.records.record(command))
        return event

    def left_unsaid(self, *people: Actor, id: str = "") -> EventId:
        """Recorded, and then nothing more: as if the server had been killed between (2) and (3)."""
        said = SystemEntry(SENT, {"text": TEXT, "recipients": tuple(one.id for one in people)})
        return self.do(self.anna, STREAM.id, said, id, create=STREAM)

    def client_of_anna(self) -> tuple[Actor, StreamId]:
        clara = self.hired("clara", kind="client", role="client", org="Berg")
        return clara, self.talks_to(clara, StreamId(new_id(SystemClock())))

    def talks_to(self, person: Actor, stream: StreamId) -> StreamId:
        body = ConversationCreated((self.anna.id, person.id))
        self.do(self.anna, stream, body, create=StreamRef(stream, "direct"))
        return stream

    def hand_over(self, stream: StreamId, to: Actor) -> None:
        self.do(self.anna, stream, ConversationHandedOver(PersonId(""), to.id, 0, "all"))


@pytest.fixture
def desk(open_house: House) -> Desk:
    return Desk(open_house)


def test_each_gets_the_text_alone_and_both_see_what_it_is(desk: Desk) -> None:
    sent = desk.send(desk.ben, desk.cleo).json()
    assert (sorted(sent["said"]), sent["missed"]) == (sorted((desk.ben.id, desk.cleo.id)), [])
    for name in ("ben", "cleo"):
        ((members, message),) = desk.messages(name)
        assert (members, message["text"], message["actor"]) == (2, TEXT, desk.anna.id)
        assert message["broadcast"] == sent["event"]
    assert len(desk.messages("anna")) == 2


def test_a_retry_says_nothing_twice(desk: Desk) -> None:
    id = new_id(SystemClock())
    first, again = (desk.send(desk.ben, desk.cleo, id=id) for _ in range(2))
    assert first.json() == again.json()
    assert len(desk.messages("ben")) == 1


def test_it_goes_on_in_the_conversation_that_there_is(desk: Desk) -> None:
    new = {"id": new_id(SystemClock()), "kind": "direct", "members": [desk.ben.id]}
    conv = desk.house.signed_in("anna").post("/api/v1/conversations", json=new).json()["id"]
    desk.send(desk.ben)
    assert [message["conv"] for _, message in desk.messages("ben")] == [conv]


def test_what_a_stopped_server_left_unsaid_is_said_at_the_next_start(desk: Desk) -> None:
    house, event = desk.house, desk.left_unsaid(desk.ben, desk.cleo)
    assert desk.messages("ben") == []
    for _ in range(2):
        house.run(desk.broadcasts().finish())
        assert [message["text"] for _, message in desk.messages("ben")] == [TEXT]
        assert [message["broadcast"] for _, message in desk.messages("cleo")] == [event]


@pytest.mark.parametrize("error", [Unsettled(), FULL, LOST], ids=["pending", "full", "lost"])
def test_a_start_while_nothing_can_be_recorded_goes_on_and_says_it_later(
    desk: Desk, error: OnRecordError, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one of the messages fails, and more than once."""
    monkeypatch.setattr(broadcasts, "AGAIN_S", 0.01)
    desk.left_unsaid(desk.ben, desk.cleo)
    desk.house.run(desk.broadcasts(error, error, error).finish())
    assert [message["text"] for _, message in desk.messages("ben")] == [TEXT]
    assert [message["text"] for _, message in desk.messages("cleo")] == [TEXT]


def test_a_start_while_nothing_can_be_read_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "AGAIN_S", 0.01)
    desk.left_unsaid(desk.ben)
    errors, since = [LOST, LOST], BroadcastStore.since

    def busy(store: BroadcastStore, at: Any) -> Any:
        if errors:
            raise errors.pop()
        return since(store, at)

    monkeypatch.setattr(BroadcastStore, "since", busy)
    desk.house.run(desk.broadcasts().finish())
    assert len(desk.messages("ben")) == 1


def test_what_must_end_the_process_ends_it(desk: Desk) -> None:
    desk.left_unsaid(desk.ben, desk.cleo)
    with pytest.raises(Fatal):
        desk.house.run(desk.broadcasts(Fatal("not our epoch"), FULL).finish())


@pytest.mark.parametrize("error", [Unsettled(), FULL], ids=["pending", "full"])
def test_who_sends_while_nothing_can_be_recorded_is_told_so(
    desk: Desk, error: OnRecordError
) -> None:
    id, people = ClientId(new_id(SystemClock())), [desk.ben.id, desk.cleo.id]

    many = desk.broadcasts(error, error, passes=1)  # the broadcast itself is recorded

    def send() -> broadcasts.Outcome:
        return desk.house.run(many.send(desk.anna, PASSWORD, id, TEXT, people))

    with pytest.raises(type(error)):
        send()
    assert send().said == tuple(people)


def test_it_begins_with_a_client_for_whom_nobody_answers(desk: Desk) -> None:
    clara = desk.hired("clara", kind="client", role="client", org="Berg")
    desk.house.office.world.people |= {each.id: each for each in (clara, desk.anna)}
    assert desk.send(clara, desk.ben).json()["missed"] == []
    (conv,) = desk.house.signed_in("clara").get("/api/v1/conversations").json()
    assert conv["relationship"]["owner"] == desk.anna.id


def test_a_client_who_passed_to_somebody_else_is_missed(desk: Desk) -> None:
    clara, stream = desk.client_of_anna()
    id = new_id(SystemClock())
    desk.left_unsaid(desk.ben, clara, id=id)
    desk.hand_over(stream, desk.cleo)
    again = desk.send(desk.ben, clara, id=id).json()
    assert (again["said"], again["missed"]) == ([desk.ben.id], [clara.id])
    assert desk.messages("clara") == []


def test_what_was_said_to_a_client_before_the_hand_over_stays_said(desk: Desk) -> None:
    clara, stream = desk.client_of_anna()
    id = new_id(SystemClock())
    first = desk.send(clara, id=id).json()
    desk.hand_over(stream, desk.cleo)
    assert desk.send(clara, id=id).json() == first
    assert len(desk.messages("clara")) == 1


def test_whoever_has_left_the_firm_says_nothing_any_more(desk: Desk) -> None:
    desk.talks_to(desk.ben, direct_stream_id(desk.anna.id, desk.ben.id))
    desk.left_unsaid(desk.ben)
    house = desk.house
    house.run(house.office.people.deactivate(desk.cleo, PASSWORD, desk.anna.id))
    house.run(desk.broadcasts().finish())
    assert desk.messages("ben") == []


def test_what_is_said_is_what_the_record_says(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the body that tells a retry from a reuse is not kept any more, nothing more is said."""
    id = new_id(SystemClock())
    event = desk.left_unsaid(desk.ben, id=id)
    assert desk.send(desk.ben, id=id, text="Something else.").json()["code"] == "id_reuse"
    assert desk.messages("ben") == []
    desk.send(desk.ben, id=id)
    known = desk.house.office.records.known
    known[event] = known[event][0], None
    monkeypatch.setattr(BroadcastStore, "one", lambda store, event: None)
    again = desk.send(desk.ben, desk.cleo, id=id, text="Something else.").json()
    assert (again["said"], again["missed"]) == ([desk.ben.id], [desk.cleo.id])
    assert desk.messages("cleo") == []


def test_another_command_under_the_id_of_a_message_is_not_that_message(desk: Desk) -> None:
    clara, stream = desk.client_of_anna()
    id = new_id(SystemClock())
    event = event_id_of(desk.anna.id, ClientId(id))
    desk.do(desk.anna, stream, MessageSent("Hello."), derived_id(event, clara.id, "message"))
    assert desk.send(clara, id=id).json() == {"event": event, "said": [], "missed": [clara.id]}


def test_bad_ones_are_refused_and_leave_no_record(desk: Desk) -> None:
    house = desk.house
    client, stream = desk.client_of_anna()
    desk.hand_over(stream, desk.cleo)
    gone = desk.hired("gone")
    house.run(house.office.people.deactivate(desk.anna, Origin("password"), gone.id))
    for people, text, code in (
        ((desk.ben,), "\u200b", "text_empty"),
        ((desk.anna,), TEXT, "bad_members"),
        ((gone,), TEXT, "bad_members"),
        ((desk.ben, client), TEXT, "not_allowed"),
    ):
        assert desk.send(*people, text=text).json()["code"] == code
    assert desk.messages("ben") == []
    assert house.office.world.reads.known(event_id_of(desk.anna.id, ClientId("0" * 32))) is None


def test_who_sends_to_many_too_often_waits(desk: Desk) -> None:
    codes = [desk.send(desk.ben).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


def test_no_auditor_reads_what_was_written(desk: Desk) -> None:
    """Auditors read the system streams; this one has a text."""
    desk.send(desk.ben)
    store = ComplianceStore(desk.house.office.world.database)
    assert store.system_stream(STREAM.id) is None
    assert STREAM.id not in [stream.id for stream in store.system_streams(None, None)]


def test_rebuild_makes_equal_rows(desk: Desk) -> None:
    desk.send(desk.ben, desk.cleo)
    database = desk.house.office.world.database
    before = published_rows(database)
    assert len(before["broadcast_message"]) == 2
    rebuild(database, PROJECTORS, lambda done, total: None)
    assert published_rows(database) == before


def test_ids_that_follow_from_a_broadcast_are_ids_of_commands(desk: Desk) -> None:
    sent = desk.send(desk.ben).json()
    id = derived_id(sent["event"], desk.ben.id, "message")
    assert client_id(id) == id
    assert derived_id(sent["event"], desk.cleo.id, "message") != id
    assert derived_id(sent["event"], desk.ben.id, "conversation") != id
    ((_, message),) = desk.messages("ben")
    assert message["event_id"] == event_id_of(desk.anna.id, id)
