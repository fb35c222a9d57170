"""What features say of types of events, joined in a fixed order into tables.

A declared type with no rule or no projector, or with two, ends the start; so do two slots of the
head that have one name.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from onrecord.core.journal.case import Rule
from onrecord.core.journal.slots import moves_of
from onrecord.core.store.projections import Projectors
from onrecord.core.store.tables import Lookups, Tables
from onrecord.features.broadcasts import store as broadcasts
from onrecord.features.chat import events as chat
from onrecord.features.chat import forwards_store as forwards
from onrecord.features.chat import outside_store as outside
from onrecord.features.chat import store as chat_store
from onrecord.features.clients import events as clients
from onrecord.features.clients import store as clients_store
from onrecord.features.complaints import events as complaints
from onrecord.features.complaints import store as complaints_store
from onrecord.features.groups import events as groups
from onrecord.features.groups import store as groups_store
from onrecord.features.hours import events as hours
from onrecord.features.personal import events as personal
from onrecord.features.personal import store as personal_store
from onrecord.features.relationships import events as relationships
from onrecord.features.relationships import store as relationships_store
from onrecord.features.search import index_store as search_index
from onrecord.features.uploads import events as uploads
from onrecord.features.uploads import store as files
from onrecord.features.waiting import answers_store as answers
from onrecord.features.waiting import unanswered_store as unanswered
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.payload import Payload

T = TypeVar("T")
Table = Mapping[type[Payload], T]


def joined(tables: Iterable[Table[T]], declared: Iterable[type[Payload]]) -> Table[T]:
    """Return one table of all. Raises TypeError for a declared type that is in none, or in two."""
    wanted, whole = set(declared), dict[type[Payload], T]()
    for table in tables:
        for kind, entry in table.items():
            if kind in whole or kind not in wanted:
                raise TypeError(f"{kind.__name__} is in two tables, or is not declared")
            whole[kind] = entry
    missing = sorted(kind.__name__ for kind in wanted - whole.keys())
    if missing:
        raise TypeError(f"{', '.join(missing)}: declared, and in no table")
    return MappingProxyType(whole)


def following(
    tables: Iterable[Table[T]], declared: Iterable[type[Payload]]
) -> Table[tuple[T, ...]]:
    """Return all that follows an event of each type, in the order of the tables.

    Raises TypeError for a type that is followed and not declared.
    """
    known, whole = set(declared), dict[type[Payload], tuple[T, ...]]()
    for table in tables:
        for kind, follow in table.items():
            if kind not in known:
                raise TypeError(f"{kind.__name__} is followed, and not declared")
            whole[kind] = (*whole.get(kind, ()), follow)
    return MappingProxyType(whole)


FEATURES: Final = (chat, uploads, groups, relationships, complaints, clients, hours, personal)
RULES: Final[Table[Rule]] = joined((each.RULES for each in FEATURES), PAYLOADS.values())
"""What is decided of each type of event that people and the service say."""
STORES: Final = (
    chat_store,
    files,
    groups_store,
    relationships_store,
    complaints_store,
    clients_store,
    unanswered,
    personal_store,
)
FOLLOWING: Final = (relationships_store, groups_store, files, broadcasts, search_index, unanswered)
"""What makes something of another feature's events, in this order."""
PROJECTORS: Final = Projectors(
    joined((each.PROJECTORS for each in STORES), PAYLOADS.values()),
    following((each.FOLLOWS for each in FOLLOWING), PAYLOADS.values()),
    messages=(unanswered.said,),
    batch=(search_index.follow,),
)
"""What is made of each type once it is published."""
SLOTS: Final = (relationships_store.SLOT, complaints_store.SLOT, groups_store.SLOT)
TABLES: Final = Tables(
    PROJECTORS,
    SLOTS,
    moves_of(kept.slot for kept in SLOTS),
    Lookups(
        outside=outside.among,
        sources=forwards.sources,
        files=files.may_send,
        answering=relationships_store.answering,
        waiting=answers.first_message,
    ),
)
"""What the stores need of features."""
