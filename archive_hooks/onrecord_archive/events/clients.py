"""What is said of clients: who answers for them, how sure the firm is, what they accepted."""

from typing import Annotated, Literal

from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import (
    ABOUT,
    COMES,
    GOES,
    ONLY_RECORDED,
    Number,
    Payload,
    Says,
    Searchable,
    Sha256,
    Text,
    Time,
    Words,
)
from onrecord_archive.format.schema_parts import STRING

History = Literal["all", "since", "new"]
"""How much of what was said before a new member may read."""
Proof = Literal["code", "passkey", "none"]
"""What a client last signed in with; none: nothing holds until they have come in again."""
Confirmed = Literal["in_person", "voice", "video"]
"""How an advisor made sure of a client."""


class NoticeAccepted(Payload, frozen=True):
    """The actor, a client, accepted the recording notice with this SHA-256 in this language.

    `text`: what they accepted, which with `title` gives that SHA-256. Absent where nobody has it
    any more, and in records from before it stood there.

    Or the service says it of `person`, a client who had done so at `accepted_at`, earlier: their
    conversation began later.
    """

    type = "notice.accepted"
    notice: Sha256
    locale: Text
    title: Searchable
    text: Annotated[str | None, ONLY_RECORDED] = None
    person: PersonId | None = None
    accepted_at: Time | None = None


class ConversationHandedOver(Payload, frozen=True):
    """`successor` takes the place of `former` (empty: nobody's), who reads up to this event.

    `history` is what was decided: all that `former` may read, from `since` on, or new messages
    alone. What waits for an answer goes along: `waiting` is the conv_seq of the client's first
    message without one; the successor has read what lies before it.
    """

    type = "conversation.handed_over"
    former: Annotated[PersonId, Says(STRING), GOES]
    successor: Annotated[PersonId, COMES]
    from_seq: Annotated[Number, ONLY_RECORDED]
    history: History
    since: Text | None = None
    waiting: Annotated[Number | None, ONLY_RECORDED] = None


class ConversationUncovered(Payload, frozen=True):
    """The account of `former` ended, who answered here; nobody of the firm has taken over yet.

    The service says so. They stay a member, without an account, until `conversation.handed_over`.
    """

    type = "conversation.uncovered"
    former: PersonId


class DelegateAdded(Payload, frozen=True):
    """`person` stands in for the client's advisor from `starts` to `ends`.

    With `from_seq` they are a member from now on, and without from `delegate.started` on. `name`
    is theirs: before the start they are no participant.
    """

    type = "delegate.added"
    person: Annotated[PersonId, COMES]
    name: str
    starts: Time
    ends: Time
    history: History
    since: Text | None = None
    from_seq: Number | None = None
    waiting: Number | None = None


class DelegateStarted(Payload, frozen=True):
    """The time of the `delegation` (the event that added it) has come: `person` is a member."""

    type = "delegate.started"
    delegation: EventId
    person: Annotated[PersonId, COMES]
    from_seq: Annotated[Number, ONLY_RECORDED]
    waiting: Annotated[Number | None, ONLY_RECORDED] = None


class DelegateEnded(Payload, frozen=True):
    """The `delegation` is over, or will not be: `person` reads up to this event and not after."""

    type = "delegate.ended"
    delegation: EventId
    person: Annotated[PersonId, GOES]


class DeviceAdded(Payload, frozen=True):
    """The actor, a client, signed in on a device that they were not known to use."""

    type = "device.added"
    audience = "one client"
    name: Searchable


class IdentityConfirmed(Payload, frozen=True):
    """The actor stated that `person`, a client, is who they say: seen, heard or by video.

    It counts until `until`.
    """

    type = "identity.confirmed"
    audience = "one client"
    person: PersonId
    how: Confirmed
    until: Time


class IdentityReset(Payload, frozen=True):
    """The actor ended all that `person`, a client, signed in with, devices and passkeys too.

    Their new link lets them in again.
    """

    type = "identity.reset"
    audience = "one client"
    person: PersonId


class IdentityWithdrawn(Payload, frozen=True):
    """The actor took back an advisor's word for `person`, a client: it was given in error."""

    type = "identity.withdrawn"
    audience = "one client"
    person: PersonId


class AssuranceChanged(Payload, frozen=True):
    """What `person`, a client, has proved from now on, as members see it.

    `proof`: what they last signed in with. `proved_at`: when they last showed that their mail or
    phone is theirs, which is due again at `until`. `confirmed_until`, `confirmed_how` and
    `confirmed_by`: an advisor's word for the device that they are on.
    """

    type = "assurance.changed"
    audience = "one client"
    listed = False
    person: PersonId
    proof: Proof
    proved_at: str
    until: str
    confirmed_until: Time | None = None
    confirmed_how: Confirmed | None = None
    confirmed_by: PersonId | None = None


class OutOfOfficeReplied(Payload, frozen=True):
    """The service answered a client's message (`target`) while nobody was there to.

    It is no answer of the firm's people: what the client wrote goes on waiting. It is no message
    either: it has no msg_no, and nobody has it unread. `until`: when somebody is there again, if
    that is known. `reason`: the firm was closed, or the people who answer for the client were away.
    """

    type = "out_of_office.replied"
    text: Words
    locale: Text
    target: Annotated[EventId, ABOUT]
    reason: Literal["closed", "away"]
    until: Time | None = None


AboutClient = IdentityConfirmed | IdentityReset | IdentityWithdrawn | AssuranceChanged
RelationshipChange = (
    ConversationHandedOver | ConversationUncovered | DelegateAdded | DelegateStarted | DelegateEnded
)
