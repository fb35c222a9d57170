"""People are named at the command line by id or by name, and everybody is asked for once."""

import asyncio
import ssl

import httpx2
import msgspec
import pytest

from onrecord.cli.complaints import listed
from onrecord.cli.compliance import chosen_from
from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.cli.reach.named import names_of, person_of
from onrecord.core.domain.errors import BadInput, NotFound
from onrecord.features.complaints.bodies import ComplaintList
from onrecord.features.compliance.bodies import ConversationChoices, Directory
from onrecord.features.search.understood import NotUnderstood
from onrecord.protocol.people import Person

ANNA, ANNE = (
    Person(id, name, "employee", "Bank", "advisor", outside=False)
    for id, name in (("a" * 32, "Anna Lis"), ("b" * 32, "Anne Lis"))
)
PEOPLE = [ANNA, ANNE]


@pytest.mark.parametrize("asked", [ANNA.id, "anna", "Lis Anna", "anna lis"])
def test_somebody_is_found_by_id_and_by_words_of_their_name(asked: str) -> None:
    assert person_of(PEOPLE, asked) == ANNA.id


def test_nobody_is_found_where_nobody_is_asked_for() -> None:
    assert person_of(PEOPLE, None) is None


def test_who_is_called_like_another_is_to_be_named_by_id() -> None:
    with pytest.raises(BadInput, match=f"Anna Lis {ANNA.id}, Anne Lis {ANNE.id}"):
        person_of(PEOPLE, "lis")


def test_who_is_not_there_is_said_to_be_not_there() -> None:
    with pytest.raises(NotFound, match="Nobody is called Zenobia"):
        person_of(PEOPLE, "Zenobia")


@pytest.mark.parametrize("asked", ["-anna", "anna OR anne", "from:anna", '"lis anna"'])
def test_what_a_name_cannot_be_is_refused_and_not_read_as_words(
    server: "Server", asked: str
) -> None:
    with pytest.raises(NotUnderstood):
        person_of(PEOPLE, asked)
    with pytest.raises(NotUnderstood):
        asyncio.run(chosen_from(api_of(server), None, asked))
    assert "/api/v1/conversations" not in "".join(server.asked)


def test_names_are_found_by_id() -> None:
    assert names_of(PEOPLE) == {ANNA.id: "Anna Lis", ANNE.id: "Anne Lis"}


class Server(httpx2.AsyncBaseTransport):
    """Answers what compliance asks, and notes it."""

    ANSWERS = (
        ("/api/v1/people", Directory(PEOPLE)),
        ("/api/v1/conversations", ConversationChoices([], more=False)),
        ("/api/v1/complaints", ComplaintList([], 0, 0, [], more=False, upto=0, zone="UTC")),
    )

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url.raw_path, "ascii"))
        answer = dict(self.ANSWERS)[request.url.path]
        return httpx2.Response(200, content=msgspec.json.encode(answer))


@pytest.fixture
def server() -> Server:
    return Server()


def api_of(server: Server) -> Api:
    door = Door("https://console.example", "127.0.0.1", 443, ssl.create_default_context())
    return Api(door, transport=server)


def test_for_conversations_everybody_is_asked_for_once(server: Server) -> None:
    _, names = asyncio.run(chosen_from(api_of(server), "anna", None))
    assert names == names_of(PEOPLE)
    assert server.asked == ["/api/v1/people", f"/api/v1/conversations?person={ANNA.id}"]


def test_for_complaints_everybody_is_asked_for_once(server: Server) -> None:
    _, names = asyncio.run(listed(api_of(server), "anne", {"state": "open", "reference": None}))
    assert names == names_of(PEOPLE)
    assert server.asked == ["/api/v1/people", f"/api/v1/complaints?state=open&person={ANNE.id}"]
