"""Starting conversations and reading them over HTTPS, each person what is theirs."""

from datetime import timedelta
from types import SimpleNamespace

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import direct_stream_id, new_id
from onrecord.core.domain.values import Actor
from onrecord.core.settled import Unsettled
from onrecord_archive.events.clients import ConversationHandedOver, DelegateAdded
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.record import format_time
from tests.integration.house import House
from tests.integration.office import PASSWORD


class Two:
    """Ada and Eve, signed in, and Mallory, who has no part in it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ada, self.eve = house.signed_in("ada"), house.signed_in("eve")
        self.ada_id, self.eve_id = id_of(self.ada), id_of(self.eve)
        house.run(house.office.hire("mallory"))
        self.mallory = house.signed_in("mallory")
        for client in (self.ada, self.eve):
            who = client.get("/api/v1/me").json()["person"]
            actor = Actor(who["id"], who["name"], who["kind"], who["org"], who["role"])
            house.office.world.people[who["id"]] = actor


def id_of(client: httpx2.Client) -> PersonId:
    return PersonId(client.get("/api/v1/me").json()["person"]["id"])


def command() -> str:
    """A command's id."""
    return new_id(SystemClock())


@pytest.fixture
def two(open_house: House) -> Two:
    return Two(open_house)


def start(client: httpx2.Client, *members: str, **more: str) -> httpx2.Response:
    body = {"id": command(), "kind": "group", "members": members} | more
    return client.post("/api/v1/conversations", json=body)


def test_a_group_is_started_and_both_see_it(two: Two) -> None:
    answer = start(two.ada, two.eve_id, title="Plans")
    assert answer.status_code == 201
    conversation = answer.json()
    assert (conversation["kind"], conversation["title"]) == ("group", "Plans")
    assert {member["person"] for member in conversation["members"]} == {two.ada_id, two.eve_id}
    for client in (two.ada, two.eve):
        (listed,) = client.get("/api/v1/conversations").json()
        assert listed["id"] == conversation["id"]
    assert two.mallory.get("/api/v1/conversations").json() == []


def test_a_retry_starts_nothing_new(two: Two) -> None:
    body = {"id": command(), "kind": "group", "members": [two.eve_id]}
    first, second = (two.ada.post("/api/v1/conversations", json=body) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert len(two.ada.get("/api/v1/conversations").json()) == 1


def test_a_direct_conversation_exists_once_from_either_side(two: Two) -> None:
    first = start(two.ada, two.eve_id, kind="direct")
    second = start(two.eve, two.ada_id, kind="direct")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["id"] == direct_stream_id(two.ada_id, two.eve_id)


@pytest.mark.parametrize(
    ("kind", "members", "title", "code"),
    [
        ("direct", ["eve", "mallory"], None, "bad_members"),
        ("direct", ["eve"], "Title", "bad_members"),
        ("direct", ["ada"], None, "bad_members"),
        ("group", ["ada"], None, "bad_members"),
        ("group", [], None, "bad_body"),
        ("group", ["f" * 32], None, "no_such_person"),
        ("channel", ["eve"], None, "bad_body"),
        ("group", ["EVE"], None, "bad_body"),
    ],
)
def test_what_makes_no_sense_is_refused(
    two: Two, kind: str, members: list[str], title: str | None, code: str
) -> None:
    names = {"ada": two.ada_id, "eve": two.eve_id, "mallory": id_of(two.mallory)}
    body: dict[str, object] = {"id": command(), "kind": kind}
    body["members"] = [names.get(member, member) for member in members]
    if title is not None:
        body["title"] = title
    answer = two.ada.post("/api/v1/conversations", json=body)
    assert answer.json()["code"] == code
    assert two.ada.get("/api/v1/conversations").json() == []


def test_an_id_that_is_no_uuid7_is_refused(two: Two) -> None:
    body = {"id": "f" * 32, "kind": "group", "members": [two.eve_id]}
    answer = two.ada.post("/api/v1/conversations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_client_id")


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Unavailable("archive_unavailable", "Full.", retry_after=1.0), "archive_unavailable"),
        (Unsettled(), "pending"),
    ],
)
def test_without_an_archive_nothing_is_started(
    two: Two, failure: Unavailable | Unsettled, code: str
) -> None:
    two.house.office.records.fails = failure
    answer = start(two.ada, two.eve_id)
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer.headers["retry-after"] == "1"
    assert two.ada.get("/api/v1/conversations").json() == []


