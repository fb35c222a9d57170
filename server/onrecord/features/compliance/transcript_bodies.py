"""The bodies of the console's REST side about transcripts (see bodies.py)."""

from typing import Annotated

from msgspec import Meta

from onrecord.features.compliance.bodies import Day, PersonThen, Reason
from onrecord.features.uploads.bodies import Variant
from onrecord.protocol.commands import HexId
from onrecord.protocol.files import WireVoice
from onrecord.protocol.rest import Body, Reply

ConversationId = Annotated[str, Meta(pattern=r"^((personal|broadcast):)?[0-9a-f]{32}$(?!\n)")]
"""Of a conversation, of what somebody noted for themself, or one broadcast by its event_id."""


class Span(Body, frozen=True):
    """Part of a conversation: by numbers (`first`, `last`) or by days; without either, all of it.

    The two are not mixed. What is recorded are the numbers that it came to. One broadcast is opened
    whole, by `broadcast:` and its event_id; nothing opens those of everybody.
    """

    conversation: ConversationId
    first: Annotated[int, Meta(ge=1, lt=2**53)] | None = None
    last: Annotated[int, Meta(ge=1, lt=2**53)] | None = None
    from_day: Day | None = None
    to_day: Day | None = None


class OpenRange(Span, frozen=True):
    """POST /api/v1/cases/{case}/ranges: recorded, then open to be read in pages.

    `reason`: why this look; without it the case's own. A conversation (or broadcast) is inside the
    case once a search of the case by people or by a word of three letters or more found something
    in it, or an earlier look of the case named it; one outside takes a reason that is not the
    case's (`reason_needed`, 409: ask for it, and send the same again with it). It is recorded as
    one line.

    Refusals: `no_such_conversation`, `nothing_there` (no record in these days or numbers),
    `range_too_long` (more than 10,000 records: narrow it, or export), `bad_range`, `bad_day`,
    `no_such_case`, `archive_unavailable`.
    """

    reason: Reason | None = None


class Presence(Reply, frozen=True):
    """Somebody under one name and role, and the first and last conv_seq here that says so."""

    person: PersonThen
    first: int
    last: int


class ReadMark(Reply, frozen=True):
    """How far a person had read and received at the end of the range, as msg_no."""

    person: PersonThen
    read: int | None = None
    delivered: int | None = None


class OpenedRange(Reply, frozen=True):
    """A range that is open to be read, and how it stands on the record.

    `count` is last - first + 1: nothing is missing. `members`: who was in the conversation when it
    began (just before `first`), as they were named that day. `people`: everybody whom the records
    name. `read_marks` as far as the records of the range state them.
    """

    number: int
    recorded_at: str
    conversation: str
    kind: str
    first: int
    last: int
    count: int
    members: list[PersonThen]
    people: list[Presence]
    read_marks: list[ReadMark]
    title: str | None = None


class RecipientThen(Reply, frozen=True):
    """Whom a broadcast went to, and the message that it became for them.

    Without `conversation` there is no such message: it was not said to them, or not yet.
    """

    person: str
    event_id: str
    conversation: str | None = None
    conv_seq: int | None = None


class ForwardThen(Reply, frozen=True):
    """What readers were told of a message that was sent on; `kept` says where it comes from."""

    at: str
    actor: str | None = None


class MentionThen(Reply, frozen=True):
    """Characters of the text that call somebody; without `person` everybody."""

    at: int
    length: int
    person: str | None = None


class QuoteThen(Reply, frozen=True):
    """The message that a reply answers, as it read when the reply was written."""

    event_id: str
    conv_seq: int
    actor: str
    text: str | None = None


class Mark(Reply, frozen=True):
    """A person's new position, as msg_no; `played`: voice notes of these messages."""

    person: str
    read: int | None = None
    delivered: int | None = None
    played: list[int] | None = None


class LaterChange(Reply, frozen=True):
    """What became of a message within the range: an edit with its text, or (no text) a removal."""

    conv_seq: int
    at: str
    actor: PersonThen
    text: str | None = None


