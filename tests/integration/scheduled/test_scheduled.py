"""Messages that are sent later: their author's alone until their time, and said once, whatever."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from onrecord.app.sockets import MESSAGES
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import BadInput, Unavailable
from onrecord.core.domain.ids import ClientId, client_id, event_id_of, new_id
from onrecord.core.domain.values import Actor, Answer, Command, Origin, StreamRef
from onrecord.core.ports import Recorder
from onrecord.core.settled import Unsettled
from onrecord.core.store.stubs import CLOSE, shut
from onrecord.database.statements import sql
from onrecord.features.scheduled.bodies import KEPT_DAYS, MOST
from onrecord.features.scheduled.due import AT_ONCE, DueMessages
from onrecord.features.scheduled.planned import Words
from onrecord.features.scheduled.service import Scheduled
from onrecord.protocol.limits import WireLimits, sends
from onrecord.protocol.personal import ScheduledNow
from onrecord_archive.events.conversations import ConversationCreated, MemberLeft
from onrecord_archive.events.groups import AdminChanged, PostingChanged
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.record import format_time, parse_time
from tests.fakes.recorder import FailingRecorder
from tests.integration.house import House

BURST = WireLimits().burst
TEXT = "The branch opens at noon."
FULL = Unavailable("archive_unavailable", "The archive cannot be written now.", retry_after=2.0)
CUT = Unsettled()
SEALED = sql("SELECT sealed FROM scheduled")
STREAMS = sql("SELECT stream_key FROM conversation")
SPOIL = sql("UPDATE scheduled SET sealed = ?")


class Desk:
    """Anna and Ben, and their group."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.anna, self.ben = (house.run(house.office.hire(one)).actor for one in ("anna", "ben"))
        self.conv = self.group(self.anna, self.ben)
        self.client = house.signed_in("anna")
        self.page = house.connect(self.anna.id)

    def group(self, actor: Actor, *others: Actor) -> StreamId:
        stream = StreamId(new_id(SystemClock()))
        people = (actor.id, *(one.id for one in others))
        self.do(actor, stream, ConversationCreated(people), StreamRef(stream, "group"))
        return stream

    def do(self, actor: Actor, stream: StreamId, body: Any, create: StreamRef | None = None) -> str:
        id = client_id(new_id(SystemClock()))
        event, origin = event_id_of(actor.id, id), Origin("password")
        command = Command(event, stream, actor, origin, body, id, create=create)
        self.house.run(self.house.office.records.record(command))
        return event

    def at(self, **later: float) -> str:
        return format_time(self.house.office.clock.now() + timedelta(**later))

    def post(self, **changes: Any) -> httpx2.Response:
        body = {
            "id": new_id(SystemClock()),
            "conv": self.conv,
            "text": TEXT,
            "at": self.at(minutes=10),
        }
        return self.client.post("/api/v1/scheduled", json=body | changes)

    def planned(self, **changes: Any) -> dict[str, Any]:
        answer = self.post(**changes)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def plan_many(self, many: int, client: httpx2.Client | None = None, **changes: Any) -> None:
        """Plan so many, no faster than one may."""
        for _ in range(many):
            body = {"conv": self.conv, "text": TEXT, "at": self.at(minutes=20)} | changes
            body["id"] = new_id(SystemClock())
            answer = (client or self.client).post("/api/v1/scheduled", json=body)
            assert answer.status_code == 201, answer.text
            self.house.office.clock.move(seconds=0.6)

    def waiting(self) -> list[dict[str, Any]]:
        return list(self.client.get("/api/v1/scheduled").json()["scheduled"])

    def look(self, recorder: Recorder | None = None) -> None:
        root = self.house.root if recorder is None else self.house.reopened(recorder)
        self.house.run(root[DueMessages].look(self.house.office.clock.now()))

    def said(self, conv: str | None = None) -> list[str]:
        page = self.client.get(f"/api/v1/conversations/{conv or self.conv}/timeline").json()
        return [each["text"] for each in page["events"] if each["type"] == "message.sent"]


@pytest.fixture
def desk(open_house: House) -> Desk:
    return Desk(open_house)


