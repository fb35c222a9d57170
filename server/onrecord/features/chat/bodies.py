"""The bodies of the chat listener's REST side. Types for the client are generated from here."""

from typing import Annotated, Literal

from msgspec import Meta, field

from onrecord.protocol.commands import HexId, Time
from onrecord.protocol.complaints import State
from onrecord.protocol.files import WireFile
from onrecord.protocol.frames import AnyEvent, Title
from onrecord.protocol.groups import GroupShown
from onrecord.protocol.people import Person
from onrecord.protocol.personal import Marks, QuietHours
from onrecord.protocol.rest import Body, Named, Reply
from onrecord_archive.events.language import Language


class SignIn(Body, frozen=True):
    """POST /api/v1/sign-in: name and password, a one-time link's token, or a client's code."""

    username: Annotated[str, Meta(max_length=200)] | None = None
    password: Annotated[str, Meta(max_length=1000)] | None = None
    link: Annotated[str, Meta(max_length=200)] | None = None
    address: Annotated[str, Meta(max_length=254)] | None = None
    code: Annotated[str, Meta(max_length=20)] | None = None
    device: Annotated[str, Meta(max_length=100)] | None = None
    """What to call this device in the list of devices: "Chromium, Linux"."""
    instead_of: Annotated[str, Meta(max_length=200)] | None = None
    """Where somebody else is signed in: their id, once whoever comes in agreed."""


class ChoosePassword(Body, frozen=True):
    """PUT /api/v1/me/password, 204: at first use and at any time; every other device signs out.

    `current` as `Me.password` says. Refusals: `bad_password`, `password_too_short`,
    `password_too_long`, `password_common`, `code_instead` (a client), `too_many_attempts`,
    `archive_unavailable`.
    """

    password: Annotated[str, Meta(max_length=1000)]
    current: Annotated[str, Meta(max_length=1000)] | None = None


class SetStatus(Body, frozen=True):
    """PUT /api/v1/me/status, 204: do not disturb, a few words, until when."""

    text: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    quiet: bool = False
    until: Time | None = None


class Notice(Reply, frozen=True):
    """What a client accepts before the first message: that everything is recorded.

    `text` is paragraphs, an empty line between them; `sha256` is of title, line feed and text.
    """

    locale: Language
    title: str
    text: str
    sha256: str
    again: bool = False
    """They accepted another text before."""


class AccountNotice(Reply, frozen=True):
    """What somebody is told of their account, or an administrator or officer of break-glass.

    `what`: a sign-in link was made (link), who they are (changed, in `fields`) or their `role` was,
    their account is active again (activated); or somebody did that on the server's shell, for
    `reason`; or a client objected to a reset that their advisor asked for, or it can't be carried
    out (reset_…). `by`: who asked for it or did it; `approved_by`: who approved it; `about`: for
    whom.
    POST /api/v1/account-notices/seen with their ids says that they were read, 204. Refusal:
    `no_such_notice`.
    """

    id: str
    at: str
    what: Literal[
        "link",
        "changed",
        "role",
        "activated",
        "break_glass_link",
        "break_glass_role",
        "reset_objected",
        "reset_failed",
    ]
    by: str
    about: str
    fields: list[Literal["name", "org", "username", "mail"]]
    approved_by: str | None = None
    role: str | None = None
    reason: str | None = None


class AccountNoticesSeen(Body, frozen=True):
    """One's own notices that were read; others are not touched."""

    ids: Annotated[list[HexId], Meta(min_length=1, max_length=50)]


class RoleWaits(Reply, frozen=True):
    """A role that waits for its person, until `expires_at`, since an administrator asked for it.

    A second administrator approves it with a code that its person reads to them (RoleCode).
    `chosen`: they chose their password in this session; else they choose another one first.
    """

    role: Literal["compliance", "administrator", "auditor"]
    asked_by: str
    expires_at: str
    chosen: bool


class RoleCode(Reply, frozen=True):
    """POST /api/v1/me/role-code, 201: digits to read to the administrator who approves one's role.

    By phone or face to face, to an administrator whom one knows. They work once, until
    `expires_at`; a new code ends the one before. Refusals: `no_role_waits`, `new_password_needed`
    (it was chosen in another session), `too_many_attempts`, `archive_unavailable`.
    """

    code: str
    expires_at: str


class Me(Reply, frozen=True):
    """GET /api/v1/me, and the answer to a sign-in.

    `notice`: to be accepted first; until then there is no ticket (`notice_required`). It is in
    their language, or with `?locale=` in that one, where there is such a text.
    `firm_picture`: GET /api/v1/pictures/{firm_picture} has it.
    """

    person: Person
    device: str
    session: str
    firm: str
    locale: str | None = None
    notice: Notice | None = None
    verification_due: bool = False
    """A client types a code first; until then all else is refused (`verification_due`)."""
    firm_picture: str | None = None
    locked: bool = False
    """They unlock the app first; until then all else is refused (`session_locked`)."""
    account_notices: list[AccountNotice] = field(default_factory=list)
    """What they are told of their account, or of break-glass, and have not read."""
    password: Literal["due", "open", "set"] | None = None
    """`due`: they choose one first; until then nothing is changed (`password_required`). `open`:
    another may be chosen without the current one. `set`: with it. Absent: they have none ever."""
    role_waits: RoleWaits | None = None


