"""Any frame and any event of onrecord.v1, drawn from the types themselves."""

from typing import Any, get_args

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from onrecord.protocol import frames

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def values_of(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Return what may stand where a type does. Raises KeyError for a kind nobody has used yet."""
    if isinstance(kind, inspect.StrType):
        if kind.pattern is not None:
            return st.from_regex(kind.pattern, fullmatch=True)
        fitting = TEXTS.map(lambda text: text[: kind.max_length])
        return fitting.filter(lambda text: len(text) >= (kind.min_length or 0))
    if isinstance(kind, inspect.IntType):
        tops = [2**53 - 1 if kind.lt is None else kind.lt - 1, *filter(None, [kind.le])]
        return st.integers(kind.ge or 0, min(tops))
    if isinstance(kind, inspect.UnionType):
        kinds = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        return st.one_of([values_of(each) for each in kinds])
    if isinstance(kind, inspect.ListType):
        return st.lists(values_of(kind.item_type), min_size=kind.min_length or 0, max_size=3)
    if isinstance(kind, inspect.DictType):
        return st.dictionaries(values_of(kind.key_type), values_of(kind.value_type), max_size=3)
    if isinstance(kind, inspect.LiteralType):
        return st.sampled_from(kind.values)
    if isinstance(kind, inspect.StructType):
        return structs_of(kind)
    return {
        inspect.FloatType: st.floats(0, 1e6),
        inspect.BoolType: st.booleans(),
        inspect.RawType: st.deferred(lambda: events).map(_raw),
    }[type(kind)]


def _raw(event: frames.AnyEvent) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(event))


def structs_of(kind: inspect.StructType) -> st.SearchStrategy[Any]:
    required = {each.name: values_of(each.type) for each in kind.fields if each.required}
    optional = {each.name: values_of(each.type) for each in kind.fields if not each.required}
    members = st.fixed_dictionaries(required, optional=optional)
    return members.map(lambda found: kind.cls(**found))


def any_of(union: Any) -> st.SearchStrategy[Any]:
    return st.one_of([values_of(inspect.type_info(each)) for each in get_args(union)])


events = any_of(frames.AnyEvent)
client_frames = any_of(frames.AnyClientFrame).filter(
    lambda frame: not isinstance(frame, frames.Send) or bool(frame.text or frame.files)
)
server_frames = any_of(frames.AnyServerFrame)
