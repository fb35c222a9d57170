"""Rows as values: each column goes to the field of its name.

The type of a row is a Struct, a NamedTuple or a dataclass; any other is of one column alone, which
is NULL only where its type has None. How the values of a field's type lie in the tables is said in
columns.py. A column `at.way` is the member `way` of the field `at`, which is None where all of its
columns are; members of a tuple are numbered.
"""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from operator import itemgetter
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints

from onrecord.core.domain.errors import Fatal
from onrecord.database.columns import reading

Decode = Callable[[Sequence[Any]], object]
_MARKS = ("__struct_fields__", "_fields", "__dataclass_fields__")


def named(columns: Mapping[str, str], part: str = "") -> str:
    """Return the columns of a SELECT from expressions by name; of a part of the row, within it."""
    within = f"{part}." if part else ""
    return ", ".join(f'{value} AS "{within}{name}"' for name, value in columns.items())


def decoder(of: type[object], columns: Sequence[str]) -> Decode:
    """Return what makes values of rows. Raises Fatal where columns and fields are not the same."""
    if not is_row(of) and len(columns) == 1:
        return _alone(of)
    places = {name: place for place, name in enumerate(columns)}
    if len(places) < len(columns):
        raise Fatal(f"Two columns have one name: {', '.join(columns)}")
    return _row(of, places)


def _alone(of: object) -> Decode:
    read = _value(of, 0)
    if NoneType in get_args(of):
        return read

    def given(row: Sequence[Any]) -> object:
        if row[0] is None:
            raise Fatal(f"A column of {of} is NULL.")
        return read(row)

    return given


def _row(of: object, places: Mapping[str, int]) -> Decode:
    fields = _fields(of)
    if {name.partition(".")[0] for name in places} != fields.keys():
        raise Fatal(f"{of} has no such columns: {', '.join(places)}")
    parts = [
        _value(kind, places[name]) if name in places else _part(kind, name, places)
        for name, kind in fields.items()
    ]
    if get_origin(of) is tuple:
        return lambda row: tuple(part(row) for part in parts)
    made = cast("type[object]", of)
    called = _named_in_calls(made)
    if not called:
        return lambda row: made(*[part(row) for part in parts])
    first = len(parts) - len(called)
    return lambda row: made(
        *[part(row) for part in parts[:first]],
        **{name: part(row) for name, part in zip(called, parts[first:], strict=True)},
    )


def _part(kind: object, name: str, places: Mapping[str, int]) -> Decode:
    within = f"{name}."
    own = {at.removeprefix(within): place for at, place in places.items() if at.startswith(within)}
    options = get_args(kind)
    if NoneType not in options:
        return _row(kind, own)
    made = _row(options[0], own)
    return lambda row: made(row) if any(row[at] is not None for at in own.values()) else None


def _value(kind: object, place: int) -> Decode:
    convert = reading(kind)
    if convert is None:
        return itemgetter(place)
    return lambda row: convert(row[place])


def _fields(of: object) -> Mapping[str, object]:
    if get_origin(of) is tuple:
        return {str(number): kind for number, kind in enumerate(get_args(of))}
    if not is_row(of):
        return {}
    hints = get_type_hints(of)
    return {name: hints[name] for name in signature(cast("type[object]", of)).parameters}


def _named_in_calls(of: type[object]) -> Sequence[str]:
    """Return the fields that a call must name: they come after all others."""
    fields = signature(of).parameters.items()
    return [name for name, field in fields if field.kind is Parameter.KEYWORD_ONLY]


def is_row(of: object) -> bool:
    """Whether a type is one of rows, with a column for each field."""
    return any(hasattr(of, mark) for mark in _MARKS)