class PictureSet(Reply, frozen=True):
    """PUT /api/v1/me/picture with a PNG, JPEG or WebP of at most 8 MiB as its body.

    What is kept and shown is a square of 256 pixels, made from it; `picture` names it. DELETE takes
    it away, 204. Refusals: `bad_picture`, `archive_unavailable`.
    """

    picture: str


class OpenInvite(Reply, frozen=True):
    """An invite of one's own that is open, and until when."""

    id: str
    expires_at: str


class SwitchOfPerson(Reply, frozen=True):
    """Who is signed in in this browser, and who signs in instead, by a link or any other way."""

    here: Named
    link: Named
    """A client who types a code is named by their masked address, with an empty id."""


class LinkUse(Reply, frozen=True):
    """When and where a one-time link was used: on what device, from which address."""

    at: str
    device: str
    address: str


class ReportLink(Body, frozen=True):
    """POST /api/v1/sign-in/link/report, 204: somebody else used this link.

    A record, which administrators and compliance see. Refusals: `bad_link`, `too_many_attempts`.
    """

    link: Annotated[str, Meta(max_length=200)]


class Problem(Reply, frozen=True):
    """RFC 9457 problem details; `code` is stable and also the end of `type`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    retry_after: float | None = None
    offset: int | None = None
    """With `wrong_offset`: how many bytes of the upload are here."""
    invite: OpenInvite | None = None
    """With `already_invited`: the invite that this address has; absent: it is a colleague's."""
    switch: SwitchOfPerson | None = None
    """With `signed_in_as_other`: what to ask about; nothing was used up."""
    part: str | None = None
    """With `query_not_understood`: the part of the search."""
    outside: list[str] | None = None
    """With `crossing_not_confirmed`: all from outside the firm who would get it, as it is now."""
    used: LinkUse | None = None
    """With `link_used`."""


class Ticket(Reply, frozen=True):
    """POST /api/v1/ws-ticket: one use, `expires_in` seconds, for this session and origin."""

    ticket: str
    expires_in: int


class Member(Reply, frozen=True):
    """A member of a conversation with their positions over msg_no."""

    person: str
    read: int
    delivered: int
    joined_at: str
    joined_seq: int = 0
    """conv_seq of the event that let them in: ticks of what was said before don't wait for them."""


class Preview(Reply, frozen=True):
    """The newest row of a conversation, for the list. No `text`: removed, or not a message."""

    event_id: str
    conv_seq: int
    type: str
    actor: str
    at: str
    text: str | None = None
    files: list[WireFile] | None = None


class Delegate(Reply, frozen=True):
    """Somebody who stands in for the owner; not `active`: not yet. `id`: the event that said so."""

    id: str
    person: str
    starts: str
    ends: str
    active: bool


class Relationship(Reply, frozen=True):
    """Whose a conversation with a client is: its owner answers, and who stands in for them.

    `read`, `delivered`: up to where the firm's people have read or received it, those who have left
    among them: who takes over does not undo for the client that a message was read.
    """

    client: str
    owner: str
    delegates: list[Delegate]
    read: int = 0
    delivered: int = 0


class Complaint(Reply, frozen=True):
    """A complaint in a conversation; its `id` is the event that filed it, which has the reason.

    Without a `target` (a message) it is about the whole conversation. `due`: answered by then.
    """

    id: str
    reference: str
    category: str
    about: str
    person: str
    at: str
    due: str
    state: State
    target: str | None = None
    closed_at: str | None = None
    closed_by: str | None = None


class Conversation(Reply, frozen=True):
    """A conversation as this person sees it. `left`: no longer a member, reads up to the end.

    `ended`: the other member of a direct one has left; nothing can be sent.
    """

    id: str
    kind: Literal["direct", "group"]
    members: list[Member]
    outside: bool
    """Whether anybody from outside the firm is in it."""
    last_seq: int
    """conv_seq of the newest published event that this person sees."""
    last_msg_no: int
    read: int
    unread: int
    left: bool
    ended: bool = False
    title: str | None = None
    preview: Preview | None = None
    relationship: Relationship | None = None
    complaints: list[Complaint] | None = None
    """In the order in which they were filed."""
    group: GroupShown | None = None
    mentioned: int | None = None
    """msg_no of the newest message that calls this person and that they have not read."""
    marks: Marks | None = None


