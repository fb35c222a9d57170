"""A browser that wants pushes, and how a conversation stands for its person."""

from datetime import datetime

from msgspec import Struct

from onrecord.core.domain.ids import SessionId
from onrecord.features.notifications.alerts import News, Wishes
from onrecord.features.notifications.push.encryption import BrowserKeys
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.language import Language


class Subscription(Struct, frozen=True):
    """A browser. `named`: whoever wrote is named, where the firm allows it."""

    session: SessionId
    address: str
    point: bytes
    auth: bytes
    locale: Language
    named: bool = False

    @property
    def keys(self) -> BrowserKeys:
        """What is encrypted to."""
        return BrowserKeys(self.point, self.auth)


class Listener(Struct, frozen=True):
    """A browser, and how a conversation stands for its person now. `seen_at`: of the session.

    `marked`: as unread, by themself or because somebody brought them in.
    """

    subscription: Subscription
    person: PersonId
    stream: StreamId
    news: News
    wishes: Wishes
    seen_at: datetime
    client: bool
    locked: bool = False
    marked: bool = False