def refused(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_it_waits_unseen_and_is_said_once_at_its_time(desk: Desk) -> None:
    planned = desk.planned()
    desk.look()
    assert desk.said() == []
    assert [(one["text"], one["state"]) for one in desk.waiting()] == [(TEXT, "waiting")]
    assert desk.house.signed_in("ben").get("/api/v1/scheduled").json() == {"scheduled": []}
    desk.house.office.clock.move(minutes=20)
    desk.look()
    desk.look()
    assert (desk.said(), desk.waiting()) == ([TEXT], [])
    recorded = desk.house.office.records.entries[-1]
    assert recorded.event_id == event_id_of(desk.anna.id, ClientId(planned["id"]))
    assert (recorded.claimed_at, recorded.origin.auth) == (planned["written_at"], "password")
    assert recorded.planned_at == planned["written_at"]
    assert desk.page.told == [ScheduledNow()] * 2


def test_the_same_again_is_the_same_message(desk: Desk) -> None:
    id = new_id(SystemClock())
    at = desk.at(minutes=10)
    first, again = desk.planned(id=id, at=at), desk.planned(id=id, at=at)
    assert first == again
    for other in ({"text": "Otherwise"}, {"at": desk.at(minutes=11)}):
        assert refused(desk.post(**({"id": id, "at": at} | other))) == (409, "id_reuse")
    desk.house.office.clock.move(minutes=20)
    assert desk.planned(id=id, at=at) == first  # an answer that was lost, asked for late
    assert len(desk.waiting()) == 1


def test_what_is_moved_while_others_are_said_waits_on(desk: Desk) -> None:
    desk.planned(text="Now", at=desk.at(minutes=5))
    tomorrow = desk.planned(text="Tomorrow")
    desk.house.office.clock.move(minutes=20)
    scheduled, at = desk.house.root[Scheduled], desk.house.office.clock.now() + timedelta(days=1)

    class Moving:
        async def record(self, command: Command) -> Answer:
            await scheduled.change(desk.anna.id, ClientId(tomorrow["id"]), None, at)
            return await desk.house.office.records.record(command)

    desk.look(Moving())
    assert (desk.said(), [one["state"] for one in desk.waiting()]) == (["Now"], ["waiting"])


def test_all_that_is_due_is_said_in_one_look(desk: Desk) -> None:
    desk.plan_many(AT_ONCE - 1, at=desk.at(minutes=10))
    others = desk.house.signed_in("ben")
    desk.plan_many(2, others, at=desk.at(minutes=11))
    desk.house.office.clock.move(minutes=20)
    desk.look()
    assert (desk.waiting(), len(desk.said())) == ([], AT_ONCE + 1)


def test_planning_changing_and_sending_count_as_any_message_does(desk: Desk) -> None:
    path = f"/api/v1/scheduled/{desk.planned()['id']}"
    for _ in range(BURST - 3):
        assert desk.house.root[MESSAGES].try_take(*sends(desk.anna.id, WireLimits().rate)) == 0
    assert desk.client.put(path, json={"text": "Otherwise"}).status_code == 200
    assert desk.client.post(f"{path}/send").status_code == 204
    assert desk.house.root[MESSAGES].try_take(*sends(desk.anna.id, WireLimits().rate)) > 0
    for answer in (desk.post(), desk.client.put(path, json={}), desk.client.post(f"{path}/send")):
        assert refused(answer) == (429, "rate_limited")


def test_whoever_has_sent_too_much_waits_and_nobody_else_does(desk: Desk) -> None:
    desk.plan_many(2 * BURST)
    desk.plan_many(1, desk.house.signed_in("ben"), text="Ben's")
    desk.house.office.clock.move(minutes=21)
    desk.look()
    assert desk.said() == [TEXT] * BURST + ["Ben's"]
    desk.house.office.clock.move(minutes=1)
    desk.look()
    assert (len(desk.said()), desk.waiting()) == (2 * BURST + 1, [])


def test_while_the_archive_is_away_it_waits_on(desk: Desk) -> None:
    path = f"/api/v1/scheduled/{desk.planned()['id']}"
    desk.house.office.clock.move(minutes=20)
    with pytest.raises(Unavailable):
        desk.look(FailingRecorder(desk.house.office.records, [FULL]))
    assert [one["state"] for one in desk.waiting()] == ["waiting"]
    assert desk.client.delete(path).status_code == 204


def test_it_lies_sealed_in_the_database(desk: Desk) -> None:
    desk.planned()
    with desk.house.office.world.database.reading() as tx:
        (sealed,) = tx.only(SEALED)
    assert TEXT.encode() not in bytes(sealed)


def test_text_and_time_change_until_it_is_sent(desk: Desk) -> None:
    path = f"/api/v1/scheduled/{desk.planned()['id']}"
    desk.house.office.clock.move(minutes=1)
    changed = desk.client.put(
        path, json={"text": "At one, then.", "at": desk.at(minutes=30)}
    ).json()
    assert (changed["text"], changed["at"]) == ("At one, then.", desk.at(minutes=30))
    desk.house.office.clock.move(minutes=20)
    desk.look()
    assert desk.said() == []
    desk.house.office.clock.move(minutes=20)
    desk.look()
    assert desk.said() == ["At one, then."]
    recorded = desk.house.office.records.entries[-1]
    assert recorded.planned_at == changed["written_at"] == desk.at(minutes=-40)
    assert refused(desk.client.put(path, json={"text": "Late"})) == (404, "no_such_scheduled")


def test_it_can_be_sent_now_or_taken_back(desk: Desk) -> None:
    now, never = desk.planned(text="Now"), desk.planned(text="Never")
    assert desk.client.post(f"/api/v1/scheduled/{now['id']}/send").status_code == 204
    assert desk.client.delete(f"/api/v1/scheduled/{never['id']}").status_code == 204
    again = desk.client.delete(f"/api/v1/scheduled/{never['id']}")
    assert refused(again) == (404, "no_such_scheduled")
    desk.house.office.clock.move(minutes=20)
    desk.look()
    assert (desk.said(), desk.waiting()) == (["Now"], [])
    assert desk.house.office.records.entries[-1].planned_at is None


def test_a_reply_quotes_what_the_message_says_then(desk: Desk) -> None:
    target = desk.do(desk.ben, desk.conv, MessageSent("At noon?"))
    desk.planned(reply_to=target)
    desk.house.office.clock.move(minutes=20)
    desk.look()
    page = desk.client.get(f"/api/v1/conversations/{desk.conv}/timeline").json()
    assert page["events"][-1]["reply_to"]["text"] == "At noon?"


def test_who_may_not_say_it_any_more_is_told_why(desk: Desk) -> None:
    planned = desk.planned()
    desk.do(desk.anna, desk.conv, AdminChanged(desk.ben.id, on=True))
    desk.do(desk.anna, desk.conv, MemberLeft())
    desk.house.office.clock.move(minutes=20)
    desk.look()
    (found,) = desk.waiting()
    assert (found["state"], found["code"]) == ("refused", "not_a_member")
    desk.look()
    assert desk.said() == []
    path = f"/api/v1/scheduled/{planned['id']}"
    assert refused(desk.client.put(path, json={"text": "Again"})) == (400, "bad_time")
    changed = desk.client.put(path, json={"at": desk.at(minutes=10)}).json()
    assert (changed["state"], "code" in changed) == ("waiting", False)


def test_what_was_refused_is_kept_for_a_while_and_then_ends(desk: Desk) -> None:
    planned = desk.planned()
    desk.do(desk.anna, desk.conv, AdminChanged(desk.ben.id, on=True))
    desk.do(desk.anna, desk.conv, MemberLeft())
    desk.house.office.clock.move(minutes=20)
    due, clock = desk.house.root[DueMessages], desk.house.office.clock
    desk.house.run(due.look(clock.now()))
    until = parse_time(planned["at"]) + timedelta(days=KEPT_DAYS)
    assert [one["kept_until"] for one in desk.waiting()] == [format_time(until)]
    for days, left, told in ((KEPT_DAYS - 1, 1, []), (1, 0, [ScheduledNow()])):
        desk.page.told.clear()
        clock.move(days=days)
        desk.house.run(due.look(clock.now()))
        desk.client = desk.house.signed_in("anna")
        assert (len(desk.waiting()), desk.page.told) == (left, told)


@pytest.mark.parametrize("after", [False, True])
def test_a_server_that_stops_half_way_says_it_once(desk: Desk, after: bool) -> None:
    planned = desk.planned()
    path = f"/api/v1/scheduled/{planned['id']}"
    desk.house.office.clock.move(minutes=20)
    stopped = FailingRecorder(desk.house.office.records, [CUT], after=after)
    with pytest.raises(Unsettled):
        desk.look(stopped)
    assert [one["state"] for one in desk.waiting()] == ["sending"]
    assert refused(desk.client.put(path, json={"text": "Otherwise"})) == (409, "being_sent")
    assert refused(desk.client.delete(path)) == (409, "being_sent")
    desk.look()
    desk.look()
    assert (desk.said(), desk.waiting()) == ([TEXT], [])


def test_what_was_changed_in_the_database_is_not_said(desk: Desk) -> None:
    desk.planned()
    with desk.house.office.world.database.writing() as tx:
        (sealed,) = tx.only(SEALED)
        tx.run(SPOIL, (bytes(sealed[:-1]) + bytes([sealed[-1] ^ 1]),))
    desk.house.office.clock.move(minutes=20)
    desk.look()
    (found,) = desk.waiting()
    assert (found["text"], found["code"], desk.said()) == ("", "scheduled_damaged", [])


def test_an_account_that_ended_says_nothing(desk: Desk) -> None:
    desk.planned()
    desk.house.run(desk.house.office.people.deactivate(desk.ben, Origin("test"), desk.anna.id))
    desk.house.office.clock.move(minutes=20)
    desk.look()
    said = [one.body for one in desk.house.office.records.entries]
    assert not [one for one in said if isinstance(one, MessageSent)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " "}, "text_empty"),
        ({"at": "2020-01-01T00:00:00.000000Z"}, "bad_time"),
        ({"at": "2099-01-01T00:00:00.000000Z"}, "bad_time"),
        ({"at": "tomorrow"}, "bad_time"),
        ({"id": "0" * 32}, "bad_client_id"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_by_name(
    desk: Desk, changes: dict[str, str], code: str
) -> None:
    assert refused(desk.post(**changes)) == (400, code)
    assert desk.waiting() == []


def test_only_members_plan_and_only_so_many(desk: Desk) -> None:
    others = desk.group(desk.ben)
    assert refused(desk.post(conv=others)) == (403, "not_a_member")
    desk.plan_many(MOST)
    assert refused(desk.post()) == (429, "too_many_scheduled")


def test_where_nobody_would_read_it_nothing_is_planned(desk: Desk) -> None:
    clara = desk.house.run(desk.house.office.hire("clara", role="client", kind="client")).actor
    stream = StreamId(new_id(SystemClock()))
    begun = ConversationCreated((desk.anna.id, clara.id))
    desk.do(desk.anna, stream, begun, StreamRef(stream, "direct"))
    desk.do(clara, stream, MemberLeft(ended=True))
    assert refused(desk.post(conv=stream)) == (403, "client_left")
    assert desk.waiting() == []


def test_where_only_admins_write_others_plan_nothing(desk: Desk) -> None:
    conv = desk.group(desk.ben, desk.anna)
    desk.do(desk.ben, conv, PostingChanged(admins_only=True))
    assert refused(desk.post(conv=conv)) == (403, "admins_only")


def test_in_a_conversation_that_is_not_restored_yet_nothing_is_planned(desk: Desk) -> None:
    with desk.house.office.world.database.writing() as tx:
        for (stream,) in tx.all(STREAMS):
            tx.run(CLOSE, (stream,))
        shut(tx)
    assert refused(desk.post()) == (403, "closed_for_recovery")


def test_a_text_too_long_for_a_message_is_too_long_now(desk: Desk) -> None:
    at = desk.house.office.clock.now() + timedelta(minutes=10)
    words = Words("ż" * 9000, Origin("password"))
    id = ClientId(new_id(SystemClock()))
    with pytest.raises(BadInput, match="longer than 16384 bytes"):
        desk.house.run(desk.house.root[Scheduled].plan(desk.anna.id, id, desk.conv, at, words))
