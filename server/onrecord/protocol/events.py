"""Events on the wire: what each carries, and those that show what is declared as it stands."""

from inspect import cleandoc
from typing import Any, cast, get_type_hints

import msgspec
from msgspec import Struct

from onrecord_archive.events.payload import ABOUT, ONLY_RECORDED, Payload, marked


class WireEvent(Struct, frozen=True, omit_defaults=True, tag_field="type", kw_only=True):
    """A published event: who did it, where, under which number, when."""

    event_id: str
    conv: str
    conv_seq: int
    actor: str
    at: str


def as_declared(kind: type[Payload]) -> type[WireEvent]:
    """Return the wire's form of an event that has the members of its declaration.

    Those that are only recorded are left out, and the description says so.
    """
    hints, recorded = get_type_hints(kind, include_extras=True), marked(kind, ONLY_RECORDED)
    about = () if kind.audience == "one person" else marked(kind, ABOUT)
    shown: list[tuple[Any, ...]] = [
        (field.name, hints[field.name] | None, None)
        if field.name in about
        else (field.name, hints[field.name], *(() if field.required else (field.default,)))
        for field in msgspec.structs.fields(kind)
        if field.name not in recorded
    ]
    told = cleandoc(kind.__doc__ or "")
    if about:
        shown.append(("unseen", bool, False))
        told += "\n\n`unseen`, and no `target`: about a message that this person does not see."
    if recorded:
        told += f"\n\nOn the record alone: {', '.join(f'`{name}`' for name in recorded)}."
    made = msgspec.defstruct(
        kind.__name__,
        shown,
        bases=(WireEvent,),
        module=__name__,
        namespace={"__doc__": told},
        tag=kind.type,
        frozen=True,
        omit_defaults=True,
        kw_only=True,
    )
    return cast("type[WireEvent]", made)
