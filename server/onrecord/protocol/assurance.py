"""How sure the firm is of a client, and the events that tell of it.

    code               the client typed a code that went to their own mail or phone
    advisor_confirmed  and their advisor made sure of them, on the device that they are on
    passkey            they signed in with a passkey

Which of the three holds follows from Assurance and the time: a `confirmation` counts until its own
`until`; from Assurance's `until` on (the later of both) nobody has made sure, and the client is
asked for a code when they connect next.
"""

from msgspec import Struct

from onrecord.protocol.events import WireEvent
from onrecord_archive.events.clients import Confirmed, Proof


class Confirmation(Struct, frozen=True):
    """An advisor's word (`by`: their id) for the client and the devices known at that time."""

    until: str
    how: Confirmed
    by: str


class Assurance(Struct, frozen=True, omit_defaults=True):
    """What a client has proved.

    `proof`: what they last signed in with; `none`: their access was reset. `proved_at`: when it
    was last made sure that their mail or phone is theirs. `until`: then that is due again.
    """

    proof: Proof
    proved_at: str
    until: str
    confirmation: Confirmation | None = None


class AssuranceChanged(WireEvent, frozen=True, tag="assurance.changed", kw_only=True):
    """How sure the firm is of `person` from now on. No row of the timeline."""

    person: str
    assurance: Assurance
