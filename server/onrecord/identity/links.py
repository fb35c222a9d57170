"""One-time sign-in links. The token stands in the URL's fragment, so no server or scanner sees it.

The page that the link opens sends the token by POST (sign_in.py); merely opening it burns nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from onrecord.domain.ids import PersonId
from onrecord.domain.values import Actor, Origin
from onrecord.identity.entries import Facts
from onrecord.identity.means import Means
from onrecord.identity.ports import Audience, Link, nobody
from onrecord.identity.secrets import digest, new_secret

FRAGMENT = "#link="
"""What stands between the listener's address and the token."""


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How long a link works unless its maker says otherwise."""

    lifetime: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it is handed out: append `path` to the listener's origin."""

    path: str
    expires_at: datetime


class Links:
    """Makes links."""

    def __init__(self, means: Means, options: LinkOptions) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._options = options

    async def create(
        self,
        actor: Actor,
        origin: Origin,
        person: PersonId,
        audience: Audience,
        *,
        lifetime: timedelta | None = None,
    ) -> NewLink:
        """Record and make a link for *person* at one listener.

        Raises NotFound (`no_such_person`), Unavailable (`archive_unavailable`). Cancelling leaves
        at most a record without a link.
        """
        found = await self._read(self._store.person, person)
        if found is None or not found.active:
            raise nobody()
        expires_at = self._clock.now() + (lifetime or self._options.lifetime)
        facts: Facts = {
            "person": person,
            "audience": audience,
            "expires_at": expires_at.isoformat(timespec="seconds"),
        }
        await self._entries.record(actor, origin, "link.created", facts)
        secret = new_secret()
        link = Link(person, audience, expires_at)
        if not await self._write(self._store.add_link, digest(secret), link):
            raise nobody()  # shut out meanwhile
        return NewLink(f"/{FRAGMENT}{secret}", expires_at)
