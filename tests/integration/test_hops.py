"""Each way out of the service is encrypted before anything is said on it.

A peer hears what comes first. It must be a TLS handshake that offers 1.3 alone with the hybrid
group; to one that knows no TLS, or whose certificate another authority signed, nothing is said.
"""

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from smtplib import SMTP, SMTP_SSL
from typing import Any, Literal

import httpcore2
import pytest
from urllib3.connection import HTTPConnection

from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Unavailable
from onrecord.core.failures import ConnectionLost
from onrecord.core.threads import Threads
from onrecord.database import postgresql
from onrecord.database.options import PostgresqlOptions
from onrecord.database.postgresql import Postgresql
from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.letters.carriers import Carrier, NotTaken, tls_context
from onrecord.features.notifications.letters.mail import MailCarrier, MailOptions
from onrecord.features.notifications.letters.sms import SmsCarrier, SmsOptions
from onrecord.features.notifications.letters.text import Text
from onrecord.features.notifications.push.encryption import BrowserKeys
from onrecord.features.notifications.push.sender import HttpSender, Push
from onrecord.features.notifications.push.services import Services
from onrecord.features.notifications.push.vapid import sender_key
from onrecord.features.sign_in.bodies import Me
from onrecord_archive.contract import HookError
from onrecord_archive.sinks.https_client import Https
from onrecord_archive.sinks.journal_mail.hook import open_journal_mail
from onrecord_archive.sinks.kafka import link as kafka_link
from onrecord_archive.sinks.kafka.hook import open_kafka
from onrecord_archive.sinks.nats.hook import open_nats
from onrecord_archive.sinks.s3.hook import open_s3
from onrecord_archive.sinks.siem import open_siem
from onrecord_archive.sinks.webhook import Webhook, WebhookOptions
from onrecord_archive.testing.log import SampleLog
from tests.integration.notifications.push_service import Browser
from tests.integration.notifications.receivers import context_of
from tests.rig.patience import SECONDS as PATIENCE

SSL_REQUEST = rb"\x00\x00\x00\x08\x04\xd2\x16/"
"""Asks PostgreSQL for TLS (its protocol's message flow, SSL session encryption)."""
TLS_1_2, TLS_1_3, HYBRID = 0x0303, 0x0304, 0x11EC
VERSIONS, SHARES, SUITES = 43, 51, -1
"""The extensions supported_versions and key_share (RFC 8446 section 4.2); the cipher suites."""
NOT_OF_1_2 = {0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x00FF}
"""The suites of TLS 1.3 (appendix B.4), and what only says that it knows of renegotiation."""
HANDSHAKE = b"\x16\x03"
CONNECTION_ARGUMENTS = postgresql.connection_arguments
ENCRYPTED = kafka_link.ENCRYPTED


@dataclass(frozen=True)
class Hop:
    """A way out. *greeting*: what a peer says by itself, as soon as it is connected or shaken.

    *answers*: what may be said before TLS, and what a peer that knows it answers; *refusals*: what
    one answers that knows none, where the protocol asks.
    """

    go: Callable[[int, DemoTls, Path], object]
    greeting: bytes = b""
    answers: Mapping[bytes, bytes] = field(default_factory=dict)
    refusals: Mapping[bytes, bytes] = field(default_factory=dict)


def mail(security: Literal["tls", "starttls"]) -> Callable[[int, DemoTls, Path], object]:
    def go(port: int, tls: DemoTls, folder: Path) -> object:
        threads = Threads(threads=1, name="letters")
        options = MailOptions("localhost", port, security, "a@bank.example", ca_file=tls.ca)
        try:
            return carry(MailCarrier(options, threads, "chat"), "clara@example.com")
        finally:
            threads.close()

    return go


def text_message(port: int, tls: DemoTls, folder: Path) -> object:
    token = folder / "token"
    token.write_text("the provider's")
    options = SmsOptions(f"https://localhost:{port}/messages", "Linden", token, tls.ca)
    return carry(SmsCarrier(options), "+48601234567")


def carry(carrier: Carrier, to: str) -> object:
    address = Address("mail" if "@" in to else "sms", to)
    return asyncio.run(carrier.carry(address, Text("Hello", "Hello", "Hello"), "0" * 32))


def push(port: int, tls: DemoTls, folder: Path) -> object:
    async def run() -> object:
        sender = HttpSender(
            Services([f"localhost:{port}"]),
            key=sender_key(b"s" * 32),
            contact="mailto:it@bank.example",
            tls=tls_context(tls.ca, tls_1_2=False),
            clock=SystemClock(),
        )
        browser = Browser()
        keys = BrowserKeys(browser.point, browser.auth)
        try:
            return await sender.send(Push(f"https://localhost:{port}/a", keys, b"{}", "t" * 32))
        finally:
            await sender.close()

    return asyncio.run(run())


