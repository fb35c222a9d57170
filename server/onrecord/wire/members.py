"""The events that change who is in a conversation, without those of relationships."""

from onrecord.wire.events import WireEvent


class MemberAdded(WireEvent, frozen=True, tag="member.added", kw_only=True):
    """The actor added `person`; with `since`, the history from then on was shared.

    With `link` (the event that made it) the actor is `person`, and came in by that link.
    """

    person: str
    since: str | None = None
    link: str | None = None


class HistoryShared(WireEvent, frozen=True, tag="history.shared", kw_only=True):
    """The actor shared the history since `since` with `person`."""

    person: str
    since: str


class MemberRemoved(WireEvent, frozen=True, tag="member.removed", kw_only=True):
    """The actor removed `person`; a link to join the group by ends."""

    person: str


class MemberLeft(WireEvent, frozen=True, tag="member.left", kw_only=True):
    """The actor left. `ended`: a client, who ended the relationship."""

    ended: bool = False


MemberEvent = MemberAdded | HistoryShared | MemberRemoved | MemberLeft
