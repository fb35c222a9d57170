"""What every body of the REST side is: requests are strict, answers may grow."""

from msgspec import Struct


class Body(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request body."""


class Reply(Struct, frozen=True, omit_defaults=True):
    """A response body."""


class Named(Reply, frozen=True):
    """Somebody by their name."""

    id: str
    name: str
