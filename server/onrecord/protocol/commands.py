"""What every frame of a client has, and every recorded command among them."""

from typing import Annotated

from msgspec import Meta, Struct

HexId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
"""An id: 32 lower-case hex digits."""
Time = Annotated[str, Meta(max_length=32)]
Place = Annotated[int, Meta(ge=0, lt=2**31)]


class WireMention(Struct, frozen=True, omit_defaults=True):
    """`length` characters of the text from `at` on, an @ and a name, call `person`.

    Characters are Unicode's code points. Without `person` they call everybody.
    """

    at: Place
    length: Place
    person: HexId | None = None


Mentions = Annotated[list[WireMention], Meta(min_length=1, max_length=50)]


PeopleOutside = Annotated[list[HexId], Meta(max_length=1500)]
"""Ids of the people outside the firm whom the sender was shown: as many as a frame has room for."""


class ClientFrame(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="t"
):
    """What a client may send."""


class CommandFrame(ClientFrame, frozen=True):
    """A recorded command: `id` is a UUIDv7 chosen by the client, the same for each retry.

    Each has `draft()`: what it asks to have recorded, before anybody decided. Raises BadInput.
    """

    id: HexId
    conv: HexId
