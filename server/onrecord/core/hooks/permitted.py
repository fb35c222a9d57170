"""What the firm's settings permit a hook to see, checked before anything is delivered. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import Actor
from onrecord.core.hooks.sight import EVERYTHING, Opening, Sees
from onrecord_archive.contract import Filter, Hook
from onrecord_archive.events.reduced import IN_LEAF, field_names, is_field


def require_whole_log(name: str, hook: Hook, limits: Filter, people: Sequence[str]) -> None:
    """Refuse limits of a hook that copies the log. Raises RefuseToStart."""
    if hook.wants == "log" and (limits != EVERYTHING or people):
        raise _refused(
            f"hook {name}: it copies the whole log, or its copy is none",
            f"Take classes, streams, types and people of hook {name} out of the settings.",
        )


def opening_of(name: str, sees: Sees, without: tuple[str, ...]) -> Opening:
    """Return how much of a record a hook may see. Raises RefuseToStart."""
    if without and sees == "sealed":
        raise _refused(
            f"hook {name}: sealed records have nothing that could be left out",
            f"Take `without` of hook {name} out of the settings, or set `sees`.",
        )
    for field in without:
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
    return Opening(sees, without)


def people_of(name: str, words: Iterable[str], known: Mapping[str, Actor]) -> tuple[Actor, ...]:
    """Return whose records a hook may see, each once, by id. Raises RefuseToStart.

    `known` are all people by user name and by id.
    """
    found = {}
    for word in words:
        person = known.get(word)
        if person is None:
            raise _refused(
                f"hook {name}: there is no person {word}",
                f"Name people of hook {name} by their user name, or by their id, which stays.",
            )
        found[person.id] = person
    return tuple(found[id] for id in sorted(found))


def _refused(detail: str, advice: str) -> RefuseToStart:
    return RefuseToStart("hook_unavailable", detail, advice)
