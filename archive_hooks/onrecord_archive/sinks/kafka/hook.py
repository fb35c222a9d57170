"""The hook `kafka`: each record as a message in a topic, its key the conversation.

`queue_message` says what a message has. The receipt is topic, partition and offset, given when all
replicas in sync have the message. Each delivery looks at the topic's settings before it publishes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal, TypeVar

from onrecord_archive.contract import (
    Delivery,
    HookError,
    Listed,
    Misconfigured,
    Receipt,
    Rejected,
)
from onrecord_archive.sinks.kafka.deliver import Delivering
from onrecord_archive.sinks.kafka.link import Link, Login, Session
from onrecord_archive.sinks.kafka.listing import KafkaListing
from onrecord_archive.sinks.kafka.topic import Topic
from onrecord_archive.sinks.options import Options
from onrecord_archive.sinks.tls_link import TlsFiles

_BATCH: Final = 500
_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
_SERVER: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")

T = TypeVar("T")


def open_kafka(values: Mapping[str, str]) -> Kafka:
    """Return the hook for its options; the entry point `kafka`. Raises Misconfigured.

    servers (host:port, a space between two), topic; optional wants (records or log), user with
    password_file, mechanism, ca_file, cert_file with key_file, timeout (seconds), window.
    """
    options = Options(values)
    servers = tuple(options.text("servers").split())
    topic = options.text("topic")
    wants: Literal["records", "log"] = options.choice("wants", "records", "log")
    login = Login(
        options.optional("user"),
        options.optional_path("password_file"),
        options.choice("mechanism", "SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"),
    )
    files = TlsFiles(options.optional_path("ca_file"), options.both("cert_file", "key_file"))
    timeout_s = options.number("timeout", 20.0, least=1.0, most=300.0)
    window = options.whole("window", 500, least=1, most=10_000)
    options.finish()
    if _TOPIC.fullmatch(topic) is None:
        raise Misconfigured("the option topic may have letters, digits, ., - and _ alone")
    if not all(_SERVER.fullmatch(server) for server in servers):
        raise Misconfigured("the option servers is host:port, with a space between two")
    link = Link(servers, files, login, timeout_s)
    link.require_whole()
    hook = Kafka(link, Topic(topic), window)
    hook.wants = wants
    return hook


class Kafka:
    """Publishes the records of a batch, several conversations at a time, each in order.

    librdkafka blocks, and its clients are dear to make: they belong to a thread of this hook's, and
    stay open from call to call.
    """

    wants: Literal["records", "log"] = "records"
    batch_size = _BATCH

    def __init__(self, link: Link, topic: Topic, window: int = 500) -> None:
        """Take where to, and how many messages wait for an answer at most. Connects to nothing."""
        self.link = link
        self.topic = topic
        self.window = window
        self._listing = KafkaListing(topic)
        self._session: Session | None = None
        self._thread = ThreadPoolExecutor(1, "kafka")

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Publish a batch; see contract.Hook.

        A cancelled call ends with the messages that are under way; the next one waits for that.
        """
        delivering = Delivering(self.topic, self.window, batch)
        with delivering.call.noting():
            if batch:
                try:
                    await self._run(delivering.publish)
                except asyncio.CancelledError:
                    delivering.call.give_up()
                    raise
        return delivering.call.result()

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back what the topic has; see contract.Comparable."""
        return await self._run(lambda session: self._listing.listed(session, first, end))

    async def ping(self) -> None:
        """Return if the topic is there, and is set so that it keeps what it has."""
        await self._run(self.topic.require_safe)

    async def close(self) -> None:
        """Let go of the connections, after what is under way."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    async def _run(self, act: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, act)

    def _guarded(self, act: Callable[[Session], T]) -> T:
        """Act with clients that are fit and made by the files as they are.

        After what fails all are made anew: they may be what fails.
        """
        try:
            return act(self._opened())
        except HookError as error:
            if not isinstance(error, Rejected):
                self._close()
            raise

    def _opened(self) -> Session:
        config = self.link.config()
        if self._session is not None and not self._session.is_fit(config):
            self._close()
        if self._session is None:
            self._session = Session(config, self.link.timeout_s)
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            session.close()
