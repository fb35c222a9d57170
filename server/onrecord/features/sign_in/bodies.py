"""The bodies of signing in, devices and tokens. Types for the client are generated from here."""

from typing import Annotated, Literal

from msgspec import Meta, field

from onrecord.features.notices.bodies import Notice
from onrecord.features.people.bodies import Place
from onrecord.protocol.commands import HexId
from onrecord.protocol.people import Person
from onrecord.protocol.rest import Body, Reply


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


class LookAtLink(Body, frozen=True):
    """POST /api/v1/sign-in/link: ask whose a one-time link is; it works as before.

    Refusals as of POST /api/v1/sign-in: `bad_link`, `link_used`, `wrong_listener`,
    `signed_in_as_other`, `too_many_attempts`.
    """

    link: Annotated[str, Meta(max_length=200)]
    instead_of: Annotated[str, Meta(max_length=200)] | None = None
    """As in SignIn."""


class WhoseLink(Reply, frozen=True):
    """Whom a one-time link lets in: their `name`. They sign in with it by SignIn."""

    name: str


class ChoosePassword(Body, frozen=True):
    """PUT /api/v1/me/password, 204: at first use and at any time; every other device signs out.

    `current` as `Me.password` says. Refusals: `bad_password`, `password_too_short`,
    `password_too_long`, `password_common`, `code_instead` (a client), `too_many_attempts`,
    `archive_unavailable`.
    """

    password: Annotated[str, Meta(max_length=1000)]
    current: Annotated[str, Meta(max_length=1000)] | None = None


class AccountNotice(Reply, frozen=True):
    """What somebody is told of their account, or an administrator or officer of break-glass.

    A `token`, which acts as `about`, was made or will end (token, token_ends), at `ends`.

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
        "token",
        "token_ends",
    ]
    by: str
    about: str
    fields: list[Literal["name", "org", "username", "mail"]]
    approved_by: str | None = None
    role: str | None = None
    reason: str | None = None
    token: str | None = None
    ends: str | None = None


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


class ReportLink(Body, frozen=True):
    """POST /api/v1/sign-in/link/report, 204: somebody else used this link.

    A record, which administrators and compliance see. Refusals: `bad_link`, `too_many_attempts`.
    """

    link: Annotated[str, Meta(max_length=200)]


class Ticket(Reply, frozen=True):
    """POST /api/v1/ws-ticket: one use, `expires_in` seconds, for this session and origin."""

    ticket: str
    expires_in: int


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
    expires_at: str
    used_at: str | None = None
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

    `password`: one's own, typed anew. They work for `days`, 90 unless it says another number of 1
    to 365, or until revoked. `messages_per_minute` and `burst` replace the limits of whom they act
    as, both or none of them; only a bot's may be above these. Refusals: `bad_password`,
    `too_many_attempts`, `bad_name`, `bad_lifetime`, `bad_rate`, `token_of_another`,
    `no_such_person`, `session_needed` (a token makes no token), `archive_unavailable`.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(max_length=1000)]
    bots: Annotated[list[HexId], Meta(min_length=1, max_length=200)] | None = None
    days: Annotated[int, Meta(ge=1, le=36500)] | None = None
    messages_per_minute: Annotated[int, Meta(ge=1)] | None = None
    burst: Annotated[int, Meta(ge=1)] | None = None


class MadeTokens(Reply, frozen=True):
    """Each with its secret, this once, in the order of `bots`."""

    tokens: list[OwnToken]


class OpenSession(Reply, frozen=True):
    """A place where somebody is signed in.

    `auth`: how they proved who they are. `connected`: it has a socket now. `own`: it is the one
    that asks. `address`: where it was opened from, as far as that is known.
    """

    id: str
    place: Place
    device: str
    name: str
    auth: Literal["password", "link", "token", "code", "passkey", "advisor_confirmed"]
    signed_in_at: str
    seen_at: str
    expires_at: str
    connected: bool
    own: bool
    address: str | None = None


class SessionList(Reply, frozen=True):
    """GET /api/v1/admin/people/{id}/sessions: the last seen first.

    DELETE …/sessions/{session} ends one, DELETE …/sessions all of them, 204: their sockets close
    at once. Refusals: `no_such_person`, `no_such_device`.
    """

    sessions: list[OpenSession]
