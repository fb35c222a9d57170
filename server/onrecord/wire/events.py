"""What every published event carries on the wire."""

from msgspec import Struct


class WireEvent(Struct, frozen=True, omit_defaults=True, tag_field="type", kw_only=True):
    """A published event: who did it, where, under which number, when."""

    event_id: str
    conv: str
    conv_seq: int
    actor: str
    at: str
