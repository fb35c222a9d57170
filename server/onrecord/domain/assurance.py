"""What is said of a client in their conversations: how sure the firm is of them."""

from onrecord.domain.ids import PersonId
from onrecord.domain.values import AssuranceChanged, IdentityConfirmed, IdentityReset, Payload


class IdentityWithdrawn(Payload, frozen=True):
    """The actor took back an advisor's word for `person`, a client: it was given in error."""

    type = "identity.withdrawn"
    person: PersonId


AboutClient = IdentityConfirmed | IdentityWithdrawn | IdentityReset | AssuranceChanged
