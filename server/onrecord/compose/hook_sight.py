"""What the settings let a hook see, checked before anything is delivered."""

import re

from onrecord.core.hooks.sight import EVERYTHING, Opening
from onrecord.domain.errors import RefuseToStart
from onrecord.domain.values import Actor
from onrecord.identity.sign_in import spelling
from onrecord.settings.model import Hook
from onrecord.storage.identity_store import IdentityStore
from onrecord_archive.contract import Filter, Wants
from onrecord_archive.events.ids import PersonId
from onrecord_archive.reduced import IN_LEAF, field_names, is_field

_ID = re.compile(r"[0-9a-f]{32}")


def limits_of(name: str, chosen: Hook, wants: Wants) -> Filter:
    """Return which records a hook may see, but for people. Raises RefuseToStart."""
    limits = Filter(chosen.classes, chosen.streams, chosen.types)
    if wants == "log" and (limits != EVERYTHING or chosen.people):
        raise _refused(
            f"hook {name}: a {chosen.kind} has the whole log, or it is none",
            f"Take classes, streams, types and people of hook {name} out of the settings.",
        )
    return limits


def opening_of(name: str, chosen: Hook) -> Opening:
    """Return how much of a record a hook may see. Raises RefuseToStart."""
    if chosen.without and chosen.sees == "sealed":
        raise _refused(
            f"hook {name}: sealed records have nothing that could be left out",
            f"Take `without` of hook {name} out of the settings, or set `sees`.",
        )
    for field in chosen.without:
        if field in IN_LEAF:
            raise _refused(
                f"hook {name}: {field} cannot be left out, for each record's leaf says it",
                f"Take {field} out of `without` of hook {name}.",
            )
        if not is_field(field):
            raise _refused(
                f"hook {name}: no record has a field {field}",
                f"Records have: {', '.join(field_names())}. The name of what a field is in may"
                " stand before it: files.name.",
            )
    return Opening(chosen.sees, chosen.without)


def people_of(name: str, chosen: Hook, store: IdentityStore) -> tuple[Actor, ...]:
    """Return whose records a hook may see, each once, by id. Raises RefuseToStart.

    An account that has ended has its name still: a hook's people do not end with it.
    """
    everyone = store.people() if chosen.people else []
    known = {each.id: each for each in everyone}
    names = {each.username: each for each in everyone if each.username is not None}
    found = {}
    for word in chosen.people:
        person = known.get(PersonId(word)) if _ID.fullmatch(word) else names.get(spelling(word))
        if person is None:
            raise _refused(
                f"hook {name}: there is no person {word}",
                f"Name people of hook {name} by their user name, or by their id, which stays.",
            )
        found[person.id] = person.actor
    return tuple(found[id] for id in sorted(found))


def _refused(detail: str, advice: str) -> RefuseToStart:
    return RefuseToStart("hook_unavailable", detail, advice)
