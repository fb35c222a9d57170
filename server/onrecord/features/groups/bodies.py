"""Joining a group by a link: what it opens, and coming in."""

from typing import Annotated

from msgspec import Meta

from onrecord.protocol.commands import HexId
from onrecord.protocol.rest import Body, Reply


class JoinToken(Body, frozen=True):
    """POST /api/v1/join/offer: the secret of a link, which is what stands after `#join=` in it."""

    link: Annotated[str, Meta(min_length=1, max_length=200)]


class JoinGroup(Body, frozen=True):
    """POST /api/v1/join. `id` as in a command frame; a retry gives the same answer."""

    id: HexId
    link: Annotated[str, Meta(min_length=1, max_length=200)]


class JoinOffer(Reply, frozen=True):
    """What a link opens, for the firm's people. `by`: who made it; `joined`: one is in already."""

    conv: str
    members: int
    by: str
    until: str
    joined: bool
    title: str | None = None
    description: str | None = None
