"""One text to many: a message to each alone, on one record, said once whatever happens between."""

from typing import Any

import httpx2
import pytest

from onrecord.domain.clock import SystemClock
from onrecord.domain.ids import ClientId, client_id, event_id_of, new_id
from onrecord.domain.values import Actor, Command, Origin, SystemEntry
from onrecord.messaging.broadcasts import SENT, STREAM, Broadcasts, derived_id
from onrecord.storage.broadcast_store import BroadcastStore
from onrecord.storage.compliance_store import ComplianceStore
from onrecord.storage.rebuild import rebuild
from tests.integration.edge.house import House
from tests.integration.storage.tables import published_rows

TEXT = "The branch closes at noon."


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

    def broadcasts(self) -> Broadcasts:
        office = self.house.office
        return Broadcasts(
            recorder=office.records,
            store=office.world.reads,
            recorded=BroadcastStore(office.world.database),
            read=self.house.readers,
            clock=office.clock,
        )


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
    """Recorded, and then nothing more: as if the server had been killed between (2) and (3)."""
    id = ClientId(new_id(SystemClock()))
    said = SystemEntry(SENT, {"text": TEXT, "recipients": (desk.ben.id, desk.cleo.id)})
    event = event_id_of(desk.anna.id, id)
    house = desk.house
    command = Command(event, STREAM.id, desk.anna, Origin("password"), said, id, create=STREAM)
    house.run(house.office.records.record(command))
    assert desk.messages("ben") == []
    for _ in range(2):
        house.run(desk.broadcasts().finish())
        assert [message["text"] for _, message in desk.messages("ben")] == [TEXT]
        assert [message["broadcast"] for _, message in desk.messages("cleo")] == [event]


def test_bad_ones_are_refused_and_leave_no_record(desk: Desk) -> None:
    house = desk.house
    client = desk.hired("clara", kind="client", role="client", org="Berg")
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
    rebuild(database, lambda done, total: None)
    assert published_rows(database) == before


def test_ids_that_follow_from_a_broadcast_are_ids_of_commands(desk: Desk) -> None:
    sent = desk.send(desk.ben).json()
    id = derived_id(sent["event"], desk.ben.id, "message")
    assert client_id(id) == id
    assert derived_id(sent["event"], desk.cleo.id, "message") != id
    assert derived_id(sent["event"], desk.ben.id, "conversation") != id
    ((_, message),) = desk.messages("ben")
    assert message["event_id"] == event_id_of(desk.anna.id, id)
