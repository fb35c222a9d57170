"""Whatever bytes come as a body: a body or a refusal, never another error."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from onrecord.core.domain.errors import Refusal
from onrecord.features.chat.bodies import CreateConversation
from onrecord.features.sign_in.bodies import SignIn
from onrecord.http import bodies

TEXT = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAMED = st.dictionaries(
    st.sampled_from(["username", "password", "link", "device", "id", "kind", "members", "x"]), JSON
)


def read(data: bytes, kind: type[SignIn] | type[CreateConversation]) -> object:
    """Return the body or the refusal's code."""

    async def receive() -> Message:
        return {"type": "http.request", "body": data, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"content-type", b"application/json; charset=utf-8")],
    }
    try:
        return asyncio.run(bodies.read(Request(scope, receive), kind))
    except Refusal as refusal:
        return refusal.code


@given(st.binary(max_size=200), st.sampled_from([SignIn, CreateConversation]))
def test_any_bytes(data: bytes, kind: type[SignIn] | type[CreateConversation]) -> None:
    assert read(data, kind) in {"bad_json", "bad_body"}


@given(NAMED, st.sampled_from([SignIn, CreateConversation]))
def test_any_json(value: object, kind: type[SignIn] | type[CreateConversation]) -> None:
    result = read(json.dumps(value).encode(), kind)
    assert isinstance(result, kind) or result in {"bad_json", "bad_body"}


@given(TEXT, TEXT)
def test_what_is_well_formed_comes_through(username: str, password: str) -> None:
    data = json.dumps({"username": username, "password": password}, ensure_ascii=False)
    if "\0" in username + password:
        assert read(data.encode(), SignIn) == "bad_json"
    else:
        assert read(data.encode(), SignIn) == SignIn(username, password)