class Bootstrap(Reply, frozen=True):
    """GET /api/v1/bootstrap: everything a client needs before hello, with the cursor before it."""

    me: Me
    people: list[Person]
    conversations: list[Conversation]
    online: list[str]
    cursor: str
    people_tag: str
    """What GET /api/v1/people takes as If-None-Match."""
    quiet_hours: QuietHours | None = None


class CreateConversation(Body, frozen=True):
    """POST /api/v1/conversations. `id` as in a command frame; a retry gives the same answer.

    A direct conversation has one other member and no title, and exists once.
    """

    id: HexId
    kind: Literal["direct", "group"]
    members: Annotated[list[HexId], Meta(min_length=1, max_length=500)]
    title: Title | None = None


class Timeline(Reply, frozen=True):
    """GET /api/v1/conversations/{conv}/timeline?before=|after=|around=&limit=: rows by conv_seq.

    `more_before`, `more_after`: whether there is more that this person may see.
    """

    events: list[AnyEvent]
    more_before: bool
    more_after: bool


class Hit(Reply, frozen=True):
    """A found message; `marks` are [start, end) offsets of the words in UTF-16 units.

    The words may stand in the names of its `files`.
    """

    event_id: str
    conv: str
    conv_seq: int
    actor: str
    at: str
    text: str
    marks: list[tuple[int, int]]
    files: list[WireFile] | None = None


class Found(Reply, frozen=True):
    """GET /api/v1/search?q=&conv=&zone=&limit=: newest first.

    `q`: words, each found as a part of a word and in its English and Polish forms; "words beside
    each other"; from: in: before: after: on: has:, whose days are those of `zone`. `cut`: there may
    be older ones, for it stopped after reading very many.
    """

    hits: list[Hit]
    cut: bool = False


class Starred(Reply, frozen=True):
    """GET /api/v1/stars?conv=&before=&limit=: the newest star first, without marks.

    `next`: `before` for the page of older ones; absent: there are none. It stays good whatever is
    starred or unstarred meanwhile.
    """

    hits: list[Hit]
    next: int | None = None


class Receipt(Reply, frozen=True):
    """When the record first showed that a member had a message; absent: not yet.

    `played_at`: and played its voice note.
    """

    person: str
    delivered_at: str | None = None
    read_at: str | None = None
    played_at: str | None = None


class MessageInfo(Reply, frozen=True):
    """GET /api/v1/messages/{event_id}/info

    A member who has read or received up to its `msg_no` has read or received it. One who joined
    later, and was shown it, is among the `receipts` once they have.
    """

    event_id: str
    conv: str
    conv_seq: int
    msg_no: int
    at: str
    receipts: list[Receipt]
    edits: int
    archive: Literal["on the record"] = "on the record"


class MessageOrigin(Reply, frozen=True):
    """GET /api/v1/messages/{event_id}/origin: where a forwarded message comes from.

    Only for those who may read it there; to anybody else there is no such message.
    """

    event_id: str
    conv: str
    conv_seq: int


class Device(Reply, frozen=True):
    """A signed-in device of this person."""

    id: str
    name: str
    current: bool
    signed_in_at: str
    seen_at: str


class Devices(Reply, frozen=True):
    """GET /api/v1/devices; DELETE /api/v1/devices/{id} signs it out and wipes its cache."""

    devices: list[Device]


class OwnToken(Reply, frozen=True):
    """A token by which a script acts as this person, or the `bot` of theirs that it acts as.

    `used_at` is exact to a minute; without it the token was not used yet. `secret` only in the
    answer that made it.
    """

    id: str
    name: str
    created_at: str
    used_at: str | None = None
    expires_at: str | None = None
    bot: str | None = None
    messages_per_minute: int | None = None
    burst: int | None = None
    secret: str | None = None


class OwnBot(Reply, frozen=True):
    """A bot that this person answers for."""

    id: str
    name: str


class OwnTokens(Reply, frozen=True):
    """GET /api/v1/tokens: one's own and one's bots' that are not revoked, the newest first.

    DELETE /api/v1/tokens/{token} revokes one, whose sockets close at once; those left come back.
    """

    tokens: list[OwnToken]
    bots: list[OwnBot]


class NewTokens(Body, frozen=True):
    """POST /api/v1/tokens, 201: make a token of one's own, or one for each of one's `bots`.

    Without `days` they work until revoked. `messages_per_minute` and `burst` replace the limits of
    whom they act as, both or none of them; only a bot's may be above these. Refusals: `bad_name`,
    `bad_rate`, `token_of_another`, `no_such_person`, `session_needed` (a token makes no token),
    `archive_unavailable`.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    bots: Annotated[list[HexId], Meta(min_length=1, max_length=200)] | None = None
    days: Annotated[int, Meta(ge=1, le=36500)] | None = None
    messages_per_minute: Annotated[int, Meta(ge=1)] | None = None
    burst: Annotated[int, Meta(ge=1)] | None = None


class MadeTokens(Reply, frozen=True):
    """Each with its secret, this once, in the order of `bots`."""

    tokens: list[OwnToken]