def webhook(port: int, tls: DemoTls, folder: Path) -> object:
    async def run() -> object:
        log, url = SampleLog(), f"https://localhost:{port}/records"
        log.grow(1)
        hook = Webhook(WebhookOptions(Https(url, tls.ca), (b"s" * 32,)))
        try:
            return await hook.deliver([one for one in log.deliveries() if one.kind == "record"])
        finally:
            await hook.close()

    return asyncio.run(run())


def bucket(port: int, tls: DemoTls, folder: Path) -> object:
    async def run() -> None:
        key = folder / "key"
        key.write_text("the bank's")
        hook = open_s3(
            {
                "bucket": "records",
                "endpoint": f"https://localhost:{port}",
                "access_key_file": str(key),
                "secret_key_file": str(key),
                "ca_file": str(tls.ca),
                "retention_days": "1",
            }
        )
        try:
            await hook.ping()
        finally:
            await hook.close()

    return asyncio.run(run())


def jetstream(port: int, tls: DemoTls, folder: Path) -> object:
    password = folder / "password"
    password.write_text("the bank's")
    hook = open_nats(
        {
            "servers": f"localhost:{port}",
            "stream": "RECORDS",
            "user": "onrecord",
            "password_file": str(password),
            "ca_file": str(tls.ca),
        }
    )
    return asyncio.run(hook.ping())


def topic(port: int, tls: DemoTls, folder: Path) -> None:
    password = folder / "password"
    password.write_text("the bank's")
    hook = open_kafka(
        {
            "servers": f"localhost:{port}",
            "topic": "records",
            "user": "onrecord",
            "password_file": str(password),
            "ca_file": str(tls.ca),
            "timeout": "1",
        }
    )

    async def run() -> None:
        try:
            await hook.ping()
        finally:
            await hook.close()

    asyncio.run(run())


def siem(receipts: Literal["relp", "none"]) -> Callable[[int, DemoTls, Path], object]:
    def go(port: int, tls: DemoTls, folder: Path) -> object:
        log = SampleLog()
        log.grow_firm(1)
        to = {"host": "localhost", "port": str(port), "ca_file": str(tls.ca)}
        hook = open_siem({**to, "receipts": receipts})
        return asyncio.run(hook.deliver([e for e in log.deliveries() if e.kind == "record"]))

    return go


def journal_mail(security: Literal["tls", "starttls"]) -> Callable[[int, DemoTls, Path], object]:
    def go(port: int, tls: DemoTls, folder: Path) -> object:
        options = {
            "host": "localhost",
            "port": str(port),
            "security": security,
            "sender": "a@bank.example",
            "recipient": "journal@archive.example",
            "ca_file": str(tls.ca),
        }

        async def run() -> object:
            log, hook = SampleLog(), open_journal_mail(options)
            log.grow(1)
            try:
                return await hook.deliver([one for one in log.deliveries() if one.kind == "record"])
            finally:
                await hook.close()

        return asyncio.run(run())

    return go


def database(port: int, tls: DemoTls, folder: Path) -> object:
    options = PostgresqlOptions("localhost", "onrecord", "service", port, ca_file=tls.ca)
    return Postgresql(options).connect(reader=True)


def command_line(port: int, tls: DemoTls, folder: Path) -> object:
    async def run() -> object:
        async with Api(Door.at(f"https://localhost:{port}"), token="secret") as api:
            return await api.get("/api/v1/me", Me)

    return asyncio.run(run())


GREETING = b"220 mail.example\r\n"
EHLO = rb"(?i)ehlo [^\r]*\r\n"
OFFER = {EHLO: b"250-mail.example\r\n250 STARTTLS\r\n", rb"STARTTLS\r\n": b"220 Go\r\n"}
NO_OFFER = {EHLO: b"250 mail.example\r\n"}
HOPS = {
    "mail": Hop(mail("tls"), GREETING),
    "mail by STARTTLS": Hop(mail("starttls"), GREETING, answers=OFFER, refusals=NO_OFFER),
    "journal mail": Hop(journal_mail("tls"), GREETING),
    "journal mail by STARTTLS": Hop(
        journal_mail("starttls"), GREETING, answers=OFFER, refusals=NO_OFFER
    ),
    "text messages": Hop(text_message),
    "pushes": Hop(push),
    "webhook": Hop(webhook),
    "bucket": Hop(bucket),
    "JetStream": Hop(jetstream, b'INFO {"auth_required":true,"max_payload":1048576}\r\n'),
    "Kafka": Hop(topic),
    "SIEM": Hop(siem("relp")),
    "SIEM without receipts": Hop(siem("none")),
    "database": Hop(database, answers={SSL_REQUEST: b"S"}, refusals={SSL_REQUEST: b"N"}),
    "command line": Hop(command_line),
}
UNVERIFIED = pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
"""A library that notices what a control plants."""
ASKING = [name for name, hop in HOPS.items() if hop.refusals]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    return certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    return certificates(tmp_path_factory.mktemp("stranger"))


