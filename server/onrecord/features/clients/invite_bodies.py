"""The bodies of invites and of clients' one-time codes, on the chat listener.

    advisor    POST   /api/v1/invites                 NewInvite     -> Invite, with its link
               GET    /api/v1/invites                               -> Invites, the newest first
               POST   /api/v1/invites/{id}/link       InviteAgain   -> Invite, with a new link
               DELETE /api/v1/invites/{id}                          204; its link opens nothing more
    anybody    POST   /api/v1/invitation              InviteToken   -> Invitation
               POST   /api/v1/invitation/code         InviteToken   -> CodeSent
               POST   /api/v1/invitation/accept       AcceptInvite  -> Me, and a session's cookie
               POST   /api/v1/sign-in/code            CodeWish      -> CodeSent
    signed in  POST   /api/v1/notice                  AcceptNotice  204
               GET    /api/v1/letters                               -> LetterChoice
               PUT    /api/v1/letters                 LetterWish    204

The page of a link (`/#invite=TOKEN`) shows an Invitation; merely opening it uses nothing up. A code
is sent to the address that the advisor typed, so a forwarded link lets nobody else in.
"""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.features.notices.bodies import Notice
from onrecord.protocol.frames import Title
from onrecord.protocol.rest import Body, Reply
from onrecord_archive.events.language import Language

Address = Annotated[str, Meta(min_length=3, max_length=254)]
"""A mail address, or a phone number with its country's code (E.164)."""
Way = Literal["mail", "sms", "screen"]
"""How an invite's link goes out: by mail, by SMS, or as a QR code that the advisor shows."""
InviteState = Literal["open", "accepted", "left", "expired", "revoked", "superseded"]
"""`left`: accepted, and the client has ended the relationship since, with a successor too.
`superseded`: the client signed in by another invite of that address."""
Token = Annotated[str, Meta(max_length=200)]


class NewInvite(Body, frozen=True):
    """Whom to invite. `address` is where codes go, by `screen` too. `org`: whom they act for.

    Where the address has an open invite this is refused (`already_invited`) unless it may stand
    `besides` that.
    """

    name: Title
    address: Address
    locale: Language
    way: Way
    org: Title | None = None
    besides: bool = False


class InviteAgain(Body, frozen=True):
    """How the new link of an invite goes out. The old one opens nothing more."""

    way: Way


class Invite(Reply, frozen=True):
    """An invite as its advisor sees it.

    `link` only in the answer to the request that made it: the address to show as a QR code or to
    copy; and `org_alike`: the firm's names for which the client's `org`, or theirs without one,
    could be taken. `sent`: whether the mail or SMS with the newest link was handed over; false too
    where the service stopped meanwhile and nobody knows. `person` once accepted.
    """

    id: str
    name: str
    address: str
    locale: Language
    way: Way
    state: InviteState
    created_at: str
    expires_at: str
    org: str | None = None
    person: str | None = None
    link: str | None = None
    org_alike: list[str] | None = None
    sent: bool | None = None


class Invites(Reply, frozen=True):
    """The invites of the one who asks."""

    invites: list[Invite]


class InviteToken(Body, frozen=True):
    """The token of an invite's link. `locale`: the notice's, where it is not to be the invite's."""

    invite: Token
    locale: Language | None = None


class Invitation(Reply, frozen=True):
    """What the invited person is shown: who invites them, and the notice that they accept.

    Anyone who has the link sees this before any code, so it does not say whom. `address` is masked:
    "e•••@example.com", "•••• 456". `way`: how the code comes. The pictures are WebP in base64,
    since who has no session cannot fetch any.
    """

    advisor: str
    firm: str
    address: str
    way: Literal["mail", "sms"]
    locale: Language
    notice: Notice
    expires_at: str
    advisor_id: str
    """Which colour they have without a picture, here as in the chat."""
    advisor_title: str | None = None
    advisor_picture: str | None = None
    firm_picture: str | None = None


class CodeSent(Reply, frozen=True):
    """A code of `digits` digits is on its way; for an address that nobody has, none is.

    It works for `expires_in` seconds; another one can be asked for after `again_in` seconds.
    """

    address: str
    way: Literal["mail", "sms"]
    digits: int
    expires_in: int
    again_in: int


class AcceptInvite(Body, frozen=True):
    """The code, and the `sha256` of the notice that was shown and accepted."""

    invite: Token
    code: Annotated[str, Meta(max_length=20)]
    notice: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    device: Annotated[str, Meta(max_length=100)] | None = None
    instead_of: Annotated[str, Meta(max_length=200)] | None = None
    """Where somebody else is signed in: their id, once whoever comes in agreed."""


class CodeWish(Body, frozen=True):
    """The mail address or phone number of a client who comes back."""

    address: Address


class LetterChoice(Reply, frozen=True):
    """Whether a client is told by mail or SMS that something waits to be read.

    `address`: where to, so that its owner knows it and nobody else learns it, and `way` how.
    Absent: no address is known, and no letter goes out.
    """

    unread: bool
    way: Literal["mail", "sms"] | None = None
    address: str | None = None


class LetterWish(Body, frozen=True):
    """The same, to be chosen."""

    unread: bool


class AcceptNotice(Body, frozen=True):
    """The `sha256` of the notice that was shown and accepted."""

    notice: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
