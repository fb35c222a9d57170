"""A taken port is one sentence before anything starts."""

import socket

import pytest

from onrecord.cli.ports import require_free
from onrecord.domain.errors import RefuseToStart


def test_a_taken_port_is_named_with_whom_to_ask() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(RefuseToStart) as caught:
            require_free([("chat", "127.0.0.1", port)])
    assert caught.value.code == "port_taken"
    assert f"127.0.0.1:{port} for the chat" in caught.value.detail
    assert f"sport = :{port}" in caught.value.diagnostics


def test_a_free_one_is_accepted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    require_free([("chat", "127.0.0.1", port)])
