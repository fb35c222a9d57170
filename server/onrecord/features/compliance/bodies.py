"""The bodies of the console listener's REST side. Types for the client are generated from here.

Signing in, who I am, devices and problems are as at the chat (sign_in/bodies.py); the cookie is
another one. Transcripts are in transcript_bodies.py, exports in export/bodies.py, the command
line's sign-in is in sign_in/login_bodies.py.
Every look takes a case. Each executed search, opened range and export is archived as a record of
the case before its answer leaves; while the archive cannot be written, nothing opens
(`archive_unavailable`). Days are UTC days, `YYYY-MM-DD`, both ends included.

A look (search, range) belongs to the session that made it, is read in pages, and is forgotten when
it was not read for a while, or at a restart: then `look_over`, and looking again is a new record.
"""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.protocol.commands import HexId
from onrecord.protocol.people import Person
from onrecord.protocol.rest import Body, Reply

CaseId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?!\n)")]
"""Chosen by the officer, such as the number that the complaint has elsewhere."""
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
Facts = dict[str, str | int | bool | list[str]]
"""What a record of a system stream says; never message text."""


class PersonThen(Reply, frozen=True):
    """Somebody as they were when a record was made. Unknown: only `id`."""

    id: str
    name: str = ""
    kind: str = ""
    org: str = ""
    role: str = ""


class Directory(Reply, frozen=True):
    """GET /api/v1/people: everybody, those whose account has ended as well, by name."""

    people: list[Person]


class ConversationChoice(Reply, frozen=True):
    """A conversation to pick. `members` are present ones, `former` those who were in it before.

    `last_seq` is the number of its newest record; `outside`: somebody in it is not of the firm.
    `personal`: what its one member noted for themself (marks, stars, quiet hours); those come last.
    """

    id: str
    kind: Literal["direct", "group", "personal"]
    members: list[str]
    former: list[str]
    outside: bool
    last_seq: int
    first_at: str
    last_at: str
    title: str | None = None


class ConversationChoices(Reply, frozen=True):
    """GET /api/v1/conversations?person=&title=&limit=: the last active first.

    `person`: they are or were in it. `title`: it contains every word of this, as prefixes. `more`:
    there are more than `limit` (default 50, at most 500); narrow it down.
    """

    conversations: list[ConversationChoice]
    more: bool


class OpenCase(Body, frozen=True):
    """POST /api/v1/cases: open a case, 201. The same officer and reason again: the same case, 200.

    `case_exists` (409): this id was used, by somebody else or for another reason.
    """

    id: CaseId
    reason: Reason


class Case(Reply, frozen=True):
    """A case of this officer. `records` is how many its own stream has, the opening included."""

    id: str
    reason: str
    opened_at: str
    last_at: str
    records: int


class Cases(Reply, frozen=True):
    """GET /api/v1/cases: this officer's cases, the last used first. Nobody sees another's."""

    cases: list[Case]


class AccessRecord(Reply, frozen=True):
    """One archived record of a system stream: who, what, and with what facts.

    In a case's stream `type` is `case.opened` (facts: case, reason), `search.executed` (case,
    reason, the query's members, upto, count, records, sha256), `range.opened` (case, reason,
    conversation, first, last, count), `file.opened` (range, conversation, conv_seq, file, variant,
    name, sha256) or `export.made` (a search's or a range's, language, slice). What names a
    conversation says by `scope` why it may: `search` and `earlier` with `scope_number`, the record
    of the case that found or named it; `reason`: it lay outside, and `reason` is this look's own.
    """

    number: int
    """Its conv_seq in its stream: 1, 2, 3 … without a gap."""
    archive_index: int
    event_id: str
    type: str
    at: str
    actor: PersonThen
    facts: Facts


class CaseLooks(Reply, frozen=True):
    """GET /api/v1/cases/{case}?before=&limit=: the case and its own records, the newest first.

    `more`: there are older ones; ask with `before` = the lowest number here. `no_such_case` (404):
    there is none, or it is another officer's.
    """

    case: Case
    looks: list[AccessRecord]
    more: bool


class Query(Body, frozen=True):
    """POST /api/v1/cases/{case}/searches: executed, recorded, then answered with the first page.

    At least one of words, person, conversation and a day. `words`: every word, as a prefix, in one
    version of a text. A message that was edited or removed is found by each text that it ever had.
    `person`: what they wrote (`author`), or what they wrote or could read as a member (`member`,
    the default); with `people` what any of them did. For its author a broadcast is found as such;
    for its recipients, as a message.
    `reason`: why this look; without it the case's own. A `conversation` outside the case takes one
    of its own, as OpenRange says.

    Refusals: `reason_needed` (409), `query_empty`, `query_without_words`, `query_not_understood`,
    `bad_day`, `no_such_person`, `no_such_conversation`, `too_many_hits` (narrow it down),
    `no_such_case`, `archive_unavailable`.
    """

    words: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    person: HexId | None = None
    people: Annotated[list[HexId], Meta(max_length=20)] | None = None
    person_as: Literal["author", "member"] = "member"
    conversation: HexId | None = None
    from_day: Day | None = None
    to_day: Day | None = None
    reason: Reason | None = None


class Version(Reply, frozen=True):
    """One text that a message had. `marks`: [start, end) of the words found, UTF-16 units.

    The first is the message itself, later ones are edits. `matches`: it has every word.
    """

    event_id: str
    conv_seq: int
    at: str
    actor: PersonThen
    text: str
    marks: list[tuple[int, int]]
    matches: bool


class Removal(Reply, frozen=True):
    """That a message was removed from view, when and by whom."""

    event_id: str
    conv_seq: int
    at: str
    actor: PersonThen


class FoundMessage(Reply, frozen=True):
    """A hit: a message with every text that it ever had, or another event that says something.

    `type`: `message.sent`; `title.changed`, `conversation.created` (its first title); any other
    that says something in words, such as `complaint.filed`: its text has a line for each of them;
    `broadcast.sent`, whose `conversation` is `broadcast:` and its event_id: open that.
    """

    event_id: str
    type: str
    conversation: str
    conv_seq: int
    at: str
    actor: PersonThen
    versions: list[Version]
    msg_no: int | None = None
    removed: Removal | None = None
    title: str | None = None
    """The conversation's title as the record has it."""


class SearchResult(Reply, frozen=True):
    """What a search found, and how it stands on the record. Hits are the newest first.

    `number` names the search in its case. `count` are the hits, `records` all records of their
    chains, `sha256` the hash over the records' event_ids as recorded, `upto` the archive_index
    below which was searched. `hits` is the first page; `more`: there are further ones.
    """

    number: int
    recorded_at: str
    count: int
    records: int
    sha256: str
    upto: int
    hits: list[FoundMessage]
    more: bool


class HitPage(Reply, frozen=True):
    """GET /api/v1/cases/{case}/searches/{number}?offset=&limit=: further hits of one's own search.

    limit: 50, at most 200. `look_over` (404): search again.
    """

    offset: int
    hits: list[FoundMessage]
    more: bool


class SystemStream(Reply, frozen=True):
    """A system stream: `identity`, `config`, `policy`, `disposal` or `access:<case>`."""

    id: str
    kind: str
    records: int
    last_at: str


class SystemStreams(Reply, frozen=True):
    """GET /api/v1/streams (auditors): every system stream, by id."""

    streams: list[SystemStream]


class SystemRecords(Reply, frozen=True):
    """GET /api/v1/streams/{id}/records?before=&limit= (auditors): the newest first.

    limit: 100, at most 500. `no_such_stream` (404): there is none, or it is a conversation.
    """

    records: list[AccessRecord]
    more: bool
