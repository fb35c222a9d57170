"""What every frame of a client has, and every recorded command among them."""

from typing import Annotated

from msgspec import Meta, Struct

HexId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
"""An id: 32 lower-case hex digits."""
Time = Annotated[str, Meta(max_length=32)]


class ClientFrame(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="t"
):
    """What a client may send."""


class CommandFrame(ClientFrame, frozen=True):
    """A recorded command: `id` is a UUIDv7 chosen by the client, the same for each retry."""

    id: HexId
    conv: HexId
