"""The bodies of the console listener's REST side for administrators: people, links, tokens.

Every path begins with /api/v1/admin and takes a session or token of an administrator. Whatever
opens a door is on the record before it takes effect; while the archive cannot be written, it is
refused (`archive_unavailable`). Shutting somebody out takes effect at once.
"""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.protocol.commands import HexId, Time
from onrecord.protocol.people import PositionField, PositionOf
from onrecord.protocol.rest import Body, Reply

Name = Annotated[str, Meta(min_length=1, max_length=200)]
PersonRole = Literal["employee", "advisor", "client", "compliance", "administrator", "auditor"]
Place = Literal["chat", "console"]


class FirmProfile(Reply, frozen=True):
    """GET /api/v1/admin/firm: what the firm is called and looks like on screen and in letters.

    `org`: the firm that employees belong to, a setting. PUT /api/v1/admin/firm with a FirmName
    changes the name, 204; PUT /api/v1/admin/firm/picture the picture (as rest.PictureSet says),
    DELETE takes it away, 204. The same for somebody's: PUT and DELETE
    /api/v1/admin/people/{id}/picture. Refusals: `bad_name`, `bad_picture`, `no_such_person`.
    """

    name: str
    org: str
    picture: str | None = None


class FirmName(Body, frozen=True):
    """Another name to be shown."""

    name: Name


class Account(PositionOf[str], Reply, frozen=True):
    """Somebody as administrators see them. `outside`: not of this firm."""

    id: str
    name: str
    kind: Literal["employee", "client", "bot", "system"]
    org: str
    role: str
    active: bool
    outside: bool
    username: str | None = None
    mail: str | None = None
    locale: str | None = None
    picture: str | None = None
    enrolled: bool = False
    """They have signed in once: who they are, and a new way in, take a second administrator."""
    awaits: PersonRole | None = None
    """A role that they were given before they had signed in. They have it once it is asked for
    again, and a second administrator approves it."""
    alike: list[str] | None = None
    """In the answer that gave them their name: people of the firm who are called alike."""
    org_alike: list[str] | None = None
    """In the answer that gave them their organisation: what it looks like, the firm first."""


class Accounts(Reply, frozen=True):
    """GET /api/v1/admin/people: everybody, those whose account has ended as well, by name.

    `org`: the firm that employees belong to; people of another are from outside.
    """

    people: list[Account]
    org: str


class NewAccount(PositionOf[Name], Body, frozen=True):
    """POST /api/v1/admin/people: add somebody, 201 with the Account.

    They choose their password themself, when their first link lets them in. A `bot` acts by token,
    never signs in; its `owner`, who adds it if nobody is named, makes its tokens. A client is
    reached by `mail`, or by `phone` where there is no mail, which no other client has; codes go
    there, and after a link as well. `advisor`, by id, user name or mail address, answers for a
    client from the start; without, all advisors are offered them. Refusals: `username_taken`,
    `bad_name`, `no_such_person` (the owner), `not_an_advisor`; of a client `address_missing`,
    `bad_address`, `address_taken`. With the role compliance, auditor or administrator they are
    added as an employee, and the role waits (ApprovalRequest) until they have signed in and a
    second administrator has met them.
    """

    name: Name
    role: PersonRole
    org: Name
    kind: Literal["employee", "client", "bot"] = "employee"
    username: Name | None = None
    mail: Name | None = None
    locale: Name | None = None
    phone: Name | None = None
    advisor: Name | None = None
    owner: HexId | None = None


class ChangeAccount(Body, frozen=True):
    """PUT /api/v1/admin/people/{id}: change who somebody is; what is absent stays as it is.

    Answered with the Account; 202 with an ApprovalRequest where a second administrator is needed:
    once they have signed in, and for the roles compliance, auditor and administrator. These wait
    until their person has signed in, and was met. A client's
    address and user name are not changed here. Refusals: `bad_name`, `bad_body`, `username_taken`,
    `no_such_person`, `second_administrator_needed` (they signed in just now: ask again).
    """

    name: Name | None = None
    org: Name | None = None
    role: PersonRole | None = None
    username: Name | None = None
    mail: Name | None = None
    locale: Name | None = None


class RequestedChange(Reply, frozen=True):
    """A part of a request: what somebody's `name`, say, is (absent: nothing) and would be."""

    field: Literal[
        "name", "kind", "org", "role", "username", "mail", PositionField, "locale", "phone"
    ]
    after: str
    before: str | None = None


class ProvenanceStep(Reply, frozen=True):
    """Who added somebody, or made a link for them. Without `by`: on the server's own shell.

    `asked_by`: who asked for it, where `by` approved it.
    """

    at: str
    by: str | None = None
    asked_by: str | None = None


class FirstSignIn(Reply, frozen=True):
    """When, how and where somebody first signed in; `address` as far as it is recorded."""

    at: str
    auth: Literal["password", "link", "token", "code", "passkey", "advisor_confirmed"]
    device: str
    address: str | None = None


class Provenance(Reply, frozen=True):
    """Where an account comes from, as the stream `identity` has it; what is absent is not there.

    `links`: the first that each administrator made before the person signed in. `enrolled`: they
    have signed in once. `by_asker`: what of it who asks for this did, asked for or approved; empty
    for a client's reset, whom their advisor usually added.
    """

    links: list[ProvenanceStep]
    enrolled: bool
    by_asker: list[Literal["added", "link"]]
    added: ProvenanceStep | None = None
    first_sign_in: FirstSignIn | None = None


