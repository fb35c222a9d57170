"""Notifications while OnRecord is closed: Web Push (RFC 8030, 8291, 8292).

    GET    /api/v1/push   PushOffer
    PUT    /api/v1/push   PushWish -> 204; a browser's session alone, and gone with it
    DELETE /api/v1/push   204

Refusals: `session_needed`, `no_push`, `bad_push_address`, `bad_push_key`, `session_ended`.

What a push carries, encrypted to its browser and padded to one length, is `{"conv", "text"}`: a
conversation, and one line to show; with `named: true` the line says who wrote. Decision:
server/decisions/web_push.md.
"""

from typing import Annotated

from msgspec import Meta

from onrecord.protocol.rest import Body, Reply
from onrecord_archive.events.language import Language

Base64url = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+$(?!\n)", max_length=100)]


class PushOffer(Reply, frozen=True):
    """GET /api/v1/push. `key`: what a browser subscribes for; absent: there are none here.

    `names`: who wrote may be shown, where the person wishes it.
    """

    key: str | None = None
    names: bool = False


class PushWish(Body, frozen=True):
    """PUT /api/v1/push, 204: what a browser gave (PushSubscription), and how it is told."""

    endpoint: Annotated[str, Meta(max_length=2048)]
    p256dh: Base64url
    auth: Base64url
    locale: Language
    named: bool = False