class PolicyNote(Reply, frozen=True):
    """What the firm's rules noted about a message or an edit: record `number` of stream `policy`.

    `type`: off_channel.hint, orders.hint; `signs`: the kinds of what was found, never the text.
    """

    archive_index: int
    number: int
    event_id: str
    type: str
    at: str
    signs: list[str]


class FileThen(Reply, frozen=True):
    """A file of a message, or one that was stored; POST …/ranges/{number}/files opens it."""

    blob_id: str
    name: str
    size: int
    type: str
    sha256: str
    width: int | None = None
    height: int | None = None
    voice: WireVoice | None = None


class OpenFile(Body, frozen=True):
    """POST /api/v1/cases/{case}/ranges/{number}/files: recorded, then an address for some minutes.

    The record `conv_seq` of the range lists the `file`.
    """

    conv_seq: Annotated[int, Meta(ge=1, lt=2**53)]
    file: HexId
    variant: Variant = "original"


class TranscriptRow(Reply, frozen=True):
    """One record: what records of its `type` say, person ids as in `people`.

    Its members have the names that records.schema.json (BUNDLE.md) gives them; ids that lead
    nowhere here (`delegation`, `blob`) are left out. Some types say more, or otherwise:
    message.sent: text, msg_no, reply_to?, changes?, files?, broadcast?, forward?, mentions? ·
    file.stored: files, scanner? · broadcast.sent: text, recipients · positions: marks ·
    what has a `target` in the range: target_seq · complaint.filed: words? (`about` by language) ·
    conversation.handed_over: person (the successor) ·
    any other type, and members that its declaration does not have: `other`, as JSON text.

    `notes`: what the firm's rules noted about it, which no member sees.
    `kept` is what only compliance sees (device, sign-in, addresses, claimed time), as JSON text.
    """

    archive_index: int
    conv_seq: int
    event_id: str
    type: str
    at: str
    actor: PersonThen
    msg_no: int | None = None
    text: str | None = None
    reply_to: QuoteThen | None = None
    changes: list[LaterChange] | None = None
    target: str | None = None
    target_seq: int | None = None
    emoji: str | None = None
    on: bool | None = None
    members: list[str] | None = None
    person: str | None = None
    from_seq: int | None = None
    since: str | None = None
    waiting: int | None = None
    former: str | None = None
    ended: bool | None = None
    name: str | None = None
    starts: str | None = None
    ends: str | None = None
    history: str | None = None
    title: str | None = None
    notice: str | None = None
    locale: str | None = None
    how: str | None = None
    proof: str | None = None
    proved_at: str | None = None
    accepted_at: str | None = None
    until: str | None = None
    confirmed_until: str | None = None
    confirmed_how: str | None = None
    confirmed_by: str | None = None
    complaint: str | None = None
    reference: str | None = None
    category: str | None = None
    about: str | None = None
    words: dict[str, str] | None = None
    reason: str | None = None
    due: str | None = None
    outcome: str | None = None
    note: str | None = None
    link: str | None = None
    broadcast: str | None = None
    recipients: list[RecipientThen] | None = None
    forward: ForwardThen | None = None
    mentions: list[MentionThen] | None = None
    admins_only: bool | None = None
    sha256: str | None = None
    media_type: str | None = None
    data: str | None = None
    hash: str | None = None
    conversation: str | None = None
    mark: str | None = None
    up_to: int | None = None
    level: str | None = None
    zone: str | None = None
    weekends: bool | None = None
    marks: list[Mark] | None = None
    files: list[FileThen] | None = None
    notes: list[PolicyNote] | None = None
    scanner: str | None = None
    other: str | None = None
    kept: str | None = None


class TranscriptPage(Reply, frozen=True):
    """GET /api/v1/cases/{case}/ranges/{number}/rows?after=|before=|around=&limit=: by conv_seq.

    limit: 100, at most 500. Without after, before and around: from the range's beginning.
    `look_over` (404): open the range again.

    GET …/ranges/{number}/transcript?format=html|json&language=en|pl is all of it as one file.
    """

    rows: list[TranscriptRow]
    more_before: bool
    more_after: bool


class TranscriptDocument(Reply, frozen=True):
    """GET …/ranges/{number}/transcript?format=json: the whole range as one file."""

    case: str
    range: OpenedRange
    rows: list[TranscriptRow]