class ApprovalRequest(Reply, frozen=True):
    """What one administrator, or a client's advisor, asked for and another approves.

    Until `expires_at`. `wanted`: to add somebody, change who they are, let them sign in again, a
    new sign-in link (`place`) for them, or a client's reset. `name`: whom it is about. `own`: the
    reader asked for it; `about_oneself`: it is about the reader; `came_by_link_of_reader`: they
    came by a link that was shown to the reader; none of these may approve it.
    """

    id: str
    wanted: Literal["add", "change", "activate", "link", "reset"]
    name: str
    asked_by: str
    asked_at: str
    expires_at: str
    own: bool
    about_oneself: bool
    changes: list[RequestedChange]
    person: str | None = None
    place: Place | None = None
    alike: list[str] | None = None
    """People of the firm who are called like whoever gets a name by it."""
    org_alike: list[str] | None = None
    """What the organisation that somebody gets by it could be taken for, the firm first."""
    provenance: Provenance | None = None
    """Of `person`: who approves must know them, and that the account is theirs."""
    waits_for: Literal["sign_in", "username", "password", "code"] | None = None
    """Of a role that only who was met is given, what comes next: that its person signs in, has a
    user name, chooses a password; then the code that their screen shows, with the approval."""
    came_by_link_of_reader: bool = False


class ApprovalRequests(Reply, frozen=True):
    """GET /api/v1/admin/requests: what waits, the oldest first.

    POST …/requests/{id}/approve does it, 200 with an Approved; POST …/decline and, by who asked,
    DELETE …/requests/{id} end it, 204. Refusals: `no_such_request` (it is over, too),
    `own_request`, `about_oneself`, `advisor_of_yours` (a reset, of an advisor whom the reader made
    theirs), `not_yours`, and as doing it is refused; of a role that waits for its person
    `role_waits`, `link_of_yours`, `bad_role_code`, `too_many_attempts`.
    """

    requests: list[ApprovalRequest]


class Approval(Body, frozen=True):
    """POST /api/v1/admin/requests/{id}/approve. The body may be absent.

    `code`: of a role that waits for its person, the digits that their own screen shows
    (rest.RoleCode). They read it to the administrator, who thereby knows that they met them.
    """

    code: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class Position(PositionOf[Name], Body, frozen=True):
    """PUT /api/v1/admin/people/{id}/position: what somebody does, and where in the firm.

    Answered with the Account; what is absent is said no more. Refusals: `bad_name`,
    `no_such_person`, `archive_unavailable`.
    """


class Deactivation(Body, frozen=True):
    """POST /api/v1/admin/people/{id}/deactivate: end an account, 200 with a LeftOpen.

    Whatever they still lead, own or cover, everything that lets them in has ended by then. The body
    may be absent. `successor` takes over the clients' conversations that would be nobody's
    otherwise; without, they wait as uncovered (Leavers). Refusals: `no_such_person`,
    `last_administrator`, `not_an_advisor` (the successor is no active employee or advisor): nothing
    has ended then.
    """

    successor: HexId | None = None


class NewLink(Body, frozen=True):
    """POST /api/v1/admin/people/{id}/links: make a one-time sign-in link for one listener, 201.

    202 with an ApprovalRequest for who has signed in once. Compliance, auditors and administrators
    lose their role with it until a second administrator has met them, as when they got it: whoever
    is handed a link could open it.
    """

    place: Place = "chat"


class MadeLink(Reply, frozen=True):
    """The whole address; its secret stands in the fragment. It works once, until `expires_at`."""

    url: str
    expires_at: str


class Approved(Reply, frozen=True):
    """What an approval did: the Account as it is now, and the link that was asked for, once."""

    account: Account
    link: MadeLink | None = None


class LinkReport(Reply, frozen=True):
    """Somebody opened the one-time link of `person` after it was used, and did not know of that."""

    id: str
    person: str
    name: str
    used_at: str
    device: str
    address: str
    reported_at: str


class LinkReports(Reply, frozen=True):
    """GET /api/v1/link-reports: those that nobody has closed, the newest first.

    For administrators and compliance. POST /api/v1/link-reports/{id}/close closes one, 204.
    Refusal: `no_such_report`.
    """

    reports: list[LinkReport]


class Access(Reply, frozen=True):
    """A token that is not revoked. Whom it acts as made it, or a bot's owner (rest.NewTokens)."""

    id: str
    name: str
    created_at: str
    expires_at: str
    messages_per_minute: int | None = None
    burst: int | None = None


class AccessList(Reply, frozen=True):
    """GET /api/v1/admin/people/{id}/tokens: the newest first.

    DELETE /api/v1/admin/tokens/{id} revokes one, 204. POST /api/v1/admin/people/{id}/activate
    restores an account once a second administrator approves it, 202 with an ApprovalRequest.
    """

    tokens: list[Access]


class SetStatus(Body, frozen=True):
    """PUT /api/v1/me/status, 204: do not disturb, a few words, until when."""

    text: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    quiet: bool = False
    until: Time | None = None


class PictureSet(Reply, frozen=True):
    """PUT /api/v1/me/picture with a PNG, JPEG or WebP of at most 8 MiB as its body.

    What is kept and shown is a square of 256 pixels, made from it; `picture` names it. DELETE takes
    it away, 204. Refusals: `bad_picture`, `archive_unavailable`.
    """

    picture: str


class FirmSign(Reply, frozen=True):
    """What the firm is called and looks like, for anyone who opens the page.

    `picture`: WebP in base64, at most 24 KiB of it, since who has no session cannot fetch any.
    """

    name: str
    picture: str | None = None
