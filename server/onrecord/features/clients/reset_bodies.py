"""The bodies of clients' resets, on the chat listener.

    advisor    POST   /api/v1/clients/{id}/reset   ResetClient -> ClientReset
               GET    /api/v1/clients/{id}/reset               -> ClientReset
               DELETE /api/v1/clients/{id}/reset               204; it waits no more
    client     GET    /api/v1/me/reset                         -> ClientReset
               DELETE /api/v1/me/reset                         204; the client objected
    anybody    POST   /api/v1/reset                ResetToken  -> ResetToStop
               POST   /api/v1/reset/objection      ResetToken  204; it was stopped

The page of a letter's link (`/#object=TOKEN`) shows a ResetToStop; merely opening it stops nothing.
"""

from typing import Literal

from onrecord.features.clients.invite_bodies import Address, Invite, Token, Way
from onrecord.protocol.rest import Body, Reply


class ResetClient(Body, frozen=True):
    """Reset a client's access. `address`: their new one; absent: it is still theirs.

    `way`: how the link goes out, as for an invite.
    """

    way: Way
    address: Address | None = None


class WaitingReset(Reply, frozen=True):
    """A reset that waits. `advisor`: who asked for it.

    `takes_effect_at`: until then the client can stop it; absent: an administrator approves it.
    """

    advisor: str
    asked_at: str
    takes_effect_at: str | None = None


class ClientReset(Reply, frozen=True):
    """What a client's reset came to, or whether one waits.

    `invite`, with its link: it was done at once, of a client who never signed in. `waiting`: it
    waits. Neither: none waits.
    """

    invite: Invite | None = None
    waiting: WaitingReset | None = None


class ResetToken(Body, frozen=True):
    """The secret of the link in the letter about a reset."""

    token: Token


class ResetToStop(Reply, frozen=True):
    """What the page of such a link shows.

    `state`: it waits and can be stopped; it was `stopped`; or it is `over`: it took effect, or was
    withdrawn or declined.
    """

    firm: str
    reset: WaitingReset
    state: Literal["waiting", "stopped", "over"]
