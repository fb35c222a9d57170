"""What a drain is compared with: `python -m tests.bench.bare_clients PLAN RESULT`.

The sink's own client and nothing else sends the same bytes to the same far side, with as many under
way: no server, no cursor, no order, nothing read back. All bytes are ready, and it is connected,
before the time runs.
"""

import asyncio
import os
import smtplib
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import httpx2
import msgspec
import nats
from botocore.config import Config
from confluent_kafka import Producer
from msgspec import Struct

from onrecord.core.hooks.source import ArchiveSource
from onrecord_archive.contract import Delivery, Wants, is_wanted
from onrecord_archive.format.record import canonical
from onrecord_archive.format.tail import Kind, encode_frame
from onrecord_archive.reader.archive import Archive
from onrecord_archive.sinks.entries import members_of
from onrecord_archive.sinks.journal_mail.message import MailStyle, compose
from onrecord_archive.sinks.journal_mail.sender import MOST_BYTES
from onrecord_archive.sinks.s3.objects import objects_of
from onrecord_archive.sinks.siem import WANTS as LOOKS
from onrecord_archive.sinks.standard_webhooks import parse_secrets, signed_headers
from onrecord_archive.sinks.syslog_message import Header, syslog_message
from onrecord_archive.sinks.webhook_message import message_of
from tests.rig.patience import SECONDS as PATIENCE

IN_FLIGHT = 8
"""Connections of the hooks `webhook` and `s3` by default, and cases of the looks that `siem` gets,
of each of which one message waits for its answer."""
REPLICA_BATCH = 256

Options = Mapping[str, str]
Entries = Sequence[Delivery]
Sending = Callable[[], None]


class BarePlan(Struct, frozen=True):
    """Which client sends the entries from `first` to before `end`, and where to."""

    data: str
    kind: str
    options: dict[str, str]
    first: int
    end: int


