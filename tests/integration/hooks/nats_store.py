"""One stream as a bank would make it for the hook `nats`, read as HOOKS.md says by other code."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import rfc8785

from onrecord_archive.sinks.nats.hook import Nats, open_nats
from onrecord_archive.testing import Held
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.nats_server import (
    NatsServer,
    Stored,
    read_stream,
    safe_config,
)
from tests.rig.patience import SECONDS as PATIENCE

ID = "Nats-Msg-Id"
Change = Callable[[Stored], bytes | None]
"""What somebody makes of a message: other bytes, or nothing."""


class NatsStore:
    """A new stream on a server that others use too."""

    def __init__(self, server: NatsServer, **config: Any) -> None:
        self.server = server
        self.name = f"RECORDS-{uuid4().hex}"
        self.subject = f"onrecord.{uuid4().hex}"
        self.config = safe_config(self.name, self.subject, **config)
        server.as_operator(lambda stream: stream.add_stream(self.config))

    def options(self, **changed: str) -> dict[str, str]:
        return {
            "servers": f"localhost:{self.server.port}",
            "stream": self.name,
            "subject": self.subject,
            "replicas": "1",
            **self.server.login(),
            "ca_file": str(self.server.tls.ca),
            "timeout": str(PATIENCE),
            **changed,
        }

    def hook(self, log: SampleLog) -> Nats:
        return open_nats(self.options())

    def stored(self) -> list[Stored]:
        """Everything that is there, in order of arrival."""
        return self.server.as_operator(lambda stream: read_stream(stream, self.name))

    def entries(self) -> list[Stored]:
        """The messages of records, keys and tails."""
        kinds = ("record", "key", "tail")
        return [each for each in self.stored() if each.headers["onrecord-kind"] in kinds]

    def held(self) -> Sequence[Held]:
        found: dict[str, Held] = {}
        for each in self.entries():
            found.setdefault(each.headers["onrecord-id"], held_of(each.headers, each.payload))
        return list(found.values())

    def set_available(self, available: bool) -> None:
        if available:
            self.server.start()
        else:
            self.server.kill()

    def lose(self, archive_index: int) -> None:
        index = str(archive_index)
        self.rewrite(
            lambda each: None if each.headers.get("onrecord-index") == index else each.payload
        )

    def spoil(self, archive_index: int) -> None:
        index = str(archive_index)
        self.rewrite(
            lambda each: (
                each.payload.replace(b"default", b"changed")
                if each.headers.get("onrecord-index") == index
                else each.payload
            )
        )

    def rewrite(self, change: Change, *, ids: bool = True) -> None:
        """Make the stream anew, as its operator can, though it denies to delete and to purge.

        Without `ids` it knows none of its messages as a double afterwards.
        """
        messages = self.stored()

        async def run(stream: Any) -> None:
            await stream.delete_stream(self.name)
            await stream.add_stream(self.config)
            for each in messages:
                payload = change(each)
                kept = {name: text for name, text in each.headers.items() if ids or name != ID}
                if payload is not None:
                    await stream.publish(each.subject, payload, headers=kept)

        self.server.as_operator(run)


def held_of(headers: Mapping[str, str], payload: bytes) -> Held:
    """An entry as HOOKS.md says that it is published."""
    values = json.loads(payload)
    assert rfc8785.dumps(values) == payload
    assert values["v"] == int(headers["onrecord-v"]) == 1
    assert str(values["archive_index"]) == headers["onrecord-index"]
    leaf = json.loads(values["leaf"])
    if headers["onrecord-kind"] == "record":
        assert headers["onrecord-id"] == leaf["event_id"]
        assert headers["onrecord-stream"] == leaf["stream"]
    body = base64.b64decode(values["body"], validate=True)
    return Held(values["archive_index"], values["leaf"].encode(), body)