def certificates(folder: Path) -> DemoTls:
    made = DemoTls(folder)
    ensure_certificates(made, datetime.now(UTC))
    return made


@contextmanager
def listening(talk: Callable[[socket.socket], bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """A peer that talks to one who connects; yield its port and what that comes to."""
    heard: list[bytes] = []

    def run() -> None:
        with suppress(OSError), listener.accept()[0] as connection:
            connection.settimeout(PATIENCE)
            heard.append(talk(connection))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listener.getsockname()[1], heard
        finally:
            thread.join(PATIENCE)


def first_said(hop: Hop, answers: Mapping[bytes, bytes], connection: socket.socket) -> bytes:
    """Greet, answer what may be said, and return whatever is said first that may not."""
    connection.sendall(hop.greeting)
    while True:
        said = connection.recv(1 << 16)
        answer = next((a for form, a in answers.items() if re.fullmatch(form, said)), None)
        if answer is None:
            break
        connection.sendall(answer)
    while said.startswith(HANDSHAKE) and len(said) < 5 + int.from_bytes(said[3:5], "big"):
        said += connection.recv(1 << 16)
    return said


def heard_from(name: str, talk: Callable[[socket.socket], bytes], tls: DemoTls, at: Path) -> bytes:
    """Have a hop go to a peer, whatever becomes of it; return what the peer heard."""
    refused = suppress(NotTaken, HookError, ConnectionLost, Unavailable)
    with listening(talk) as (port, heard), refused:
        HOPS[name].go(port, tls, at)
    return b"".join(heard)


def lacking(name: str, tls: DemoTls, at: Path) -> set[str]:
    """What a hop lacks towards a peer that knows TLS."""
    hop = HOPS[name]
    hello = heard_from(name, lambda peer: first_said(hop, hop.answers, peer), tls, at)
    if not hello.startswith(HANDSHAKE):
        return {"in the clear"} if hello else {"silent"}
    offered = offers(hello)
    is_older = TLS_1_2 in offered[VERSIONS] and not NOT_OF_1_2.issuperset(offered[SUITES])
    older = {"TLS 1.2"} if is_older else set()
    assert TLS_1_3 in offered[VERSIONS]
    return older | (set() if HYBRID in offered[SHARES] else {"no hybrid group"})


def said_without_tls(name: str, tls: DemoTls, at: Path) -> bytes:
    """What a hop says to a peer that refuses TLS when it is asked."""
    hop = HOPS[name]
    said = heard_from(name, lambda peer: first_said(hop, hop.refusals, peer), tls, at)
    return said.removeprefix(b"QUIT\r\n")


def said_to(stranger: DemoTls, name: str, tls: DemoTls, at: Path) -> bytes:
    """What a hop says to a peer with a certificate of another authority."""
    hop, context = HOPS[name], context_of(stranger)

    def talk(connection: socket.socket) -> bytes:
        if hop.answers:
            connection.sendall(hop.greeting)
        for answer in hop.answers.values():
            connection.recv(1 << 16)
            connection.sendall(answer)
        with context.wrap_socket(connection, server_side=True) as shaken:
            shaken.sendall(hop.greeting)
            return shaken.recv(1 << 16)

    return heard_from(name, talk, tls, at)


def offers(hello: bytes) -> dict[int, Sequence[int]]:
    """What a ClientHello offers (RFC 8446, 4.1.2): versions, suites, groups with a share."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]  # session id
    size = number(hello, at)
    suites = [number(hello, place) for place in range(at + 2, at + 2 + size, 2)]
    at += 2 + size
    at += 1 + hello[at] + 2  # compression; length of what follows
    found: dict[int, Sequence[int]] = {VERSIONS: (), SHARES: (), SUITES: suites}
    while at < len(hello):
        kind, size = number(hello, at), number(hello, at + 2)
        body, at = hello[at + 4 : at + 4 + size], at + 4 + size
        if kind == VERSIONS:
            found[kind] = [number(body, place) for place in range(1, size, 2)]
        if kind == SHARES:
            found[kind] = list(groups(body))
    return found


def groups(shares: bytes) -> Iterator[int]:
    at = 2
    while at < len(shares):
        yield number(shares, at)
        at += 4 + number(shares, at + 2)


def number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


@pytest.mark.parametrize("name", HOPS)
@pytest.mark.promise("P9")
def test_first_comes_tls_1_3_with_the_hybrid_group(name: str, tls: DemoTls, tmp_path: Path) -> None:
    assert lacking(name, tls, tmp_path) == set()


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.promise("P9")
def test_where_there_is_no_tls_nothing_is_said(name: str, tls: DemoTls, tmp_path: Path) -> None:
    assert said_without_tls(name, tls, tmp_path) == b""


@pytest.mark.parametrize("name", HOPS)
@pytest.mark.promise("P9")
def test_nothing_is_said_to_whom_another_signed_for(
    name: str, tls: DemoTls, stranger: DemoTls, tmp_path: Path
) -> None:
    assert said_to(stranger, name, tls, tmp_path) == b""


def plant_older(patch: pytest.MonkeyPatch) -> None:
    """No version is demanded, and of the groups one alone, which is no hybrid."""

    def demand(context: ssl.SSLContext, version: ssl.TLSVersion) -> None:
        context.set_ecdh_curve("prime256v1")

    patch.setattr(ssl.SSLContext, "minimum_version", property(None, demand))
    plant_arguments(patch, ssl_min_protocol_version="TLSv1.2")
    plant_librdkafka(patch, ssl_cipher_suites="", ssl_curves_list="P-256")


def plant_librdkafka(patch: pytest.MonkeyPatch, **planted: str) -> None:
    """Connect to Kafka with other parameters; those that are empty are left out."""
    given = {name.replace("_", "."): value for name, value in planted.items()}
    config = {name: value for name, value in {**ENCRYPTED, **given}.items() if value}
    patch.setattr(kafka_link, "ENCRYPTED", config)


def plant_arguments(patch: pytest.MonkeyPatch, **planted: str) -> None:
    """Connect to the database with other parameters."""
    patch.setattr(
        postgresql, "connection_arguments", lambda options: CONNECTION_ARGUMENTS(options) | planted
    )


def plant_plain(patch: pytest.MonkeyPatch, sslmode: str) -> None:
    """TLS is left out."""

    plain = asyncio.open_connection

    async def without(host: str, port: int, *, ssl: object = None, **more: Any) -> object:
        return await plain(host, port, **more)

    async def as_it_is(self: httpcore2.AsyncNetworkStream, *_: object, **__: object) -> object:
        return self

    async def not_at_all(self: object, *_: object) -> None:
        return None

    patch.setattr("nats.aio.transport.TcpTransport.connect_tls", not_at_all)
    patch.setattr("httpcore2._backends.anyio.AnyIOStream.start_tls", as_it_is)
    patch.setattr(asyncio, "open_connection", without)
    patch.setattr(SMTP_SSL, "_get_socket", SMTP._get_socket)  # type: ignore[attr-defined]
    patch.setattr(SMTP, "starttls", lambda self, context: None)
    patch.setattr("urllib3.connection.HTTPSConnection.connect", HTTPConnection.connect)
    plant_arguments(patch, sslmode=sslmode)
    plant_librdkafka(patch, security_protocol="plaintext")


def trusting(context: ssl.SSLContext, wrap: Any, *given: Any, **more: Any) -> Any:
    if context.protocol != ssl.PROTOCOL_TLS_SERVER:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return wrap(context, *given, **more)


def plant_trust(patch: pytest.MonkeyPatch) -> None:
    """Any certificate will do."""
    for way in ("wrap_bio", "wrap_socket"):
        patch.setattr(ssl.SSLContext, way, partialmethod(trusting, getattr(ssl.SSLContext, way)))
    plant_arguments(patch, sslmode="require", sslrootcert="")
    plant_librdkafka(patch, enable_ssl_certificate_verification="false")


@pytest.mark.parametrize("name", HOPS)
@pytest.mark.promise("P9", planted=True)
def test_control_a_hop_that_takes_less_is_found(
    name: str, tls: DemoTls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_older(monkeypatch)
    groups = set() if name == "database" else {"no hybrid group"}  # its library has no say in them
    assert lacking(name, tls, tmp_path) == {"TLS 1.2"} | groups


@UNVERIFIED
@pytest.mark.parametrize("name", HOPS)
@pytest.mark.promise("P9", planted=True)
def test_control_a_hop_in_the_clear_is_found(
    name: str, tls: DemoTls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_plain(monkeypatch, "disable")
    assert lacking(name, tls, tmp_path) == {"in the clear"}


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.promise("P9", planted=True)
def test_control_a_hop_that_goes_on_without_tls_is_found(
    name: str, tls: DemoTls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_plain(monkeypatch, "prefer")
    assert said_without_tls(name, tls, tmp_path) != b""


@UNVERIFIED
@pytest.mark.parametrize("name", HOPS)
@pytest.mark.promise("P9", planted=True)
def test_control_a_hop_that_trusts_anybody_is_found(
    name: str, tls: DemoTls, stranger: DemoTls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_trust(monkeypatch)
    assert said_to(stranger, name, tls, tmp_path) != b""
