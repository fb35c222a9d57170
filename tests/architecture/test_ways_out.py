"""Whatever connects to elsewhere is one of the ways out that are heard by a peer (P9).

A new one, as to Valkey or S3, is tried in tests/integration/test_hops.py and named here.
"""

import re
from pathlib import Path

import pytest

from tests.architecture.rules.source import modules

CLIENT = re.compile(
    r"^\s*(?:import|from)\s+(?:smtplib|ftplib|imaplib|poplib|http\.client|urllib\.request|httpx2?"
    r"|httpcore2?|requests|aiohttp|websockets|psycopg|redis|valkey|boto3|botocore|ldap3?|kafka|confluent_kafka|nats)\b"
    r"|\b(?:create|open)_connection\(",
    re.MULTILINE,
)
HEARD = {
    "onrecord.cli.reach.api",
    "onrecord.features.notifications.letters.mail",
    "onrecord.features.notifications.letters.sms",
    "onrecord.features.notifications.push.network",
    "onrecord.features.notifications.push.sender",
    "onrecord.database.postgresql",
    "onrecord_archive.sinks.s3.client",
    "onrecord_archive.sinks.kafka.link",
    "onrecord_archive.sinks.journal_mail.server",
    "onrecord_archive.sinks.https_client",
    "onrecord_archive.sinks.nats.link",
    "onrecord_archive.sinks.tls_link",
}
OTHERS = {
    "onrecord.cli.reach.internal": "to a UNIX socket",
    "onrecord.cli.reach.first_words": "for onrecord.cli.reach.api",
    "onrecord.cli.checks.tls_groups": "to its own listeners, for a handshake alone",
    "onrecord.demo.player": "to the demo's own listeners",
    "onrecord.app.inside": "within the process",
    "onrecord.core.hooks.process.child": "over the socket pair that it was started with",
    "onrecord.core.hooks.process.process": "over a socket pair to a hook's process",
    "onrecord.http.protocols": "the server's side",
    "onrecord_archive.sinks.egress": "for onrecord_archive.sinks.https_client",
    "onrecord_archive.sinks.http_stream": "for onrecord_archive.sinks.https_client",
    "onrecord_archive.sinks.webhook": "by onrecord_archive.sinks.https_client",
    "onrecord_archive.sinks.kafka.deliver": "by onrecord_archive.sinks.kafka.link",
    "onrecord_archive.sinks.kafka.listing": "by onrecord_archive.sinks.kafka.link",
    "onrecord_archive.sinks.kafka.topic": "by onrecord_archive.sinks.kafka.link",
    "onrecord_archive.sinks.nats.listing": "by onrecord_archive.sinks.nats.link",
    "onrecord_archive.sinks.nats.settings": "by onrecord_archive.sinks.nats.link",
    "onrecord_archive.sinks.nats.stream": "by onrecord_archive.sinks.nats.link",
    "onrecord_archive.sinks.s3.attack": "by onrecord_archive.sinks.s3.client",
    "onrecord_archive.sinks.s3.bucket": "by onrecord_archive.sinks.s3.client",
}


def connecting(sources: dict[str, Path]) -> set[str]:
    """The modules that import a client of a network, or connect by themselves."""
    return {name for name, path in sources.items() if CLIENT.search(path.read_text("utf-8"))}


@pytest.mark.promise("P9")
def test_every_way_out_is_known() -> None:
    assert connecting(dict(modules())) == HEARD | OTHERS.keys()


@pytest.mark.parametrize(
    "planted", ["from valkey.asyncio import Valkey", "r, w = await open_connection(host, port)"]
)
@pytest.mark.promise("P9", planted=True)
def test_control_a_new_one_is_found(tmp_path: Path, planted: str) -> None:
    (tmp_path / "presence.py").write_text(f"{planted}\n")
    assert connecting({"presence": tmp_path / "presence.py"}) == {"presence"}
