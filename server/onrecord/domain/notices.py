"""What is said of the recording notice in a client's conversations."""

from onrecord.domain.ids import PersonId
from onrecord.domain.values import Payload


class NoticeAccepted(Payload, frozen=True, omit_defaults=True):
    """The actor, a client, accepted the recording notice with this SHA-256 in this language.

    `text`: what they accepted, which with `title` gives that SHA-256. Absent where nobody has it
    any more, and in records from before it stood there.

    Or the service says it of `person`, a client who had done so at `accepted_at`, earlier: their
    conversation began later.
    """

    type = "notice.accepted"
    notice: str
    locale: str
    title: str
    text: str | None = None
    person: PersonId | None = None
    accepted_at: str | None = None