def main() -> None:
    """Send as the plan says, and write how long it took."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=BarePlan)
    entries = list(_entries(plan))
    send = PREPARE[plan.kind](entries, plan.options)
    cpu, began = time.process_time(), time.monotonic()
    send()
    took, used = time.monotonic() - began, time.process_time() - cpu
    count = len(entries)
    figures = {"records_s": count / took, "seconds": took, "cpu_ms_1000": 1e6 * used / count}
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(figures))


def wanted_by(kind: str) -> Wants:
    """Return what the hooks of a kind get of the log."""
    if kind == "replica":
        return "log"
    return LOOKS if kind == "siem" else "records"


def _entries(plan: BarePlan) -> Iterator[Delivery]:
    archive = Archive(Path(plan.data) / "archive")
    source, note, at = ArchiveSource(archive), archive.checkpoint(), plan.first
    wants = wanted_by(plan.kind)
    while at < plan.end:
        window = source.entries(at, min(plan.end, at + 1000), note)
        yield from (entry for entry in window if is_wanted(wants, entry.leaf))
        at = window[-1].archive_index + 1


def _replica(entries: Entries, options: Options) -> Sending:
    """Append to one file, synced after each batch."""
    kinds = {"record": Kind.RECORD, "key": Kind.KEY, "tail": Kind.TAIL}
    frames = [encode_frame(1, e.archive_index, kinds[e.kind], e.leaf, e.body) for e in entries]
    batches = [b"".join(part) for part in _in_parts(frames, REPLICA_BATCH)]

    def send() -> None:
        with (Path(options["path"]) / "frames").open("wb", buffering=0) as file:
            for batch in batches:
                file.write(batch)
                os.fsync(file.fileno())

    return send


def _directory(entries: Entries, options: Options) -> Sending:
    """Write a file a window: synced, renamed, the folder synced."""
    lines = [canonical(members_of(entry)) + b"\n" for entry in entries]
    windows = [b"".join(part) for part in _in_parts(lines, int(options.get("window", "500")))]
    root = Path(options["path"])

    def send() -> None:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        for number, window in enumerate(windows):
            with (root / "temporary").open("wb", buffering=0) as file:
                file.write(window)
                os.fsync(file.fileno())
            (root / "temporary").rename(root / f"{number:08d}")
            os.fsync(folder)
        os.close(folder)

    return send


def _webhook(entries: Entries, options: Options) -> Sending:
    """POST by httpx2."""
    secrets = parse_secrets(Path(options["secret_file"]).read_bytes())
    now, posts = int(time.time()), []
    for entry in entries:
        message = message_of(entry)
        signed = signed_headers(secrets, entry.event_id, now, message.body)
        posts.append((message.body, signed | message.headers))
    context = ssl.create_default_context(cafile=options["ca_file"])

    async def post_all() -> None:
        limits = httpx2.Limits(max_connections=IN_FLIGHT)
        waiting = iter(posts)
        async with httpx2.AsyncClient(verify=context, limits=limits, trust_env=False) as client:

            async def post_some() -> None:
                for body, headers in waiting:
                    answer = await client.post(options["url"], content=body, headers=headers)
                    answer.raise_for_status()

            async with asyncio.TaskGroup() as group:
                for _ in range(IN_FLIGHT):
                    group.create_task(post_some())

    return lambda: asyncio.run(post_all())


def _s3(entries: Entries, options: Options) -> Sending:
    """PUT under a lock by boto3, which sends MD5 and a checksum as it does by default."""
    client = boto3.client(
        "s3",
        endpoint_url=options["endpoint"],
        region_name="us-east-1",
        aws_access_key_id=Path(options["access_key_file"]).read_text().strip(),
        aws_secret_access_key=Path(options["secret_key_file"]).read_text().strip(),
        verify=options["ca_file"],
        config=Config(s3={"addressing_style": "path"}, max_pool_connections=IN_FLIGHT),
    )
    client.head_bucket(Bucket=options["bucket"])
    until = datetime.now(UTC) + timedelta(days=int(options["retention_days"]))
    objects = [each for entry in entries for each in objects_of(entry)]

    def put(number: int) -> None:
        each = objects[number]
        client.put_object(
            Bucket=options["bucket"],
            Key=f"bare/{each.name}",
            Body=each.content,
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=until,
        )

    def send() -> None:
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            list(pool.map(put, range(len(objects))))

    return send


def _journal_mail(entries: Entries, options: Options) -> Sending:
    """Hand over one mail after the other by smtplib, over one connection."""
    sender, recipient = options["sender"], options["recipient"]
    style = MailStyle("plain", sender, recipient, sender.partition("@")[2], "OnRecord")
    mails = [mail.data for entry in entries for mail in compose(style, [entry], MOST_BYTES)]
    server = smtplib.SMTP(options["host"], int(options["port"]))
    server.starttls(context=ssl.create_default_context(cafile=options["ca_file"]))
    server.ehlo()

    def send() -> None:
        for mail in mails:
            server.sendmail(sender, [recipient], mail)
        server.quit()

    return send


def _siem(entries: Entries, options: Options) -> Sending:
    """Send RELP over a TLS socket."""
    header = Header(hostname=options["hostname"])
    messages = [syslog_message(entry, header) for entry in entries]
    context = ssl.create_default_context(cafile=options["ca_file"])
    plain = socket.create_connection((options["host"], int(options["port"])))
    link = context.wrap_socket(plain, server_hostname=options["host"])
    offers = b"relp_version=0\ncommands=syslog\n"
    link.sendall(b"1 open %d %s\n" % (len(offers), offers))
    answers = link.makefile("rb")
    while not answers.readline().startswith(b"commands="):
        continue

    def send() -> None:
        for number, message in enumerate(messages):
            if number >= IN_FLIGHT:
                _require_taken(answers.readline())
            link.sendall(b"%d syslog %d %s\n" % (number + 2, len(message), message))
        for _ in range(min(IN_FLIGHT, len(messages))):
            _require_taken(answers.readline())
        link.close()

    return send


def _nats(entries: Entries, options: Options) -> Sending:
    """Publish to JetStream by nats.py, one message of each conversation under way."""
    headers = {"onrecord-kind": "record"}
    password = Path(options["password_file"]).read_text().strip()
    lanes: dict[str, list[bytes]] = {}
    for entry in entries:
        lanes.setdefault(entry.stream, []).append(canonical(members_of(entry)))
    context = ssl.create_default_context(cafile=options["ca_file"])

    async def publish_all() -> None:
        client = await nats.connect(
            f"tls://{options['servers']}",
            tls=context,
            tls_handshake_first=True,
            user=options["user"],
            password=password,
        )
        stream = client.jetstream(timeout=PATIENCE)

        async def publish_some(subject: str, payloads: Sequence[bytes]) -> None:
            for payload in payloads:
                await stream.publish(subject, payload, stream=options["stream"], headers=headers)

        async with asyncio.TaskGroup() as group:
            for number, payloads in enumerate(lanes.values()):
                subject = f"{options['subject']}.bare.{number}"
                group.create_task(publish_some(subject, payloads))
        await client.close()

    return lambda: asyncio.run(publish_all())


def _kafka(entries: Entries, options: Options) -> Sending:
    """Publish by confluent-kafka, whose queue holds all of it."""
    ready = [(entry.stream.encode(), canonical(members_of(entry))) for entry in entries]
    producer = Producer(
        {
            "bootstrap.servers": options["servers"],
            "security.protocol": "ssl",
            "ssl.ca.location": options["ca_file"],
            "acks": "all",
            "enable.idempotence": True,
        }
    )
    producer.list_topics(options["topic"], PATIENCE)

    def send() -> None:
        for key, payload in ready:
            producer.produce(options["topic"], payload, key)
        if producer.flush(PATIENCE):
            raise SystemExit("it did not take all of it")

    return send


def _require_taken(answer: bytes) -> None:
    if answer.split()[1:4:2] != [b"rsp", b"200"]:
        raise SystemExit(f"it answers {answer!r}")


def _in_parts(pieces: Sequence[bytes], size: int) -> list[Sequence[bytes]]:
    return [pieces[start : start + size] for start in range(0, len(pieces), size)]


PREPARE: Mapping[str, Callable[[Entries, Options], Sending]] = {
    "replica": _replica,
    "directory": _directory,
    "webhook": _webhook,
    "s3": _s3,
    "journal_mail": _journal_mail,
    "siem": _siem,
    "nats": _nats,
    "one_copy": _kafka,
}
"""By the hook's kind."""


if __name__ == "__main__":
    main()
