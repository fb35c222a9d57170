"""What a test has of the root: a dataclass whose fields are the root's objects, by their types."""

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import fields
from typing import Any, TypeVar, get_type_hints

from onrecord.app.recording import Recording, Surroundings
from onrecord.app.root import Install, Root
from onrecord.app.settings.model import Settings

T = TypeVar("T")


def root_with(
    settings: Settings,
    around: Surroundings,
    recording: Recording,
    installs: Iterable[Install],
    instead: Mapping[Any, object],
) -> Root:
    """Return the root with these features, of which nothing is done yet and nothing runs.

    It is never closed: what would need it (threads) must be given *instead*.
    """
    root = Root(settings, around, recording, stack=AsyncExitStack(), instead=instead)
    for install in installs:
        install(root)
    return root


def of_root(kind: type[T], root: Root, /, **own: object) -> T:
    """Return one of these; what is not its *own* is the root's, by the types of its fields."""
    return kind(**own, **{name: root[of] for name, of in _kinds(kind).items() if name not in own})


def made_of(one: Any, *own: str) -> dict[Any, object]:
    """Return the root's objects that such a one has, by their types: all but its *own*."""
    kinds = _kinds(type(one))
    return {of: getattr(one, name) for name, of in kinds.items() if name not in own}


def _kinds(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
