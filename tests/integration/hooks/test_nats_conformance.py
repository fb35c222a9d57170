"""The hook `nats` keeps the whole contract, against Debian's nats-server with JetStream."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest

from onrecord_archive.testing import InventoryConformance
from tests.integration.hooks.nats_server import NatsServer
from tests.integration.hooks.nats_store import NatsStore


class TestNats(InventoryConformance):
    server: ClassVar[NatsServer]

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _server(cls, nats_server: NatsServer) -> None:
        cls.server = nats_server

    @contextmanager
    def destination(self) -> Iterator[NatsStore]:
        self.server.start()
        yield NatsStore(self.server)
        self.server.start()
