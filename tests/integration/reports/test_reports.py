"""A message is reported: on the record for compliance, unknown to everybody in the conversation."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Refusal, Unavailable
from onrecord.core.domain.ids import ClientId, SessionId, event_id_of, new_id
from onrecord.core.domain.values import Answer, Command, Origin, StreamRef
from onrecord.features.compliance.access import IDENTITY, READ
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import Officer
from onrecord.features.reports.listing import ReportDesk
from onrecord.features.reports.recorded import STREAM, FoundReport, Handled, State
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.messages import MessageRemoved, MessageSent
from tests.integration.house import House

PASSWORD = Origin("password")
DOWN = Unavailable("archive_unavailable", "No.", retry_after=2.0)


class Room:
    """Anna, and Ben, who wrote something to her; Cleo, who is not there."""

    def __init__(self, house: House) -> None:
        self.house = house
        hire = house.office.hire
        self.anna, self.ben, self.cleo = (
            house.run(hire(name)).actor for name in ("anna", "ben", "cleo")
        )
        self.stream = StreamId(new_id(SystemClock()))
        start = ConversationCreated((self.ben.id, self.anna.id))
        self.do(start, create=StreamRef(self.stream, "direct"))
        self.said = self.do(MessageSent("Nobody needs to know.")).event_id
        office = house.office
        self.store = ComplianceStore(office.world.database)
        self.officer = Officer(self.cleo, PASSWORD, SessionId("s"))
        self.desk = house.root[ReportDesk]

    def do(self, body: Any, **more: Any) -> Answer:
        """Ben does something."""
        id = ClientId(new_id(SystemClock()))
        event = event_id_of(self.ben.id, id)
        command = Command(event, self.stream, self.ben, PASSWORD, body, id, **more)
        return self.house.run(self.house.office.records.record(command))

    def report(self, who: str = "anna", **asked: Any) -> httpx2.Response:
        body = {"id": new_id(SystemClock()), "event": self.said, "reason": "rules", **asked}
        return self.house.signed_in(who).post("/api/v1/reports", json=body)

    def listed(self, *, before: int | None = None, limit: int = 9) -> list[FoundReport]:
        """What the officer reads."""
        return self.read(limit, before)[0]

    def read(
        self, limit: int, before: int | None = None, state: State | None = None
    ) -> tuple[list[FoundReport], bool]:
        page = self.desk.page(self.officer, before=before, limit=limit, state=state)
        return self.house.run(page)

    def numbers(self, state: State) -> list[int]:
        return [one.number for one in self.read(9, state=state)[0]]

    def look(self, number: int) -> Handled:
        return self.house.run(self.desk.look(self.officer, number))

    def close(self, number: int, text: str) -> Handled:
        return self.house.run(self.desk.close(self.officer, number, text))


@pytest.fixture
def room(open_house: House) -> Room:
    return Room(open_house)


def test_who_reports_gets_a_reference_and_compliance_reads_what_was_said(room: Room) -> None:
    answer = room.report(text="He offers a side letter.").json()
    (found,) = room.listed()
    assert answer["reference"].startswith("R-")
    assert (found.person, found.author) == (room.anna.id, room.ben.id)
    assert (found.conversation.conversation.id, found.conv_seq) == (room.stream, 2)
    assert (found.reason, found.text) == ("rules", "He offers a side letter.")


def test_nobody_in_the_conversation_learns_of_it(room: Room) -> None:
    def seen(who: str) -> list[str]:
        client = room.house.signed_in(who)
        one = client.get(f"/api/v1/conversations/{room.stream}").text
        return [one, client.get(f"/api/v1/conversations/{room.stream}/timeline").text]

    before = seen("ben")
    room.report()
    assert seen("ben") == before
    assert room.do(MessageSent("next")).conv_seq == 3


def test_no_auditor_reads_reports(room: Room) -> None:
    room.report()
    assert room.store.system_stream(STREAM.id) is None
    assert STREAM.id not in [stream.id for stream in room.store.system_streams(None, None)]


def test_that_reports_were_read_is_a_record_before_they_show(room: Room) -> None:
    for _ in range(3):
        room.report()
    found, more = room.read(2)
    assert ([one.number for one in found], more) == ([3, 2], True)
    (made,) = room.store.latest(IDENTITY.id, None, 1)
    assert made.type == READ
    assert [one.number for one in room.listed(before=2)] == [1]
    assert room.listed(before=1) == []


def test_while_it_cannot_be_recorded_nothing_is_read(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.report()

    async def down(command: Command) -> Answer:
        raise DOWN

    monkeypatch.setattr(room.house.office.records, "record", down)
    with pytest.raises(Unavailable):
        room.listed()


def test_a_retry_is_one_report(room: Room) -> None:
    id = new_id(SystemClock())
    first, again = (room.report(id=id).json() for _ in range(2))
    assert first == again
    assert room.report(id=id, reason="fraud").json()["code"] == "id_reuse"
    assert len(room.listed()) == 1


def test_what_was_removed_is_reported_all_the_same(room: Room) -> None:
    room.do(MessageRemoved(room.said))
    assert room.report().status_code == 200


def test_what_cannot_be_reported_is_refused_under_its_code(room: Room) -> None:
    assert room.report("cleo").json()["code"] == "no_such_message"
    assert room.report("ben").json()["code"] == "not_allowed"
    assert room.report(reason="other", text=" ").json()["code"] == "text_empty"
    assert room.report(reason="boredom").status_code == 400
    assert room.listed() == []


def test_a_report_is_open_then_looked_at_then_closed_with_a_word(room: Room) -> None:
    for _ in range(3):
        room.report()
    assert room.numbers("open") == [3, 2, 1]
    looked = room.look(2)
    assert looked.looked is not None
    assert (looked.state, looked.looked.person) == ("looked_at", room.cleo.id)
    closed = room.close(2, "Spoke with both.")
    assert closed.closed is not None
    assert (closed.state, closed.looked, closed.closed.text) == (
        "closed",
        looked.looked,
        "Spoke with both.",
    )
    room.look(1)
    states: tuple[State, ...] = ("open", "looked_at", "closed")
    assert [room.numbers(state) for state in states] == [[3], [1], [2]]
    assert [one.handled.state for one in room.listed()] == ["open", "closed", "looked_at"]
    assert room.close(3, "Nothing to it.").state == "closed"


def test_what_became_of_a_report_is_said_once_and_of_a_report(room: Room) -> None:
    room.report()
    room.look(1)
    step = room.house.office.world.published[-1].event.conv_seq

    def refusal(doing: Callable[[], object]) -> str:
        with pytest.raises(Refusal) as caught:
            doing()
        return caught.value.code

    assert refusal(lambda: room.look(1)) == "report_taken"
    assert refusal(lambda: room.close(1, " \u200b")) == "text_empty"
    for number in (99, step):
        assert refusal(lambda number=number: room.look(number)) == "no_such_report"  # type: ignore[misc]
    room.close(1, "Done.")
    assert refusal(lambda: room.close(1, "Again.")) == "report_closed"
    assert refusal(lambda: room.look(1)) == "report_taken"


def test_while_it_cannot_be_recorded_nothing_became_of_a_report(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.report()

    async def down(command: Command) -> Answer:
        raise DOWN

    with monkeypatch.context() as patch:
        patch.setattr(room.house.office.records, "record", down)
        for doing in (room.desk.look(room.officer, 1), room.desk.close(room.officer, 1, "x")):
            with pytest.raises(Unavailable):
                room.house.run(doing)
    assert room.numbers("open") == [1]


def test_who_reports_too_often_waits(room: Room) -> None:
    codes = [room.report().status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
