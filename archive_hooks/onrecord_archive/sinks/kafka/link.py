"""Connections of the hook `kafka`: librdkafka over TLS 1.3 alone, and what its errors mean.

librdkafka has no setting for the oldest TLS. It offers no cipher suite of TLS 1.2 where the one
that is named needs a shared key that nobody set: a broker that wants 1.2 finds none in common.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from onrecord_archive.contract import HookError, Misconfigured, Rejected, Retry
from onrecord_archive.sinks.options import read_file
from onrecord_archive.sinks.tls_link import TlsFiles

try:
    from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
    from confluent_kafka.admin import AdminClient
except ModuleNotFoundError as error:
    said = "confluent-kafka is not installed: pip install 'onrecord[kafka]'"
    raise Misconfigured(said) from error

ENCRYPTED: Final[Mapping[str, Any]] = {
    "security.protocol": "ssl",
    "ssl.cipher.suites": "PSK-AES256-GCM-SHA384",
    "ssl.endpoint.identification.algorithm": "https",
    "enable.ssl.certificate.verification": True,
}
_FIRST_STEP_S: Final = 0.25
_CLOSING_S: Final = 0.5
_ROOM: Final = 4096
"""Bytes for a message's headers, which count where its size is limited."""
_REFUSES: Final = frozenset({KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_RECORD})
_OPERATOR: Final = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError._UNKNOWN_PARTITION,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.UNSUPPORTED_SASL_MECHANISM,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.INVALID_REQUIRED_ACKS,
        KafkaError.TOPIC_EXCEPTION,
        KafkaError.POLICY_VIOLATION,
    }
)
_OF_A_CERTIFICATE: Final = re.compile(
    r"certificate verify failed|alert [a-z ]*certificate|alert unknown ca", re.IGNORECASE
)
"""How OpenSSL says that theirs is not valid, and how the other side says so of ours."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Login:
    """A user, the file of the password, and the mechanism of SASL; or nobody."""

    user: str | None
    password_file: Path | None
    mechanism: str

    def config(self) -> dict[str, Any]:
        """Return what librdkafka is given. Raises Misconfigured."""
        user, path = self.user, self.password_file
        if (user is None) != (path is None):
            raise Misconfigured("user and password_file belong together")
        if user is None or path is None:
            return {}
        try:
            password = read_file(path, "the password").decode("ascii").strip()
        except UnicodeDecodeError as error:
            raise Misconfigured(f"the password in {path} is not ASCII") from error
        if not password:
            raise Misconfigured(f"the password in {path} is empty")
        return {
            "security.protocol": f"sasl_{ENCRYPTED['security.protocol']}",
            "sasl.mechanism": self.mechanism,
            "sasl.username": user,
            "sasl.password": password,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """Where the brokers are and who signs in; `timeout_s` seconds bound each step."""

    servers: tuple[str, ...]
    files: TlsFiles
    login: Login
    timeout_s: float

    def require_whole(self) -> None:
        """Refuse what would fail at the first connection. Raises Misconfigured."""
        self.config()

    def config(self) -> dict[str, Any]:
        """Return what each client is made with, by the files as they are. Raises Misconfigured."""
        self.files.context()
        config = {
            **ENCRYPTED,
            "bootstrap.servers": ",".join(self.servers),
            "client.id": "onrecord",
            "log_level": 0,
            "reconnect.backoff.max.ms": 1000,
            "socket.timeout.ms": int(self.timeout_s * 1000),
        }
        if self.files.ca_file is not None:
            config["ssl.ca.pem"] = _text(self.files.ca_file)
        if self.files.shown is not None:
            certificate, key = self.files.shown
            config["ssl.certificate.pem"] = _text(Path(certificate))
            config["ssl.key.pem"] = _text(Path(key))
        return config | self.login.config()


def _text(path: Path) -> str:
    """Return a file of PEM; whatever stands beside the blocks is left to OpenSSL."""
    return read_file(path, "the certificates").decode("latin-1")


@dataclass(slots=True)
class Session:
    """Clients that stay open, and what goes wrong with their connections.

    Belongs to one thread; every method blocks.
    """

    _config: Mapping[str, Any]
    timeout_s: float
    _heard: list[KafkaError] = field(default_factory=list)
    _producer: Producer | None = None
    _made_for: tuple[str, int] = ("", 0)
    _admin: AdminClient | None = None

    def is_fit(self, config: Mapping[str, Any]) -> bool:
        """Tell whether the clients are made with this, and have lost no more than a broker."""
        for client in (self._producer, self._admin):
            _hear(client)
        return self._config == config and not self._all_are_down

    def close(self) -> None:
        """Drop what is unsent, and let go of the connections."""
        self._end_producer()
        self._admin = None

    def producer(self, topic_id: str, most_bytes: int) -> Producer:
        """Return the client that writes each message once and waits for all replicas in sync.

        It is the same until `close`, since a new one waits half a second for its id; or until it is
        another topic, or takes another size: what is sent in one piece counts as one message there.
        """
        if self._made_for != (topic_id, most_bytes):
            self._end_producer()
        if self._producer is None:
            self._made_for = (topic_id, most_bytes)
            self._producer = self._made(
                Producer,
                {
                    "acks": "all",
                    "enable.idempotence": True,
                    "linger.ms": 2,
                    "message.timeout.ms": int(self.timeout_s * 1000),
                    "message.max.bytes": most_bytes + _ROOM,
                    "batch.size": most_bytes,
                    "partitioner": "murmur2_random",
                },
            )
        return self._producer

    def _end_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.purge()
            producer.flush(_CLOSING_S)

    def admin(self) -> AdminClient:
        """Return the client that asks about topics."""
        if self._admin is None:
            self._admin = self._made(AdminClient, {})
        return self._admin

    @contextmanager
    def reading(self) -> Iterator[Consumer]:
        """Give a new client that reads, and leaves no trace of having read.

        One that has read a topic which was made anew since then ends the process: librdkafka
        looks for a topic that it knows no more by a name that is none.
        """
        consumer = self._made(
            Consumer,
            {
                "group.id": "onrecord-comparison",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 20,
                "queued.max.messages.kbytes": 16 * 1024,
                "auto.offset.reset": "earliest",
            },
        )
        try:
            yield consumer
        finally:
            with translated():
                consumer.close()

    def _made(self, kind: Callable[[dict[str, Any]], T], own: Mapping[str, Any]) -> T:
        with translated():
            return kind({**self._config, **own, "error_cb": self._heard.append})

    def asked(self, client: object, act: Callable[[float], T]) -> T:
        """Return what an act gives, which is told how many seconds it may take.

        It is repeated until the time is up, each time longer, so that what has gone wrong with the
        connections is heard soon. Raises HookErrors.
        """
        ends, step_s = time.monotonic() + self.timeout_s, _FIRST_STEP_S
        while True:
            try:
                with translated():
                    return act(min(step_s, self.timeout_s))
            except Retry:
                _hear(client)
                self.require_known()
                if time.monotonic() > ends:
                    raise
            step_s *= 2

    def require_known(self) -> None:
        """Return if a broker may still answer; raises Misconfigured or Retry."""
        if self._all_are_down:
            raise self.failure("no broker answers")

    def failure(self, text: str) -> HookError:
        """Return what it means that nothing came, by what was heard of the connections."""
        for heard in self._heard:
            told = hook_error(heard)
            if isinstance(told, Misconfigured):
                return told
        return Retry(text)

    @property
    def _all_are_down(self) -> bool:
        return any(each.code() == KafkaError._ALL_BROKERS_DOWN for each in self._heard)


def _hear(client: object) -> None:
    """Have a client say what it has heard; it calls back in `poll` alone."""
    poll = getattr(client, "poll", None)
    if poll is not None:
        with translated():
            poll(0)


@contextmanager
def translated(archive_index: int | None = None) -> Iterator[None]:
    """Raise what librdkafka says as a HookError; see hook_error."""
    try:
        yield
    except KafkaException as error:
        raise hook_error(error.args[0], archive_index) from error
    except TimeoutError as error:
        raise Retry("no answer in time") from error
    except BufferError as error:
        raise Retry("too much waits for an answer") from error


def hook_error(error: KafkaError, archive_index: int | None = None) -> HookError:
    """Return what an error means; one that refuses a message refuses the entry `archive_index`."""
    text = f"{error.name()}: {error.str()}"
    if error.code() in _REFUSES and archive_index is not None:
        return Rejected(text, archive_index=archive_index)
    of_operator = error.code() in _OPERATOR | _REFUSES or _OF_A_CERTIFICATE.search(text)
    return Misconfigured(text) if of_operator else Retry(text)
