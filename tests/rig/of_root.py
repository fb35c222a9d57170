"""What a test has of the root: a dataclass whose fields are the root's objects, by their types."""

from dataclasses import fields
from typing import Any, TypeVar, get_type_hints

from onrecord.app.root import Root

T = TypeVar("T")


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
