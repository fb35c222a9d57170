"""The bodies of the app lock, on the chat listener.

    signed in  POST   /api/v1/lock                                204
               POST   /api/v1/unlock/challenge                    -> UnlockQuestion
               POST   /api/v1/unlock               Unlock         -> Me

A locked session is refused all else (`session_locked`) but GET /api/v1/me, a code
(POST /api/v1/proof/code) and signing out; its sockets end, and it gets no ticket.
"""

from typing import Annotated

from msgspec import Meta

from onrecord.features.clients.passkey_bodies import PasskeyQuestion, PasskeySignIn
from onrecord.protocol.rest import Body


class UnlockQuestion(PasskeyQuestion, frozen=True):
    """What a passkey of theirs is to sign. `known`: theirs; none: there is another way.

    `user`: what to send as PasskeySignIn.user where the authenticator, asked for these, says none.
    """

    user: str
    known: list[str]


class Unlock(Body, frozen=True):
    """What shows that it is them, one of these: a passkey, a password, a client's code."""

    passkey: PasskeySignIn | None = None
    password: Annotated[str, Meta(max_length=1000)] | None = None
    code: Annotated[str, Meta(max_length=20)] | None = None
