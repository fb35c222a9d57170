"""What a push is called at its service, and whether it may name who wrote."""

import hmac
from collections.abc import Callable

from onrecord.core.domain.clock import Clock
from onrecord.features.notifications.push.listener import Listener
from onrecord.features.notifications.push.pushes import Key
from onrecord.features.notifications.push.vapid import base64url
from onrecord.features.sign_in.sessions import SessionOptions

TOPIC_BYTES = 24
"""32 letters of base64url, the most that RFC 8030 section 5.4 allows."""


def topics(secret: bytes) -> Callable[[Key], str]:
    """Return what names a push in the place of an earlier one: nobody else knows of what."""

    def topic(key: Key) -> str:
        named = f"{key.session}\0{key.stream}".encode()
        return base64url(hmac.digest(secret, named, "sha256")[:TOPIC_BYTES])

    return topic


def names(options: SessionOptions, clock: Clock, content: str) -> Callable[[Listener], bool]:
    """Return who is told who wrote: not a locked session, or one not used for too long.

    *content*: what the firm lets pushes say; with "none" nobody is.
    """

    def may_name(listener: Listener) -> bool:
        idle = options.client_idle if listener.client else options.idle
        used = clock.now() < listener.seen_at + idle
        return content == "name" and used and not listener.locked

    return may_name