def test_starting_too_many_is_slowed_down(two: Two) -> None:
    answers = [start(two.ada, two.eve_id) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert answers[-1].json()["code"] == "rate_limited"


def talk(two: Two) -> StreamId:
    """A group in which Ada said something."""
    stream = StreamId(start(two.ada, two.eve_id, title="Plans").json()["id"])
    two.house.office.world.say(two.ada_id, stream, "The merger is on Monday")
    return stream


def test_members_read_the_timeline_and_others_do_not(two: Two) -> None:
    stream = talk(two)
    path = f"/api/v1/conversations/{stream}/timeline"
    for client in (two.ada, two.eve):
        events = client.get(path).json()["events"]
        assert [event["type"] for event in events] == ["conversation.created", "message.sent"]
        assert events[-1]["text"] == "The merger is on Monday"
    for attempt in (path, f"/api/v1/conversations/{stream}"):
        refused = two.mallory.get(attempt)
        assert refused.status_code == 404
        assert "merger" not in refused.text


def test_info_is_for_members(two: Two) -> None:
    stream = talk(two)
    event = two.ada.get(f"/api/v1/conversations/{stream}/timeline").json()["events"][-1]
    path = f"/api/v1/messages/{event['event_id']}/info"
    info = two.eve.get(path).json()
    assert (info["event_id"], info["conv"], info["edits"]) == (event["event_id"], stream, 0)
    assert [receipt["person"] for receipt in info["receipts"]] == [two.eve_id]
    assert two.mallory.get(path).status_code == 404


def test_search_finds_what_one_may_see(two: Two) -> None:
    stream = talk(two)
    for query in ({"q": "merger"}, {"q": "MERGER mon", "conv": stream}):
        (hit,) = two.eve.get("/api/v1/search", params=query).json()["hits"]
        assert (hit["conv"], hit["text"]) == (stream, "The merger is on Monday")
    assert two.mallory.get("/api/v1/search", params={"q": "merger"}).json()["hits"] == []


def cursors_of(client: httpx2.Client) -> list[str]:
    """The cursors of two answers between which nothing happens."""
    return [client.get("/api/v1/bootstrap").json()["cursor"] for _ in range(2)]


def test_bootstrap_has_everything_and_a_cursor_that_tells_nothing(two: Two) -> None:
    """That a cursor spells no position is shown in unit/core/test_cursor.py."""
    stream = talk(two)
    for person in (two.eve_id, id_of(two.mallory)):
        two.house.connect(person)
    answer = two.ada.get("/api/v1/bootstrap").json()
    assert answer["me"]["person"]["id"] == two.ada_id
    assert {person["name"] for person in answer["people"]} == {"Ada", "Eve", "Mallory"}
    assert [each["id"] for each in answer["conversations"]] == [stream]
    assert answer["online"] == [two.eve_id]
    cursors = [answer["cursor"], *cursors_of(two.ada)]
    position = two.house.office.world.reads.position()
    opened = two.house.root.recording.publishing.cursors.open
    assert {opened(cursor) for cursor in cursors} == {position}
    assert len(set(cursors)) == 3
    assert len({len(cursor) for cursor in cursors}) == 1


def test_control_a_cursor_that_is_the_same_twice_is_noticed(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted defect seals with no chance in it: equal positions have equal cursors."""
    monkeypatch.setattr("onrecord.core.delivery.cursor.os", SimpleNamespace(urandom=bytes))
    assert len(set(cursors_of(two.ada))) == 1


def test_a_client_sees_only_whom_they_talk_with(two: Two) -> None:
    house = two.house
    house.run(house.office.hire("carl", kind="client", role="client"))
    carl = house.client()
    carl.post("/api/v1/sign-in", json={"username": "carl", "password": PASSWORD})

    def seen() -> set[str]:
        listed = carl.get("/api/v1/people").json()
        assert listed == carl.get("/api/v1/bootstrap").json()["people"]
        return {person["name"] for person in listed}

    assert seen() == {"Carl"}
    start(two.ada, id_of(carl))
    assert seen() == {"Ada", "Carl"}
    assert len(two.ada.get("/api/v1/people").json()) == 4


def test_who_took_a_client_over_finds_the_conversation_that_is_there(two: Two) -> None:
    house = two.house
    carl = house.run(house.office.hire("carl", kind="client", role="client"))
    started = start(two.ada, carl.id, kind="direct").json()
    stream, world = StreamId(started["id"]), house.office.world
    world.people[carl.id] = carl.actor
    handed = ConversationHandedOver(PersonId(""), two.eve_id, 0, "all")
    world.commit(world.command(two.ada_id, stream, handed))
    again = start(two.eve, carl.id, kind="direct")
    assert (again.status_code, again.json()["id"]) == (200, stream)
    assert again.json()["relationship"] == {
        "client": carl.id,
        "owner": two.eve_id,
        "delegates": [],
    }
    assert start(two.ada, carl.id, kind="direct").json()["left"] is True


def test_advisors_see_for_which_clients_nobody_answers(two: Two) -> None:
    """They may begin with such a client; other employees may not, and clients see nothing of it."""
    house = two.house
    carl = house.run(house.office.hire("carl", kind="client", role="client"))
    house.office.world.people[carl.id] = carl.actor
    house.run(house.office.hire("olga", role="compliance"))
    olga, client = house.signed_in("olga"), house.signed_in("carl")

    def unserved() -> list[bool]:
        found = []
        for browser in (two.ada, two.eve, olga, client):
            people = browser.get("/api/v1/people").json()
            assert people == browser.get("/api/v1/bootstrap").json()["people"]
            found += [each.get("unserved", False) for each in people if each["id"] == carl.id]
        return found

    assert unserved() == [True, True, False, False]
    assert start(two.ada, carl.id, kind="direct").status_code == 201
    assert unserved() == [False, False, False, False]
    refused = start(two.eve, carl.id, kind="direct")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_client")


def test_a_client_knows_the_name_of_who_will_stand_in(two: Two) -> None:
    house = two.house
    carl = house.run(house.office.hire("carl", kind="client", role="client"))
    stream = StreamId(start(two.ada, carl.id, kind="direct").json()["id"])
    world = house.office.world
    now = world.clock.at
    starts, ends = format_time(now + timedelta(days=1)), format_time(now + timedelta(days=5))
    planned = DelegateAdded(two.eve_id, "", starts, ends, "all")
    world.commit(world.command(two.ada_id, stream, planned))
    client = house.signed_in("carl")
    people = client.get("/api/v1/people").json()
    assert {person["name"] for person in people} == {"Ada", "Carl", "Eve"}
    (delegate,) = client.get("/api/v1/conversations").json()[0]["relationship"]["delegates"]
    assert (delegate["person"], delegate["active"]) == (two.eve_id, False)


def test_a_client_does_not_start_conversations(two: Two) -> None:
    house = two.house
    house.run(house.office.hire("carl", kind="client", role="client"))
    carl = house.client()
    carl.post("/api/v1/sign-in", json={"username": "carl", "password": PASSWORD})
    answer = start(carl, two.ada_id)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/search",
        "/api/v1/search?q=",
        "/api/v1/search?q=%20",
        f"/api/v1/search?q={'x' * 201}",
        "/api/v1/search?q=a&conv=x",
        "/api/v1/search?q=a&q=b",
        "/api/v1/search?q=a&all=1",
        f"/api/v1/conversations/{'f' * 32}/timeline?before=1&after=2",
        f"/api/v1/conversations/{'f' * 32}/timeline?before=-1",
        f"/api/v1/conversations/{'f' * 32}/timeline?before=1e3",
        f"/api/v1/conversations/{'f' * 32}/timeline?before=99999999999999999",
        f"/api/v1/conversations/{'f' * 32}/timeline?before=١",
        f"/api/v1/conversations/{'f' * 32}/timeline?limit=x",
        "/api/v1/conversations/x/timeline",
        "/api/v1/conversations/x",
        "/api/v1/messages/x/info",
    ],
)
def test_a_query_that_makes_no_sense_is_refused(calm_house: House, path: str) -> None:
    answer = calm_house.signed_in().get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_query")
