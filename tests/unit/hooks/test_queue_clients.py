"""The hooks `nats` and `kafka` without the packages that they need."""

import importlib
import sys

import pytest

from onrecord_archive.registry import HookUnavailable, open_hook

CLIENTS = {"kafka": "confluent_kafka", "nats": "nats"}


@pytest.mark.parametrize("kind", CLIENTS)
def test_without_its_client_the_start_is_refused_with_the_command(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    module = importlib.import_module(f"onrecord_archive.sinks.{kind}")
    client = CLIENTS[kind]
    gone = (f"onrecord_archive.sinks.{kind}", f"{client}.", client)
    for name in [each for each in sys.modules if each.startswith(gone)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, client, None)
    with pytest.raises(HookUnavailable, match=rf"pip install 'onrecord\[{kind}\]'"):
        open_hook("queue", kind, {})
    monkeypatch.undo()
    assert importlib.import_module(f"onrecord_archive.sinks.{kind}") is module
