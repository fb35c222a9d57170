"""How strictly a checker reads: a spelling by another's RFC 8785, members that repeat a leaf's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import rfc8785

from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.leaf import Leaf, decode_leaf

_REPEATED: Final = ("v", "event_id", "type", "conv_seq", "msg_no", "prev", "at")
"""Members that a record's `shown` repeats from its leaf (README, section 2)."""


def decode_strictly(data: bytes, index: int) -> Leaf:
    """Return the leaf; its spelling is checked twice, the second time by another's RFC 8785."""
    try:
        leaf = decode_leaf(data)
    except BadFormat as error:
        raise NotVerified("leaf", str(error), index=index) from error
    require_rfc8785(data, index)
    return leaf


def require_rfc8785(data: bytes, index: int) -> dict[str, Any]:
    """Return the JSON object in `data`; raises NotVerified if `rfc8785` spells it otherwise."""
    try:
        value = json.loads(data)
        exact = isinstance(value, dict) and rfc8785.dumps(value) == data
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as error:
        raise NotVerified("leaf", "no JSON of RFC 8785", index=index) from error
    if not exact:
        raise NotVerified("leaf", "JSON in another spelling than RFC 8785's", index=index)
    return dict(value)


def told_otherwise(shown: Mapping[str, Any], leaf: Mapping[str, Any]) -> str | None:
    """Return the first member that *shown* repeats otherwise than the leaf; None: there is none.

    A value of another type is another value: in JSON `true` is not 1.
    """
    for name in _REPEATED:
        one, other = shown.get(name), leaf.get(name)
        if type(one) is not type(other) or one != other:
            return name
    return None
